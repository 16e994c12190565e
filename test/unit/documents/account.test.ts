import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Account } from '../../../src/documents/account.js'

describe('what the writer knows of its files', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'muster-account-'))))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('has what another process noted meanwhile, when it is written anew without the lines that are of no more use', async () => {
    const [one, other] = [new Account(folder), new Account(folder)]
    await one.refresh()
    const kept = { file: 'STATUS.md', reason: 'Changed.', kept: 'STATUS.md.yours-1' }
    const grown = { of: 'logs', sums: [], grown: { seq: 3, size: 10, end: 'e' } }
    await other.add([{ kept }, { f: '/log', record: grown }])
    for (let n = 0; n < 300; n++) await one.add([{ f: '/state', record: { of: 'state', sums: [String(n)] } }])
    const now = new Account(folder)
    await now.refresh()
    assert.deepEqual([now.kept, now.files.get('/log'), now.files.get('/state')?.sums], [[kept], grown, ['299']])
  })
})
