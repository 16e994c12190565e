import assert from 'node:assert/strict'
import postgres from 'postgres'
import { isMusterError } from '../../src/core/errors.js'
import { openPostgresLedger, type OpenPostgresLedger, type PostgresLedgerOptions } from '../../src/core/ledger/postgres/openPostgresLedger.js'
import { Proxy } from '../postgres/proxy.js'
import { freshDatabase, stopAfterAll, testServer } from '../postgres/server.js'
import { add, testClock, testMachine, type TestEvent, type TestState } from './testMachine.js'

type TestLedger = OpenPostgresLedger<TestState, TestEvent>

stopAfterAll()

/** ms; nothing here takes so long unless somebody waits for what never comes. */
const FOR_EVER = 3_600_000

describe('the time that a database is given', () => {
  let proxy: Proxy
  let sql: postgres.Sql
  let address: string
  let opened: TestLedger[]

  beforeEach(async () => {
    const server = await testServer()
    // Locks on its tables are in nobody else's way.
    address = await freshDatabase()
    sql = postgres(address.replace(/\?.*/, ''), { max: 2, onnotice: () => undefined })
    proxy = await Proxy.to(server.port)
    opened = []
  })
  afterEach(async () => {
    proxy.hangs = false
    for (const ledger of opened) await ledger.close()
    await proxy.close()
    await sql.end()
  })

  async function open(options: Partial<PostgresLedgerOptions<TestState, TestEvent>> = {}): Promise<TestLedger> {
    const ledger = await openPostgresLedger({ address: proxy.addressOf(address), machine: testMachine, clock: testClock(), rescanMs: 0, ...options })
    opened.push(ledger)
    return ledger
  }

  /** Does `work` while another session holds a lock on the lines. */
  async function locked(mode: string, work: () => Promise<void>): Promise<void> {
    const session = await sql.reserve()
    try {
      await session.unsafe(`begin; lock table muster.lines in ${mode} mode`)
      await work()
    } finally {
      await session.unsafe('rollback')
      session.release()
    }
  }

  const waiting = async (): Promise<number> => Number((await sql`select count(*) as count from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())`)[0]!['count'])
  const until = async (isSo: () => Promise<boolean> | boolean): Promise<void> => {
    while (!(await isSo())) await new Promise((done) => setTimeout(done, 20))
  }
  const heldUp = (sqlstate: string) => (error: unknown): boolean => isMusterError(error) && (assert.deepEqual([error.code, error.details['sqlstate']], ['DATABASE_UNUSABLE', sqlstate], error.message), assert.match(error.message, /did not get to it in time/), true)

  it('to read is limited at the server: behind a lock of another session it gives up first, and the connection is used on', async () => {
    let connections = 0
    proxy.onSent = (text) => {
      if (text.includes('application_name')) connections++
    }
    const ledger = await open({ statementMs: 5_000 })
    assert.ok((await ledger.submit(add('a:1', 1))).ok)
    await locked('access exclusive', async () => {
      await assert.rejects(ledger.refresh(), heldUp('57014'))
      assert.equal(await waiting(), 0)
    })
    assert.equal((await ledger.refresh()).sum, 1)
    assert.equal(connections, 1)
  })

  it('ends for a statement whose asker has gone: the server does not go on waiting for the lock', async () => {
    const ledger = await open({ statementMs: 3_000 })
    await ledger.submit(add('a:1', 1))
    await locked('access exclusive', async () => {
      let looked: Promise<unknown> | undefined
      // Asked again where nobody looked for so long that it was over.
      await until(async () => {
        looked ??= ledger.refresh().catch(() => (looked = undefined))
        return (await waiting()) > 0
      })
      await proxy.down()
      // The lock is held all the time: nothing but the limit ends this.
      await until(async () => (await waiting()) === 0)
      await proxy.up()
      await looked
    })
    assert.equal((await ledger.refresh()).sum, 1)
  })

  it('to write is limited at the server by what its function waits for locks; nothing is written late, and it is done when it can be', async () => {
    const ledger = await open()
    await ledger.submit(add('a:1', 1))
    await locked('share', async () => {
      await assert.rejects(ledger.submit(add('a:2', 10)), heldUp('55P03'))
      assert.equal(await waiting(), 0)
    })
    assert.equal((await ledger.refresh()).sum, 1)
    assert.ok((await ledger.submit(add('a:2', 10))).ok)
    assert.equal((await ledger.refresh()).sum, 11)
  })

  it('is a setting of one transaction: the next on the same connection has the server\'s own', async () => {
    let sent = ''
    proxy.onSent = (text) => (sent += text)
    const ledger = await open()
    await ledger.submit(add('a:1', 1))
    assert.match(sent, /set local statement_timeout = 12000;select/)
    assert.doesNotMatch(sent.replaceAll('set local statement_timeout', ''), /statement_timeout/)
  })

  describe('at the end', () => {
    const patient = { patienceMs: FOR_EVER, statementMs: FOR_EVER, connectMs: FOR_EVER }
    const code = (expected: string) => (error: unknown): boolean => isMusterError(error) && (assert.equal(error.code, expected, error.message), true)

    /** Closes it while something is still to be written. @returns what became of that */
    async function closing(ledger: TestLedger, key: string): Promise<unknown> {
      const late = ledger.submit(add(key, 100)).then(() => 'acknowledged', (error: unknown) => error)
      const looking = ledger.refresh().catch(() => undefined)
      await ledger.close()
      await looking
      return late
    }

    it('is a moment where nobody answers any more, and what was acknowledged stays', async () => {
      const ledger = await open(patient)
      await ledger.submit(add('a:1', 1))
      await proxy.down()
      await until(() => ledger.status().readOnly !== undefined)
      assert.ok(code('DATABASE_UNUSABLE')(await closing(ledger, 'a:2')))
      await proxy.up()
      assert.equal((await (await open()).refresh()).sum, 1)
    })

    it('is a moment where the connection hangs; what was on its way is not acknowledged', async () => {
      const ledger = await open(patient)
      await ledger.submit(add('a:1', 1))
      proxy.hangs = true
      assert.ok(code('OUTCOME_UNKNOWN')(await closing(ledger, 'a:2')))
      proxy.hangs = false
      assert.equal((await (await open()).refresh()).sum, 1)
    })

    it('is a moment where a new connection hangs', async () => {
      const ledger = await open(patient)
      await ledger.submit(add('a:1', 1))
      proxy.hangs = true
      proxy.cut()
      assert.ok(isMusterError(await closing(ledger, 'a:2')))
    })

    it('is as long as answers come: a database that is only slow is waited for', async () => {
      const ledger = await open()
      proxy.delay = 300
      assert.equal(await closing(ledger, 'a:1'), 'acknowledged')
      proxy.delay = 0
      assert.equal((await (await open()).refresh()).sum, 100)
    })
  })
})
