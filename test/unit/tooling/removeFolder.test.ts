import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'

describe('removing a folder', () => {
  it('ends with it gone, also where a file comes to be after it was emptied', () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'muster-remove-')), 'folder')
    mkdirSync(folder)
    let late = 0
    removeFolder(folder, (path) => {
      if (late === 2) return rmSync(path, { recursive: true })
      writeFileSync(join(path, `late ${++late}`), '')
      rmdirSync(path)
    })
    assert.equal(late, 2)
    assert.equal(existsSync(folder), false)
  })

  it('does nothing where there is none', () => removeFolder(join(tmpdir(), 'muster-remove-none')))

  it('says at once what is no such race', () => {
    let tries = 0
    const refuse = (): never => {
      tries++
      throw Object.assign(new Error('read-only file system'), { code: 'EROFS' })
    }
    assert.throws(() => removeFolder('/anything', refuse), { code: 'EROFS' })
    assert.equal(tries, 1)
  })
})
