import assert from 'node:assert/strict'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isMusterError } from '../../../src/core/errors.js'
import { nodeFs } from '../../../src/core/ledger/folder/ledgerFs.js'
import { MovingStore } from '../../../src/core/ledger/folder/movingStore.js'
import { openFolderLedger, type OpenFolderLedger } from '../../../src/core/ledger/folder/openFolderLedger.js'
import { encodeLine, NO_SUM, type LineFields } from '../../../src/core/ledger/line.js'
import { verifyFolder } from '../../../src/core/ledger/verify.js'
import { add, testClock, testMachine, type TestEvent, type TestState } from '../../contract/testMachine.js'

describe('a folder whose records move', () => {
  let folder: string
  let opened: { close(): unknown }[]

  beforeEach(() => {
    opened = []
    folder = mkdtempSync(join(tmpdir(), 'muster-moved-'))
  })
  afterEach(async () => {
    for (const one of opened) await one.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function open(): Promise<OpenFolderLedger<TestState, TestEvent>> {
    const ledger = await openFolderLedger({ folder: join(folder, '.muster'), machine: testMachine, clock: testClock(), rescanMs: 0 })
    opened.push(ledger)
    return ledger
  }

  function mover(): MovingStore {
    const store = new MovingStore({ fs: nodeFs, folder: join(folder, '.muster'), machine: testMachine, clock: testClock() })
    opened.push(store)
    return store
  }

  const segment = (number: number): string => join(folder, '.muster', 'ledger', `0000000${number}.jsonl`)
  const refused = (error: unknown): boolean => isMusterError(error) && error.code === 'FOLDER_UNUSABLE' && /in a database now/.test(error.message) && /MUSTER_LEDGER/.test(error.hint ?? '')

  /** Lines as a database would hold them, behind a folder's last; its writer knew all before each to be on disk there. */
  function elsewhere(before: MovingStore, count: number): Buffer[] {
    const lines: Buffer[] = []
    for (let [seq, prev, n] = [before.seq + 1, before.sum, 0]; n <= count; seq++, n++) {
      const fields: LineFields = { seq, prev, d: seq - 1, at: 1, up: 1, boot: 'there', kind: 'commit', body: `,"ops":${JSON.stringify([{ key: `d:${n}`, by: '', events: [{ type: 'add', amount: 1 }] }])}` }
      const { bytes, line } = encodeLine(n === count ? { ...fields, kind: 'moved', body: ',"to":"folder","into":"x"' } : fields)
      lines.push(bytes)
      prev = line.sum
    }
    return lines
  }

  /** With a window that has it open. */
  async function left(): Promise<{ window: OpenFolderLedger<TestState, TestEvent>; store: MovingStore }> {
    const window = await open()
    await window.submit(add('a:1', 1))
    const store = mover()
    assert.equal(await store.leave('mark'), true)
    return { window, store }
  }

  it('is read-only for who has it open and who opens it, says where to look, and is whole', async () => {
    const { window } = await left()
    await assert.rejects(window.submit(add('a:2', 1)), refused)
    assert.match(window.status().readOnly?.message ?? '', /in a database now/)
    const later = await open()
    assert.equal((await later.refresh()).sum, 1)
    await assert.rejects(later.submit(add('b:1', 1)), refused)
    assert.deepEqual([(await verifyFolder(join(folder, '.muster'))).ok, await mover().leave('other')], [true, false])
  })

  it('takes nothing that is written behind the line that says so, nor an empty segment of somebody who wanted to go on there', async () => {
    const { store } = await left()
    const [next] = elsewhere(store, 1)
    appendFileSync(segment(1), next!)
    writeFileSync(segment(2), '')
    const later = await open()
    assert.deepEqual([(await later.refresh()).sum, later.status().readOnly?.code], [1, 'FOLDER_UNUSABLE'])
    assert.equal((await verifyFolder(join(folder, '.muster'))).ok, true)
  })

  it('stays closed until the line comes that says they are back, then goes on for who has it open', async () => {
    const { window, store } = await left()
    const lines = elsewhere(store, 3)
    assert.equal(store.bring(lines.slice(0, 2)), true)
    await assert.rejects(window.submit(add('a:2', 1)), refused)
    const [cut] = lines.slice(2, 3)
    appendFileSync(segment(2), cut!.subarray(0, 40))
    const second = mover()
    second.bring(lines.slice(2))
    await second.look()
    assert.equal(second.hasLeft, false)
    // Who is late brings what is there already.
    store.bring(lines)
    await window.submit(add('a:3', 10))
    assert.equal((await window.refresh()).sum, 14)
    assert.equal((await (await open()).refresh()).sum, 14)
    assert.deepEqual((await verifyFolder(join(folder, '.muster'))).problems, undefined)
  })

  it('takes what comes back once more after a power loss left holes in it', async () => {
    const { store } = await left()
    const lines = elsewhere(store, 5)
    store.bring(lines.slice(0, 5))
    for (const one of opened.splice(0)) await one.close()
    writeFileSync(segment(2), Buffer.concat([lines[0]!, lines[2]!, lines[3]!]))
    const again = mover()
    assert.equal(again.bring(lines.slice(1)), true)
    assert.equal(again.hasLeft, false)
    assert.equal((await (await open()).refresh()).sum, 6)
    assert.deepEqual((await verifyFolder(join(folder, '.muster'))).problems, undefined)
  })

  it('is open again behind a line of its own where the database never had them', async () => {
    const { window, store } = await left()
    const [first, second] = [store.returnLine(), mover().returnLine()]
    store.bring([first])
    store.bring([second])
    assert.deepEqual([store.hasLeft, existsSync(segment(3))], [false, false])
    await window.submit(add('a:2', 1))
    assert.equal((await window.refresh()).sum, 2)
    assert.equal(readFileSync(segment(2), 'utf8').split('\n').length, 4)
    assert.notEqual(store.sum, NO_SUM)
  })
})
