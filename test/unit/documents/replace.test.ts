import assert from 'node:assert/strict'
import fs, { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { replace } from '../../../src/documents/replace.js'

describe('a document that is replaced while somebody saves it', () => {
  let folder: string
  const { closeSync } = fs
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'muster-replace-'))))
  afterEach(() => {
    fs.closeSync = closeSync
    syncBuiltinESMExports()
    rmSync(folder, { recursive: true, force: true })
  })

  it('stays as it was saved by a rename, also where that comes right after the last look into it', async () => {
    const path = join(folder, 'AGENTS.md')
    writeFileSync(path, 'before')
    writeFileSync(join(folder, 'saved'), 'theirs')
    fs.closeSync = (file) => {
      closeSync(file)
      fs.closeSync = closeSync
      syncBuiltinESMExports()
      renameSync(join(folder, 'saved'), path)
    }
    syncBuiltinESMExports()
    const { done } = await replace(path, Buffer.from('before'), Buffer.from('ours'), { durable: false, mode: { file: 0o600, folder: 0o700 } })
    assert.deepEqual([done, readFileSync(path, 'utf8'), readdirSync(folder)], [false, 'theirs', ['AGENTS.md']])
    assert.deepEqual(await replace(path, Buffer.from('theirs'), Buffer.from('ours'), { durable: false, mode: { file: 0o600, folder: 0o700 } }), { done: true })
  })
})
