import assert from 'node:assert/strict'
import { isMusterError } from '../../../src/core/errors.js'
import { openPostgresLedger } from '../../../src/core/ledger/postgres/openPostgresLedger.js'
import { add, digest, testClock, testMachine, type TestEvent, type TestState } from '../../contract/testMachine.js'
import type { Ledger } from '../../../src/core/ledger/port.js'
import { freshSpace, TestServer } from '../../postgres/server.js'

const KILLS = 5
const WRITERS = 4
/** Acknowledged between two kills, at the least. */
const BETWEEN = 50

describe('a database server that is killed under load', function () {
  this.timeout(600_000)
  let server: TestServer
  before(async () => {
    server = await TestServer.start()
  })
  after(() => server.stop())

  it('loses nothing that was acknowledged, applies nothing twice, and is found again by everybody', async () => {
    const address = server.addressOf(freshSpace())
    const open = (): Promise<Ledger<TestState, TestEvent>> => openPostgresLedger({ address, machine: testMachine, clock: testClock(), rescanMs: 0, patienceMs: 600_000 })
    const ledgers = await Promise.all(Array.from({ length: WRITERS }, open))
    const acknowledged = new Map<string, number>()
    let enough = (): void => undefined
    let over = false
    const write = async (ledger: Ledger<TestState, TestEvent>, n: number): Promise<void> => {
      for (let i = 0; !over; i++) {
        const key = `${n}:${i}`
        for (let done = false; !done; ) {
          try {
            const answer = await ledger.submit(add(key, 1))
            assert.ok(answer.ok)
            acknowledged.set(key, answer.stamp.seq)
            enough()
            done = true
          } catch (error) {
            // Tried again with the same key, as people are told to.
            if (!isMusterError(error) || !['OUTCOME_UNKNOWN', 'DATABASE_UNUSABLE', 'NOT_APPLIED'].includes(error.code)) throw error
          }
        }
      }
    }
    const writing = Promise.all(ledgers.map(write))
    const more = (count: number): Promise<void> => {
      const goal = acknowledged.size + count
      return Promise.race([new Promise<void>((done) => (enough = () => void (acknowledged.size >= goal && done()))), writing.then(() => undefined)])
    }
    const back: number[] = []
    for (let kill = 0; kill < KILLS; kill++) {
      await more(BETWEEN)
      server.kill()
      await server.restart()
      const up = Date.now()
      await more(1)
      back.push(Date.now() - up)
    }
    await more(BETWEEN)
    over = true
    await writing

    const last = await open()
    const seen = new Map<string, number>()
    const numbers: number[] = []
    for await (const { stamp, ops } of last.history()) {
      numbers.push(stamp.seq)
      for (const { key } of ops) {
        assert.ok(!seen.has(key), `${key} twice`)
        seen.set(key, stamp.seq)
      }
    }
    for (const [key, seq] of acknowledged) assert.equal(seen.get(key), seq, key)
    assert.deepEqual(numbers, numbers.map((_, index) => numbers[0]! + index), 'no number is left out')
    const digests = await Promise.all([...ledgers, last].map(async (ledger) => digest(await ledger.refresh())))
    assert.equal(new Set(digests).size, 1)
    console.log(`      ${acknowledged.size} acknowledged; back after ${back.map((ms) => `${ms} ms`).join(', ')}`)
    for (const ledger of [...ledgers, last]) await ledger.close()
  })
})
