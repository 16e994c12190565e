import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, realpathSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { isMusterError } from '../../../src/core/errors.js'
import { openFolderLedger, type OpenFolderLedger } from '../../../src/core/ledger/folder/openFolderLedger.js'
import { Layout } from '../../../src/core/ledger/folder/layout.js'
import { nodeFs } from '../../../src/core/ledger/folder/ledgerFs.js'
import { readIntact } from '../../../src/core/ledger/repair/intact.js'
import { readSegment, survey } from '../../../src/core/ledger/repair/survey.js'
import { verifyFolder } from '../../../src/core/ledger/verify.js'
import { add, testClock, testMachine, type TestEvent, type TestState } from '../../contract/testMachine.js'

const COMMITS = 60
const LARGE = 100 * 1024 * 1024

describe('a damaged part of the ledger', function () {
  this.timeout(0)
  let root: string
  let folder: string

  function open(snapshots: boolean): Promise<OpenFolderLedger<TestState, TestEvent>> {
    return openFolderLedger({ folder, machine: testMachine, clock: testClock(), rescanMs: 0, segmentBytes: 4000, upkeep: { commits: snapshots ? 10 : Infinity, bytes: Infinity } })
  }

  /** Numbers of the commits that can still be read. */
  async function readable(): Promise<number[]> {
    const seqs: number[] = []
    for await (const part of readIntact(nodeFs, new Layout(folder), testMachine)) if ('stamp' in part) seqs.push(part.stamp.seq)
    return seqs
  }

  /** The lines of all files and archives, as text, by their numbers. */
  async function linesBySeq(): Promise<Map<number, string>> {
    const lines = new Map<number, string>()
    for (const { segment, ...file } of (await survey(nodeFs, new Layout(folder))).lines) {
      const { bytes } = readSegment(nodeFs, new Layout(folder), segment)
      lines.set(file.seq, bytes!.toString('utf8', file.start, file.end))
    }
    return lines
  }

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'muster-damage-')))
    folder = join(root, '.muster')
  })
  afterEach(() => removeFolder(root))

  const damages: Record<string, (path: string) => void> = {
    'cut off': (path) => truncateSync(path, readFileSync(path).length - 30),
    empty: (path) => truncateSync(path, 0),
    'with a bit flipped': (path) => {
      const data = readFileSync(path)
      data[data.length >> 1]! ^= 1
      writeFileSync(path, data)
    },
    '100 MB long': (path) => writeFileSync(path, Buffer.alloc(LARGE, 'x'), { flag: 'a' }),
    '100 MB of zeros': (path) => truncateSync(path, LARGE),
  }
  for (const [what, damage] of Object.entries(damages)) {
    for (const snapshots of [false, true]) {
      for (const place of ['first', 'last'] as const) {
        it(`(${place}, ${what}) is told of or makes no difference${snapshots ? ', with a snapshot' : ''}; whatever can be read is served, and nothing is thrown away`, async () => {
          const ledger = await open(snapshots)
          for (let i = 0; i < COMMITS; i++) await ledger.submit(add(`a:${i}`, 1, 'x'.repeat(100)))
          await ledger.close()
          const lines = await linesBySeq()
          const names = readdirSync(join(folder, 'ledger')).filter((name) => name.endsWith('.jsonl')).sort()
          assert.ok(names.length >= 4)
          const path = join(folder, 'ledger', place === 'first' ? names[0]! : names.at(-1)!)
          const before = join(root, 'before')
          copyFileSync(path, before)
          damage(path)
          const damaged = readFileSync(path).length > LARGE / 2 ? undefined : readFileSync(path)

          const memory = process.memoryUsage().rss
          const report = await verifyFolder(folder)
          const opened = await open(false).catch((error: unknown) => {
            assert.ok(isMusterError(error) && error.code === 'LEDGER_DAMAGED' && error.hint, String(error))
            return undefined
          })
          const read = opened?.peek().sum ?? 0
          const served = opened === undefined ? 'refused' : `${read} of ${COMMITS}${opened.status().readOnly === undefined ? '' : `, ${opened.status().readOnly!.code}`}`
          assert.ok(process.memoryUsage().rss - memory < 200 * 1024 * 1024, 'memory')
          // Whatever was damaged: every entry whose line is still there as it was is served, by opening or by the log of damaged records.
          const there = new Set((await linesBySeq()).values())
          const firstLost = [...lines].find(([, line]) => !there.has(line))?.[0] ?? Infinity
          assert.deepEqual(await readable(), [...lines].filter(([, line]) => line.includes('"kind":"commit"') && there.has(line)).map(([seq]) => seq), 'entries that are there')
          if (opened === undefined) assert.ok(!report.ok, 'refused to open though nothing is wrong')
          else assert.ok(opened.status().head >= Math.min(firstLost - 1, Math.max(...lines.keys())), `read up to ${opened.status().head}, and ${firstLost} is the first that is gone`)
          const told = !report.ok || opened === undefined || opened.status().readOnly !== undefined || (opened.status().problems ?? []).length > 0
          // A last part that lost its end is what a power loss leaves, and indistinguishable from it.
          const newest = snapshots ? Math.max(...readdirSync(join(folder, 'snapshots')).map((name) => Number.parseInt(name))) : 0
          const endIsGone = place === 'last' && (what === 'cut off' || what === 'empty') && newest <= (opened?.status().head ?? 0)
          assert.ok(told || read === COMMITS || endIsGone, `${served}, and verify says ${report.ok}`)
          if (opened?.status().readOnly === undefined && opened !== undefined) assert.ok((await opened.submit(add('b:1', 1))).ok)
          else if (damaged !== undefined) assert.deepEqual(readFileSync(path), damaged)
          await opened?.close()

          // Put right, it goes on as if nothing had been.
          if (told) {
            copyFileSync(before, path)
            const again = await open(false)
            assert.ok(again.peek().sum >= COMMITS && again.status().readOnly === undefined)
            await again.close()
          }
        })
      }
    }
  }
})
