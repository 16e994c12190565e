import assert from 'node:assert/strict'
import { gunzipSync } from 'node:zlib'
import type { Commit } from '../../../src/core/ledger/port.js'
import { add, testClock, type TestEvent } from '../../contract/testMachine.js'
import { bytesOf, code, emptyDisk, FOLDER, openOn, SEGMENT, type FolderLedger } from './ledgerOnDisk.js'
import type { SimulatedDisk } from './simulation/simulatedDisk.js'

const COMMITS = 5000
const START = 1_700_000_000_000

async function all(history: AsyncIterable<Commit<TestEvent>>): Promise<number[]> {
  const seqs: number[] = []
  for await (const commit of history) seqs.push(commit.stamp.seq)
  return seqs
}

/** Many lines in several segments, some archived. */
async function long(): Promise<{ disk: SimulatedDisk; ledger: FolderLedger }> {
  const disk = emptyDisk()
  let time = START
  const clock = { ...testClock(), now: () => (time += 1000) }
  for (let first = 0; first < COMMITS; first += 500) {
    const ledger = await openOn(disk, { segmentBytes: 200_000, upkeep: { commits: 400, bytes: Infinity }, clock })
    for (let i = first; i < first + 500; i++) await ledger.submit(add(`k:${i}`, 1))
    // Waits for the snapshot and the archive that are due.
    await ledger.close()
  }
  return { disk, ledger: await openOn(disk) }
}

describe('folder ledger: looking back', () => {
  let disk: SimulatedDisk
  let ledger: FolderLedger
  let everything: number[]

  before(async function () {
    this.timeout(600_000)
    ;({ disk, ledger } = await long())
    everything = await all(ledger.history())
  })

  it('is the same wherever it starts', async () => {
    assert.equal(everything.length, COMMITS)
    assert.ok(disk.fs().readdir(`${FOLDER}/archive`).length > 0, 'part of it is archived')
    for (const from of [1, 2, 1000, 1024, 1025, 1026, 2500, 4097, everything.at(-1)!, everything.at(-1)! + 1]) {
      assert.deepEqual(await all(ledger.history({ from })), everything.filter((seq) => seq >= from), `from ${from}`)
    }
  })

  it('starts near where it is asked to', async () => {
    const first = Buffer.from(bytesOf(disk))
    try {
      disk.plant(SEGMENT, Buffer.from('{"archived":1,"first":1,"last":1,"lastSum":"","sha256":"0"}\n'))
      const from = everything[COMMITS - 300]!
      assert.equal((await all(ledger.history({ from }))).length, 300)
      await assert.rejects(all(ledger.history()), code('LEDGER_DAMAGED'))
    } finally {
      disk.plant(SEGMENT, first)
    }
  })

  it('starts near a time, and leaves nothing out that is later', async () => {
    const times = new Map<number, number>()
    for await (const { stamp } of ledger.history()) times.set(stamp.seq, stamp.at)
    for (const seq of [everything[0]!, everything[10]!, everything[1500]!, everything[4000]!, everything.at(-1)!]) {
      const found = await all(ledger.history({ since: times.get(seq)! }))
      assert.deepEqual(found.filter((one) => times.get(one)! >= times.get(seq)!), everything.filter((one) => one >= seq))
      assert.ok(seq - found[0]! <= 2 * 1024, `${seq} is found from ${found[0]} on`)
    }
    assert.equal((await all(ledger.history({ since: 0 }))).length, COMMITS)
  })

  it('finds any commit by its number', async () => {
    for (const seq of [2, 3, 700, 1024, 1025, 3000, everything.at(-1)!]) {
      const commit = await ledger.read(seq)
      assert.equal(commit?.stamp.seq, everything.includes(seq) ? seq : undefined)
    }
    assert.equal(await ledger.read(1), undefined)
    assert.equal(await ledger.read(1_000_000), undefined)
  })

  it('answers a retry of long ago with what was done then', async () => {
    const answer = await ledger.submit(add('k:3', 1))
    assert.ok(answer.ok && answer.repeated)
    assert.deepEqual([answer.stamp.seq, answer.events], [5, [{ type: 'add', amount: 1 }]])
  })

  it('says so where what was done then cannot be read, and carries out the rest', async () => {
    const archive = `${FOLDER}/archive/00000001.jsonl.gz`
    const packed = Buffer.from(bytesOf(disk, archive))
    assert.match(gunzipSync(packed).toString(), /"k:3"/)
    disk.plant(archive, packed.subarray(0, 100))
    const [retry, fresh] = await Promise.allSettled([ledger.submit(add('k:3', 1)), ledger.submit(add('fresh:1', 1))])
    disk.plant(archive, packed)
    assert.ok(retry.status === 'rejected' && code('LEDGER_DAMAGED')(retry.reason))
    assert.ok(fresh.status === 'fulfilled' && fresh.value.ok)
  })
})
