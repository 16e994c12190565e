import assert from 'node:assert/strict'
import { readIntact } from '../../../src/core/ledger/repair/intact.js'
import { repairLedger } from '../../../src/core/ledger/repair/repairLedger.js'
import { Layout } from '../../../src/core/ledger/folder/layout.js'
import type { Commit } from '../../../src/core/ledger/port.js'
import { verifyFolder } from '../../../src/core/ledger/verify.js'
import { add, testClock, testMachine, type TestEvent } from '../../contract/testMachine.js'
import { bytesOf, code, emptyDisk, FOLDER, openOn, scribble, SEGMENT } from './ledgerOnDisk.js'
import type { SimulatedDisk } from './simulation/simulatedDisk.js'

const COMMITS = 120
const upkeep = { commits: 10, bytes: Infinity }
const archived = (number: number): string => `${FOLDER}/archive/${String(number).padStart(8, '0')}.jsonl.gz`
const segment = (number: number): string => `${FOLDER}/ledger/${String(number).padStart(8, '0')}.jsonl`

/** A ledger in many small segments, the first of them archived. */
async function kept(): Promise<SimulatedDisk> {
  const disk = emptyDisk()
  for (let done = 0; done < COMMITS; done += 10) {
    const ledger = await openOn(disk, { segmentBytes: 1500, upkeep })
    for (let i = done; i < done + 10; i++) await ledger.submit(add(`a:${i}`, 1, 'x'.repeat(30)))
    await ledger.close()
  }
  return disk
}

function flip(disk: SimulatedDisk, path: string, at: number): void {
  const data = Buffer.from(bytesOf(disk, path))
  data[at]! ^= 1
  disk.plant(path, data)
}

async function seqsOf(history: AsyncIterable<Commit<TestEvent>>): Promise<{ seqs: number[]; error: unknown }> {
  const seqs: number[] = []
  try {
    for await (const { stamp } of history) seqs.push(stamp.seq)
  } catch (error) {
    return { seqs, error }
  }
  return { seqs, error: undefined }
}

describe('damaged parts of a ledger', () => {
  it('leave what comes before them to be looked back over', async () => {
    const disk = emptyDisk()
    const ledger = await openOn(disk)
    for (let i = 0; i < 20; i++) await ledger.submit(add(`a:${i}`, 1))
    const data = bytesOf(disk)
    data[data.indexOf('"a:15"')]! ^= 1
    const { seqs, error } = await seqsOf(ledger.history())
    assert.ok(code('LEDGER_DAMAGED')(error), String(error))
    assert.deepEqual(seqs, Array.from({ length: 15 }, (_, i) => i + 2))
  })

  it('are named where they are missing, stubs of archives included', async () => {
    const disk = await kept()
    const ledger = await openOn(disk)
    disk.fs().unlink(SEGMENT)
    const { error } = await seqsOf(ledger.history())
    assert.ok(code('LEDGER_DAMAGED')(error) && String(error).includes(`${SEGMENT}, a part of the records, is missing`), String(error))
  })

  it('leave all others to be read, and each gap is told of where it is', async () => {
    const disk = await kept()
    const whole: number[] = []
    for await (const { stamp } of (await openOn(disk)).history()) whole.push(stamp.seq)
    assert.equal(whole.length, COMMITS)
    const last = disk.fs().readdir(`${FOLDER}/ledger`).filter((name) => /^\d/.test(name)).length
    const gone = JSON.parse(bytesOf(disk, segment(last - 1)).toString().split('\n')[1]!) as { seq: number }
    flip(disk, segment(last - 1), bytesOf(disk, segment(last - 1)).indexOf(`"seq":${gone.seq}`) + 150)
    disk.fs().unlink(SEGMENT)
    const read: number[] = []
    const gaps: object[] = []
    for await (const part of readIntact(disk.fs(), new Layout(FOLDER), testMachine)) {
      if ('from' in part) gaps.push({ ...part, behind: read.at(-1) })
      else read.push(part.stamp.seq)
    }
    assert.deepEqual(read, whole.filter((seq) => seq !== gone.seq))
    assert.deepEqual(gaps, [{ from: gone.seq, to: gone.seq, behind: whole.filter((seq) => seq < gone.seq).at(-1) }])
  })

  it('are all counted by verify, with what is left', async () => {
    const disk = await kept()
    const { commits } = await verifyFolder(FOLDER, disk.fs())
    assert.equal(commits, COMMITS)
    const intact = await verifyFolder(FOLDER, disk.fs())
    const last = intact.segments
    disk.plant(archived(1), bytesOf(disk, archived(1)).subarray(0, 60))
    disk.fs().unlink(archived(3))
    flip(disk, segment(last - 1), 150)
    const newest = disk.fs().readdir(`${FOLDER}/snapshots`).sort((a, b) => Number.parseInt(b) - Number.parseInt(a))[0]!
    flip(disk, `${FOLDER}/snapshots/${newest}`, bytesOf(disk, `${FOLDER}/snapshots/${newest}`).length - 200)
    const report = await verifyFolder(FOLDER, disk.fs())
    assert.equal(report.ok, false)
    assert.deepEqual(report.problem, report.problems?.[0])
    const kinds = report.problems!.map(({ kind, segment: part, file }) => [kind, part ?? file])
    for (const expected of [['unreadable', 1], ['unreadable', 3], ['damaged', last - 1], ['snapshot', `snapshots/${newest}`]]) assert.ok(kinds.some((kind) => JSON.stringify(kind) === JSON.stringify(expected)), JSON.stringify(kinds))
    // What a repair would keep, counted as it counts.
    const done = await repairLedger(FOLDER, { fs: disk.fs(), machine: testMachine, clock: testClock() })
    assert.deepEqual([report.commits, report.head.seq, report.ledger], [done.kept, intact.head.seq, intact.ledger])
    assert.ok(report.commits > COMMITS / 2 && report.commits < COMMITS)
    assert.equal((await verifyFolder(FOLDER, disk.fs())).problems, undefined)
  })

  it('are counted, and no damage, where they are bytes without an end', async () => {
    const disk = await kept()
    const last = (await verifyFolder(FOLDER, disk.fs())).segments
    scribble(disk, Buffer.alloc(3 * 1024 * 1024, 'x'), segment(last))
    const report = await verifyFolder(FOLDER, disk.fs())
    assert.deepEqual([report.ok, report.junk, report.commits], [true, 1, COMMITS])
  })

  it('do not take the id of the ledger with them, while anything tells it', async () => {
    for (const withSnapshots of [true, false]) {
      const disk = emptyDisk()
      const ledger = await openOn(disk, { upkeep: withSnapshots ? upkeep : { commits: Infinity, bytes: Infinity } })
      for (let i = 0; i < 30; i++) await ledger.submit(add(`a:${i}`, 1))
      await ledger.close()
      // With snapshots the line is gone, without them one of its digits is another.
      const data = Buffer.from(bytesOf(disk))
      if (withSnapshots) disk.plant(SEGMENT, data.subarray(data.indexOf('\n') + 1))
      else flip(disk, SEGMENT, data.indexOf('"at":') + 6)
      const parts = { fs: disk.fs(), machine: testMachine, clock: testClock() }
      assert.equal((await repairLedger(FOLDER, parts)).ledger, ledger.id)
      assert.equal((await verifyFolder(FOLDER, disk.fs())).ledger, ledger.id)
      // Again, with nothing but what the repair itself has left.
      for (const name of disk.fs().readdir(`${FOLDER}/snapshots`)) disk.fs().unlink(`${FOLDER}/snapshots/${name}`)
      const now = bytesOf(disk)
      disk.plant(SEGMENT, now.subarray(now.indexOf('\n') + 1))
      assert.equal((await repairLedger(FOLDER, parts)).ledger, ledger.id)
      assert.equal((await openOn(disk)).id, ledger.id)
    }
  })
})
