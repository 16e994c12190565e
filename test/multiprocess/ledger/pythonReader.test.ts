import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { openFolderLedger, type OpenFolderLedger } from '../../../src/core/ledger/folder/openFolderLedger.js'
import { nodeFs } from '../../../src/core/ledger/folder/ledgerFs.js'
import { repairLedger } from '../../../src/core/ledger/repair/repairLedger.js'
import { add, testClock, testMachine, type TestEvent, type TestState } from '../../contract/testMachine.js'

const COMMITS = 1_200
const EACH = 200

/** What docs/ledger.md says is enough to read a ledger in another language: the reader in docs/examples knows nothing else. */
describe('a reader in Python', function () {
  this.timeout(0)
  let root: string
  let folder: string
  const segment = (number: number): string => join(folder, 'ledger', `${String(number).padStart(8, '0')}.jsonl`)
  const segments = (): string[] => readdirSync(join(folder, 'ledger')).filter((name) => /^\d{8}\.jsonl$/.test(name)).sort()

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'muster-reader-'))
    folder = join(root, '.muster')
  })
  afterEach(() => removeFolder(root))

  const open = (): Promise<OpenFolderLedger<TestState, TestEvent>> => openFolderLedger({ folder, machine: testMachine, clock: testClock(), rescanMs: 0, segmentBytes: 30_000, upkeep: { commits: 150, bytes: Infinity } })

  function read(of = folder): { events: Record<string, unknown>[]; exit: number | null; err: string } {
    const { stdout, stderr, status } = spawnSync('python3', [join(projectRoot, 'docs', 'examples', 'read_ledger.py'), of], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    return { events: stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>), exit: status, err: stderr }
  }

  /** The same by Muster's own code. */
  async function expected(): Promise<Record<string, unknown>[]> {
    const ledger = await open()
    const events: Record<string, unknown>[] = []
    for await (const { stamp, ops } of ledger.history()) for (const op of ops) for (const event of op.events) events.push({ seq: stamp.seq, at: stamp.at, by: op.by, ...event })
    await ledger.close()
    return events
  }

  async function write(from: number): Promise<void> {
    const ledger = await open()
    for (let i = from; i < from + EACH; i++) await ledger.submit(add(`k:${i}`, i, `„ü\\" ${i}`))
    await ledger.close()
  }

  it('reads what Muster reads: from the archive on, past torn lines, fences and lines that lost a race', async () => {
    for (let from = 0; from < COMMITS; from += EACH) {
      await write(from)
      const last = join(folder, 'ledger', segments().at(-1)!)
      const lines = readFileSync(last, 'utf8').trimEnd().split('\n')
      // Somebody who came too late, and somebody whose machine was switched off in the middle of it.
      appendFileSync(last, `${lines.at(-1)!}\n${lines.at(-1)!.slice(0, 150)}`)
    }
    assert.ok(existsSync(join(folder, 'archive', '00000001.jsonl.gz')) && segments().length > 5)
    assert.ok(segments().some((name) => readFileSync(join(folder, 'ledger', name), 'utf8').includes('!\n')), 'a fence ends what was torn')
    const { events, exit, err } = read()
    assert.deepEqual([exit, err], [0, ''])
    assert.deepEqual(events, await expected())
    assert.ok(events.length >= COMMITS)
  })

  it('is short, and says where there is nothing to read', () => {
    assert.ok(readFileSync(join(projectRoot, 'docs', 'examples', 'read_ledger.py'), 'utf8').trimEnd().split('\n').length <= 40)
    for (const none of [folder, root]) {
      const { events, exit, err } = read(none)
      assert.deepEqual([events, exit, err], [[], 1, `There is no ledger in ${none}.\n`])
    }
  })

  it('says where lines are missing, and goes on behind them once that is repaired', async () => {
    for (let from = 0; from < COMMITS; from += EACH) await write(from)
    const lines = readFileSync(segment(segments().length - 1), 'utf8').trimEnd().split('\n')
    writeFileSync(segment(segments().length - 1), `${lines.filter((_, index) => index !== 5).join('\n')}\n`)
    assert.match(read().err, /^Lines are missing behind \d+\.\n$/)
    assert.notEqual(read().exit, 0)
    await repairLedger(folder, { fs: nodeFs, machine: testMachine, clock: testClock() })
    const { events, exit, err } = read()
    assert.deepEqual([exit, err], [0, ''])
    assert.deepEqual(events, await expected())
  })
})
