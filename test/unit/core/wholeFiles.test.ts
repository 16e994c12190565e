import assert from 'node:assert/strict'
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeWhole } from '../../../src/core/wholeFiles.js'
import { posixOnly } from '../posixOnly.js'

describe('a file that is written as a whole', () => {
  let folder: string
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'muster-whole-')) })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('is made, and replaced, and leaves nothing beside it', () => {
    const path = join(folder, 'a.json')
    writeWhole(path, 'one', 0o600)
    writeWhole(path, 'two', 0o600)
    assert.equal(readFileSync(path, 'utf8'), 'two')
    assert.deepEqual(readdirSync(folder), ['a.json'])
  })

  it('is as it was where it cannot be replaced', () => {
    const path = join(folder, 'a')
    mkdirSync(join(path, 'in it'), { recursive: true })
    assert.throws(() => writeWhole(path, 'new', 0o600))
    assert.ok(existsSync(join(path, 'in it')))
    assert.deepEqual(readdirSync(folder), ['a'])
  })

  it('takes the place of what an earlier process of the same number left', () => {
    const path = join(folder, 'a')
    writeFileSync(`${path}.${process.pid}.tmp`, 'half of')
    writeWhole(path, 'new', 0o600)
    assert.equal(readFileSync(path, 'utf8'), 'new')
    assert.deepEqual(readdirSync(folder), ['a'])
  })

  posixOnly('writes into no link, neither in its place nor in that of the unfinished one', () => {
    const path = join(folder, 'a')
    const elsewhere = join(folder, 'elsewhere')
    writeFileSync(elsewhere, 'mine')
    for (const link of [path, `${path}.${process.pid}.tmp`]) symlinkSync(elsewhere, link)
    writeWhole(path, 'new', 0o600)
    assert.ok(!lstatSync(path).isSymbolicLink())
    assert.deepEqual([readFileSync(path, 'utf8'), readFileSync(elsewhere, 'utf8')], ['new', 'mine'])
  })

  posixOnly('has its permissions, whatever the mask where they are to be exact', () => {
    const mask = process.umask(0o077)
    try {
      for (const [name, exactly, mode] of [['masked', false, 0o700], ['exact', true, 0o755]] as const) {
        writeWhole(join(folder, name), '', 0o755, { exactly })
        assert.equal(statSync(join(folder, name)).mode & 0o777, mode)
      }
    } finally {
      process.umask(mask)
    }
  })
})
