import assert from 'node:assert/strict'
import { findPgBouncer, poolerAdvice } from '../../scripts/pgbouncer.js'
import { Proxy } from '../postgres/proxy.js'
import { examineDatabase, openPostgresLedger, type OpenPostgresLedger } from '../../src/core/ledger/postgres/openPostgresLedger.js'
import { Pooler } from '../postgres/pooler.js'
import { freshSpace, stopAfterAll, testServer, type AnyServer } from '../postgres/server.js'
import { add, digest, take, testClock, testMachine, type TestEvent, type TestState } from './testMachine.js'

type TestLedger = OpenPostgresLedger<TestState, TestEvent>

stopAfterAll()

const program = findPgBouncer()

describe('a database behind a pooler that gives each transaction another connection', () => {
  if (program === undefined) {
    it(`is not tried: ${poolerAdvice}`, function () {
      this.skip()
    })
    return
  }
  let server: AnyServer
  let pooler: Pooler
  let space: string
  let opened: TestLedger[]

  before(async () => {
    server = await testServer()
    pooler = await Pooler.before(program, server.address, 2)
  })
  after(() => pooler.stop())
  beforeEach(() => {
    space = freshSpace()
    opened = []
  })
  afterEach(async () => {
    for (const ledger of opened) await ledger.close()
  })

  async function open(address: string, options: { watch?: boolean } = {}): Promise<TestLedger> {
    const ledger = await openPostgresLedger({ address, machine: testMachine, clock: testClock(), rescanMs: 0, ...options })
    opened.push(ledger)
    return ledger
  }
  const behind = (): string => pooler.addressOf(server.addressOf(space))

  it('loses and doubles nothing of more writers than it has connections, near ones among them', async () => {
    const ledgers = await Promise.all(Array.from({ length: 8 }, (_, n) => open(n < 6 ? behind() : server.addressOf(space))))
    const each = 15
    await Promise.all(ledgers.map(async (ledger, n) => {
      for (let i = 0; i < each; i++) assert.ok((await ledger.submit(add(`${n}:${i}`, 1))).ok)
    }))
    const winners = await Promise.all(ledgers.map((ledger, n) => ledger.submit(take(`${n}:take`, 'x', `agent-${n}`))))
    assert.equal(winners.filter(({ ok }) => ok).length, 1)
    const states = await Promise.all(ledgers.map((ledger) => ledger.refresh()))
    assert.deepEqual(states.map(({ sum }) => sum), ledgers.map(() => ledgers.length * each))
    assert.equal(new Set(states.map(digest)).size, 1)
  })

  it('has everybody look by themselves, since notifications do not come through', async () => {
    const writer = await open(behind())
    // Nothing but what it does by itself: a second, where it found out that it is not told.
    const ledgers = await Promise.all(Array.from({ length: 4 }, () => openWatching()))
    const waits: number[] = []
    for (let round = 1; round <= 3; round++) {
      assert.ok((await writer.submit(add(`a:${round}`, 1))).ok)
      const from = performance.now()
      await Promise.all(ledgers.map(async (ledger) => {
        await until(ledger, () => ledger.peek().sum === round)
        waits.push(performance.now() - from)
      }))
    }
    console.log(`      seen after ${Math.round(Math.max(...waits))} ms at most`)
  })

  it('is found out to be there when the database is tried: that one notification came through says nothing', async () => {
    const [near, far] = await Promise.all([server.addressOf(space), behind()].map((address) => examineDatabase({ address, space: undefined })))
    assert.deepEqual([near?.told, far?.told], [true, false])
  })

  it('is found out to be there: who is behind it looks more often than who is not', async () => {
    const side = async (target: number, address: string) => {
      const proxy = await Proxy.to(target)
      // So seldom that whoever is told does not look before whoever is not has.
      const ledger = await openPostgresLedger({ address: proxy.addressOf(address), machine: testMachine, clock: testClock(), watch: true, rescanMs: 3_600_000 })
      let looks = 0
      const looked = new Promise<void>((done) => {
        proxy.onSent = (text) => {
          if (text.includes('order by seq') && ++looks === 1) done()
        }
      })
      const end = async (): Promise<void> => {
        await ledger.close()
        await proxy.close()
      }
      return { looked, looks: () => looks, end }
    }
    const [near, far] = await Promise.all([side(server.port, server.addressOf(freshSpace())), side(pooler.port, behind())])
    await far.looked
    assert.equal(near.looks(), 0)
    for (const { end } of [near, far]) await end()
  })

  async function openWatching(): Promise<TestLedger> {
    const ledger = await openPostgresLedger({ address: behind(), machine: testMachine, clock: testClock(), watch: true })
    opened.push(ledger)
    return ledger
  }

  async function until(ledger: TestLedger, isSo: () => boolean): Promise<void> {
    await new Promise<void>((done) => {
      const look = (): void => void (isSo() && (listening.dispose(), done()))
      const listening = ledger.onDidAdvance(look)
      look()
    })
  }
})
