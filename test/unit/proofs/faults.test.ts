import assert from 'node:assert/strict'
import { openFolderLedger } from '../../../src/core/ledger/folder/openFolderLedger.js'
import { isMusterError } from '../../../src/core/errors.js'
import { add, digest, take, testClock, testMachine } from '../../contract/testMachine.js'
import { times } from '../../counts.js'
import { code, emptyDisk, FOLDER, openOn, withCalls, type FolderLedger } from '../ledger/ledgerOnDisk.js'
import { Random } from '../ledger/simulation/random.js'
import { systemError, type SimulatedDisk } from '../ledger/simulation/simulatedDisk.js'

/** Takes every decision of a power loss in every way, one way a round; of a number of bytes: none, one, half, all. */
class EveryWay {
  private readonly path: { taken: number; ways: number }[] = []
  private at = 0

  /** @returns false when all ways were taken */
  next(): boolean {
    this.at = 0
    while (this.path.length > 0 && this.path.at(-1)!.taken + 1 >= this.path.at(-1)!.ways) this.path.pop()
    if (this.path.length === 0) return false
    this.path.at(-1)!.taken++
    return true
  }

  chance(): boolean {
    return this.choose(2) === 1
  }

  below(n: number): number {
    const numbers = [...new Set([0, 1, n >> 1, n - 1])].filter((number) => number < n)
    return numbers[this.choose(numbers.length)]!
  }

  private choose(ways: number): number {
    if (this.at === this.path.length) this.path.push({ taken: 0, ways })
    return this.path[this.at++]!.taken
  }
}

/** The same calls in the same order each time. */
function open(disk: SimulatedDisk, fault?: () => string | undefined): Promise<FolderLedger> {
  let time = 0
  const clock = { ...testClock(), monotonic: () => (time += 1), sleep: () => Promise.resolve() }
  return openFolderLedger({ folder: FOLDER, machine: testMachine, clock, fs: disk.fs(fault), rescanMs: 0, segmentBytes: 900, upkeep: { commits: 3, bytes: Infinity } })
}

/** A process that is killed at its n-th call. */
async function killedAt(disk: SimulatedDisk, n: number): Promise<{ acknowledged: Map<string, number>; calls: number }> {
  const acknowledged = new Map<string, number>()
  let calls = 0
  const fault = (): undefined => {
    if (calls++ >= n) throw systemError('EKILLED', 'killed', '')
  }
  try {
    const ledger = await open(disk, fault)
    for (let i = 0; i < 7; i++) {
      const answer = await ledger.submit(i % 2 === 0 ? take(`t:${i}`, `r${i}`, 'ann') : add(`a:${i}`, 1))
      if (answer.ok) acknowledged.set(answer.events[0]!.type === 'grant' ? `t:${i}` : `a:${i}`, answer.stamp.seq)
    }
    await ledger.close()
  } catch {
    // Dead.
  }
  return { acknowledged, calls }
}

describe('a disk that fails', function () {
  this.timeout(0)

  const most = times(6, Infinity)
  it(`keeps what was acknowledged in ${most === Infinity ? 'every state' : `up to ${most} of the states`} that a power loss at any call can leave`, async () => {
    let states = 0
    for (let n = 1; ; n++) {
      const ways = new EveryWay()
      let ended = false
      for (let way = 0; way < most; way++) {
        const disk = emptyDisk()
        const { acknowledged, calls } = await killedAt(disk, n)
        ended = calls <= n
        disk.powerLoss(ways as unknown as Random)
        const label = `call ${n}, way ${way}`
        const ledger = await open(disk).catch((error: unknown) => assert.fail(`${label}: ${String(error)}: ${disk.find(`${FOLDER}/ledger/00000001.jsonl`)?.data.toString('latin1').slice(0, 300)}`))
        const { applied } = ledger.peek()
        for (const [key, seq] of acknowledged) assert.equal(applied.get(key)?.stamp.seq, seq, `${label}: ${key}`)
        assert.equal(ledger.status().readOnly, undefined, label)
        assert.ok((await ledger.submit(add('z:1', 1))).ok, label)
        const state = digest(ledger.peek())
        await ledger.close()
        const reader = await open(disk)
        assert.equal(digest(reader.peek()), state, label)
        states++
        if (!ways.next()) break
      }
      if (ended) break
    }
    console.log(`      ${states} states`)
    assert.ok(states > 300, `${states}`)
  })

  it('answers NOT_APPLIED wherever a write is cut off, and the retry applies it once', async () => {
    let length = Infinity
    for (let cut = 0; cut < length; cut++) {
      const disk = emptyDisk()
      const fs = disk.fs()
      let short = false
      const append = (fd: number, bytes: Buffer): number => {
        if (!short) return fs.append(fd, bytes)
        short = false
        length = bytes.length
        return disk.append(fd, bytes, cut)
      }
      const ledger = await openOn(disk, { fs: withCalls(fs, { append }) })
      short = true
      await assert.rejects(ledger.submit(add('a:1', 1)), code('NOT_APPLIED'))
      assert.ok((await ledger.submit(add('a:1', 1))).ok)
      assert.equal((await openOn(disk, { readOnly: true })).peek().sum, 1, `cut at ${cut}`)
    }
    assert.ok(length > 150 && length < Infinity)
  })

  const wanted = times(200, 1000)
  it(`applies each operation once in ${wanted} retries after an unknown outcome`, async () => {
    const disk = emptyDisk()
    const random = new Random(16)
    let failing = 0
    let time = 0
    const fault = (call: string): string | undefined => (call.startsWith('fdatasync') && failing > 0 && failing-- > 0 ? 'EIO' : undefined)
    // Tries to get out of it are a second apart.
    const clock = { ...testClock(), monotonic: () => (time += 100), sleep: () => Promise.resolve() }
    const ledger = await openOn(disk, { fault, clock, segmentBytes: 30_000 })
    let unknown = 0
    let operations = 0
    for (; unknown < wanted; operations++) {
      failing = random.below(4)
      for (let applied = false; !applied; ) {
        try {
          const answer = await ledger.submit(add(`a:${operations}`, 1))
          assert.ok(answer.ok)
          applied = true
        } catch (error) {
          assert.ok(isMusterError(error) && error.code === 'OUTCOME_UNKNOWN', String(error))
          unknown++
          time += 1000
        }
      }
    }
    failing = 0
    await ledger.close()
    disk.powerLoss(new Random(1))
    assert.equal((await openOn(disk)).peek().sum, operations)
  })
})
