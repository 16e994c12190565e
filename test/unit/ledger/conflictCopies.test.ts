import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { concernsOf } from '../../../src/core/concerns.js'
import { openFolderLedger } from '../../../src/core/ledger/folder/openFolderLedger.js'
import { verifyFolder } from '../../../src/core/ledger/verify.js'
import { add, testClock, testMachine } from '../../contract/testMachine.js'

const copies = {
  ledger: ["00000001 (Ann's conflicted copy 2026-01-02).jsonl", '00000001-DESKTOP-7AB12.jsonl', '00000001.sync-conflict-20260102-101112-ABCDEF7.jsonl', '00000001 2.jsonl', '00000001 (1).jsonl', '00000002 (conflicted copy 2026-01-02 101112).jsonl'],
  snapshots: ['12-0123456789abcdef (1).jsonl', '12-0123456789abcdef-HOST.jsonl'],
  archive: ['00000001.jsonl (1).gz', '00000001 2.jsonl.gz', '00000001.jsonl.sync-conflict-20260102-101112-ABCDEF7.gz'],
}
const others = { ledger: ['turn.lock', 'notes.txt', '00000001.jsonl.tmp', '1.jsonl'], snapshots: ['x.jsonl', '12-0123456789abcdef.tmp'], archive: ['00000001.jsonl.gz.tmp'] }

describe('conflict copies', () => {
  let folder: string
  beforeEach(() => (folder = join(mkdtempSync(join(tmpdir(), 'muster-copies-')), '.muster')))
  afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }))

  const open = () => openFolderLedger({ folder, machine: testMachine, clock: testClock(), rescanMs: 20 })

  it('are found by name beside each kind of file, told of and never read', async () => {
    const ledger = await open()
    await ledger.submit(add('a:1', 1))
    assert.equal(ledger.status().conflictCopies, undefined)
    assert.deepEqual(concernsOf(ledger.status()), [])
    for (const [part, names] of Object.entries(others)) {
      mkdirSync(join(folder, part), { recursive: true })
      for (const name of names) writeFileSync(join(folder, part, name), 'x')
    }
    const told = new Promise<void>((resolve) => ledger.onDidChangeStatus(() => resolve()))
    const wanted: string[] = []
    for (const [part, names] of Object.entries(copies)) {
      for (const name of names) {
        copyFileSync(join(folder, 'ledger/00000001.jsonl'), join(folder, part, name))
        wanted.push(`${part}/${name}`)
      }
    }
    mkdirSync(join(folder, 'ledger 2'))
    wanted.push('ledger 2')
    await told
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => ledger.status().conflictCopies?.length === wanted.length && resolve(clearInterval(timer)), 5)
    })
    assert.deepEqual(ledger.status().conflictCopies, wanted.sort())
    assert.match(concernsOf(ledger.status()).join(), /conflict copies/)
    await ledger.submit(add('a:2', 1))
    await ledger.close()

    const again = await open()
    assert.equal((await again.refresh()).sum, 2)
    assert.deepEqual([again.status().junk, again.status().void, again.status().conflictCopies?.length], [0, 0, wanted.length])
    await again.close()
    const report = await verifyFolder(folder)
    assert.equal(report.ok, true)
    assert.equal(report.commits, 2)
    assert.deepEqual(report.conflictCopies, wanted)
  })
})
