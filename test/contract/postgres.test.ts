import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import postgres from 'postgres'
import { removeFolder } from '../../scripts/removeFolder.js'
import { isMusterError, type MusterError } from '../../src/core/errors.js'
import { sumOf } from '../../src/core/ledger/line.js'
import { openPostgresLedger, type OpenPostgresLedger, type PostgresLedgerOptions } from '../../src/core/ledger/postgres/openPostgresLedger.js'
import { literal } from '../../src/core/ledger/postgres/session.js'
import { Proxy } from '../postgres/proxy.js'
import { freshSpace, stopAfterAll, testServer, type AnyServer } from '../postgres/server.js'
import { add, digest, free, take, testClock, testMachine, type TestEvent, type TestState } from './testMachine.js'

type TestLedger = OpenPostgresLedger<TestState, TestEvent>

stopAfterAll()

describe('the ledger in PostgreSQL', () => {
  let server: AnyServer
  let proxy: Proxy
  let sql: postgres.Sql
  let space: string
  let opened: TestLedger[]

  before(async () => {
    server = await testServer()
    sql = postgres(server.address, { max: 2, onnotice: () => undefined })
  })
  after(() => sql.end())
  beforeEach(async () => {
    space = freshSpace()
    opened = []
    proxy = await Proxy.to(server.port)
  })
  afterEach(async () => {
    for (const ledger of opened) await ledger.close()
    await proxy.close()
  })

  async function open(options: Partial<PostgresLedgerOptions<TestState, TestEvent>> = {}): Promise<TestLedger> {
    const ledger = await openPostgresLedger({ address: server.addressOf(space), machine: testMachine, clock: testClock(), rescanMs: 0, ...options })
    opened.push(ledger)
    return ledger
  }

  const far = (): string => proxy.addressOf(server.addressOf(space))

  /** Until something is so that a ledger tells of. */
  async function until(ledger: TestLedger, isSo: () => boolean): Promise<void> {
    await new Promise<void>((done) => {
      const look = (): void => void (isSo() && (first.dispose(), second.dispose(), done()))
      const [first, second] = [ledger.onDidAdvance(look), ledger.onDidChangeStatus(look)]
      look()
    })
  }

  const code = (expected: string) => (error: unknown): boolean => isMusterError(error) && (assert.equal(error.code, expected, error.message), true)

  describe('where the connection fails', () => {
    it('shows what was known and refuses at once while the database cannot be reached, keeps nothing back, and goes on by itself', async () => {
      const here = await open({ address: far(), patienceMs: 0 })
      await here.submit(add('a:1', 1))
      await proxy.down()
      await until(here, () => here.status().readOnly !== undefined)
      assert.equal(here.status().readOnly?.code, 'DATABASE_UNUSABLE')
      assert.equal(here.peek().sum, 1)
      await assert.rejects(here.submit(add('a:2', 10)), code('DATABASE_UNUSABLE'))
      await assert.rejects(here.refresh(), code('DATABASE_UNUSABLE'))
      const there = await open()
      await there.submit(add('b:1', 100))
      await proxy.up()
      await until(here, () => here.status().readOnly === undefined)
      assert.equal((await here.refresh()).sum, 101)
      await here.submit(add('a:3', 1000))
      assert.equal((await there.refresh()).sum, 1101)
    })

    it('applies an operation once whose answer was lost, and says that it was this try', async () => {
      const here = await open({ address: far() })
      const before = here.status().head
      let lost = 0
      proxy.onSent = (text) => {
        if (text.includes('muster.append') && lost++ === 0) proxy.loseAnswers()
      }
      const answer = await here.submit(take('a:1', 'x', 'ann'))
      assert.ok(answer.ok)
      assert.equal(answer.repeated, false)
      assert.equal(answer.stamp.seq, before + 1)
      assert.equal(here.status().head, before + 1)
      assert.ok(lost > 0)
    })

    it('says OUTCOME_UNKNOWN with the keys where it cannot find out, and a retry applies once', async () => {
      const here = await open({ address: far(), patienceMs: 50 })
      let down: Promise<void> | undefined
      proxy.onSent = (text) => {
        if (!text.includes('muster.append') || down !== undefined) return
        proxy.loseAnswers()
        down = proxy.down()
      }
      await assert.rejects(here.submit(add('a:1', 1)), (error) => code('OUTCOME_UNKNOWN')(error) && assert.deepEqual((error as MusterError).details['keys'], ['a:1']) === undefined)
      await down
      await proxy.up()
      await until(here, () => here.status().readOnly === undefined)
      assert.ok((await here.submit(add('a:1', 1))).ok)
      assert.equal((await here.refresh()).sum, 1)
    })

    it('gives up a connection that hangs', async () => {
      const here = await open({ address: far(), statementMs: 3_000, patienceMs: 600_000 })
      proxy.hangs = true
      proxy.onSent = (text) => {
        if (text.includes('application_name')) proxy.hangs = false
      }
      assert.ok((await here.submit(add('a:1', 1))).ok)
      assert.equal((await here.refresh()).sum, 1)
    })

    it('finds another way in when the server ends all connections', async () => {
      const [a, b] = [await open(), await open()]
      await a.submit(add('a:1', 1))
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'muster'`
      const answers = await Promise.all([a.submit(add('a:2', 1)), b.submit(add('b:1', 1))])
      assert.ok(answers.every(({ ok }) => ok))
      assert.equal((await a.refresh()).sum, 3)
    })
  })

  describe('among others', () => {
    it('gives a distant client its turn among near ones that never stop', async () => {
      const near = await Promise.all(Array.from({ length: 8 }, () => open()))
      const distant = await open({ address: far() })
      proxy.delay = 20
      let over = false
      const work = near.map(async (ledger, n) => {
        let count = 0
        for (; !over; count++) assert.ok((await ledger.submit(add(`${n}:${count}`, 1))).ok)
        return count
      })
      const mine = 5
      for (let i = 0; i < mine; i++) assert.ok((await distant.submit(add(`far:${i}`, 1))).ok)
      over = true
      const theirs = (await Promise.all(work)).reduce((sum, count) => sum + count, 0)
      assert.ok(theirs > 0)
      assert.equal((await distant.refresh()).sum, mine + theirs)
    })

    it('is told of what others write, and without being told sees it at the next look', async () => {
      const writer = await open()
      const told = await open({ watch: true })
      const untold = await open({ address: (proxy.tellsNothing = true, far()), watch: true, rescanMs: 20 })
      await writer.submit(add('a:1', 1))
      await Promise.all([until(told, () => told.peek().sum === 1), until(untold, () => untold.peek().sum === 1)])
    })

    it('is told again after the connection was cut', async () => {
      const writer = await open()
      const told = await open({ address: far(), watch: true })
      proxy.cut()
      await writer.submit(add('a:1', 1))
      await until(told, () => told.peek().sum === 1)
      await writer.submit(add('a:2', 1))
      await until(told, () => told.peek().sum === 2)
    })

    it('keeps teams in one database apart', async () => {
      const ours = await open()
      const others = await open({ address: server.addressOf(freshSpace()) })
      assert.notEqual(ours.id, others.id)
      await ours.submit(add('a:1', 1))
      assert.equal((await others.refresh()).sum, 0)
    })

    it('dates by the clock of the database', async () => {
      const clock = testClock()
      clock.time = Date.UTC(1999, 0, 1)
      const ledger = await open({ clock })
      const answer = await ledger.submit(add('a:1', 1))
      const [row] = await sql<{ now: number }[]>`select (extract(epoch from clock_timestamp()) * 1000)::float8 as now`
      assert.ok(answer.ok && Math.abs(answer.stamp.at - row!.now) < 60_000)
    })

    it('begins one ledger when many begin it at once', async () => {
      const ledgers = await Promise.all(Array.from({ length: 8 }, () => open()))
      assert.equal(new Set(ledgers.map(({ id }) => id)).size, 1)
    })
  })

  describe('in the hands of others', () => {
    it('goes on behind what it knew when the database went back to an older state, so that no token is given twice', async () => {
      const here = await open()
      const first = await here.submit(take('a:1', 'x', 'ann'))
      await here.submit(add('a:2', 1))
      const { head } = here.status()
      await sql`delete from muster.lines where space = ${space} and seq > ${head - 1}`
      const there = await open()
      const next = await here.submit(take('a:3', 'y', 'ann'))
      assert.ok(first.ok && next.ok)
      assert.equal(next.stamp.seq, head + 2, 'the number that was lost is skipped, the one after it is of the line that says so')
      assert.match(here.status().notice ?? '', /older state/)
      assert.equal((await there.refresh()).owners.get('y')?.token, next.stamp.seq)
      assert.equal(digest(await here.refresh()), digest(await there.refresh()))
      const commits = []
      for await (const commit of here.history()) commits.push(commit.stamp.seq)
      assert.deepEqual(commits, [first.stamp.seq, next.stamp.seq])
    })

    it('stops writing where a row is not what was written', async () => {
      const here = await open()
      await here.submit(add('a:1', 1))
      const other = await open()
      await here.submit(add('a:2', 1))
      await sql`update muster.lines set line = replace(line, '"amount":1', '"amount":7') where space = ${space} and seq = 3`
      await assert.rejects(other.refresh(), code('LEDGER_DAMAGED'))
      await assert.rejects(other.submit(add('b:1', 1)), code('LEDGER_DAMAGED'))
      assert.equal(other.status().readOnly?.code, 'LEDGER_DAMAGED')
      const late = await open()
      assert.equal(late.status().readOnly?.code, 'LEDGER_DAMAGED')
      assert.equal(late.peek().sum, 1, 'what is before it can be read')
    })

    it('takes no line that leaves a gap, makes a branch, or is none', async () => {
      const ledger = await open()
      await ledger.submit(add('a:1', 1))
      const rows = await sql<{ seq: string; sum: string }[]>`select seq, sum from muster.lines where space = ${space} order by seq`
      const head = rows.at(-1)!
      const attempt = async (seq: number, prev: string, kind = 'commit', change = (line: string) => line): Promise<boolean> => {
        const summed = `{"v":1,"seq":${seq},"prev":"${prev}","d":${seq - 1},"at":1,"up":1,"boot":"b","kind":"${kind}","ops":[]`
        const sum = sumOf(summed)
        const result = await sql.unsafe(`select seq, sum from muster.append(${literal(space)}, ${seq}, '${prev}', '${sum}', '${kind}', ${literal(change(`${summed},"sum":"${sum}"}`))})`)
        return result.length === 1 && result[0]!['sum'] === sum
      }
      const n = Number(head.seq)
      assert.equal(await attempt(n + 2, head.sum), false, 'a gap')
      assert.equal(await attempt(n + 1, rows[0]!.sum), false, 'another predecessor')
      assert.equal(await attempt(n, rows[0]!.sum), false, 'a number that is taken')
      assert.equal(await attempt(1, '0'.repeat(16), 'genesis'), false, 'a second beginning')
      assert.equal(await attempt(n + 5, rows[0]!.sum, 'repaired'), false, 'a repair of something else')
      await assert.rejects(attempt(n + 1, head.sum, 'commit', (line) => line.replace('"at":1', '"at":2')), /no line/)
      assert.equal(await attempt(n + 5, head.sum, 'repaired'), true)
      assert.equal(await attempt(n + 1, head.sum), false, 'a branch beside a repair')
      assert.deepEqual((await ledger.refresh()).sum, 1)
      assert.equal(ledger.status().head, n + 5)
    })

    it('does with rights to read and to append', async () => {
      await open()
      await sql.unsafe(`drop role if exists worker; create role worker login password 'w'; grant usage on schema muster to worker; grant select on all tables in schema muster to worker; grant execute on function muster.append to worker`)
      try {
        const address = server.addressOf(space).replace('muster:muster@', 'worker:w@')
        const ledger = await open({ address })
        await ledger.submit(take('a:1', 'x', 'ann'))
        assert.ok((await ledger.submit(free('a:2', 'x', 'ann', 2))).ok)
        const worker = postgres(address.replace(/\?.*/, ''), { max: 1, onnotice: () => undefined })
        for (const text of ['delete from muster.lines', `update muster.lines set line = ''`, `insert into muster.lines values ('x', 1, '', '', '', 0, '')`, 'drop table muster.lines']) await assert.rejects(worker.unsafe(text), { code: '42501' })
        await worker.end()
        await ledger.close()
      } finally {
        await sql.unsafe('drop owned by worker; drop role worker')
      }
    })

    it('works where transactions see one moment unless told otherwise, and where commits are not waited for', async () => {
      await sql.unsafe(`drop role if exists strict; create role strict superuser login password 's'; alter role strict set default_transaction_isolation = 'serializable'; alter role strict set synchronous_commit = off; alter role strict set standard_conforming_strings = off`)
      try {
        const address = server.addressOf(space).replace('muster:muster@', 'strict:s@')
        const ledgers = await Promise.all([open({ address }), open({ address }), open()])
        await Promise.all(ledgers.flatMap((ledger, n) => Array.from({ length: 10 }, (_, i) => ledger.submit(add(`${n}:${i}`, 1, `it's \\ "${i}"`)))))
        assert.equal((await ledgers[0]!.refresh()).sum, 30)
        for (const ledger of ledgers) await ledger.close()
      } finally {
        await sql.unsafe('drop role strict')
      }
    })

    it('refuses tables of a newer version, and makes none where it may not', async () => {
      await sql.unsafe('create database other')
      const address = server.address.replace(/\/postgres$/, '/other?space=one')
      const other = postgres(address.replace(/\?.*/, ''), { max: 1, onnotice: () => undefined })
      try {
        await assert.rejects(open({ address, create: false }), (error) => code('DATABASE_UNUSABLE')(error) && (error as MusterError).details['missing'] === true)
        const [made] = await other<{ there: string | null }[]>`select to_regnamespace('muster')::text as there`
        assert.equal(made?.there, null)
        await (await open({ address })).close()
        await other`insert into muster.versions (version) values (999)`
        await assert.rejects(open({ address }), code('LEDGER_NEWER'))
      } finally {
        await other.end()
        await sql.unsafe('drop database other with (force)')
      }
    })
  })

  describe('a state that is kept on this machine', () => {
    let folder: string
    beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'muster-snapshot-'))))
    afterEach(() => removeFolder(folder))

    it('is gone on from while the database has its line, and passed over where it is damaged or of other records', async () => {
      const snapshot = join(folder, 'state.jsonl')
      const writer = await open({ snapshot })
      for (let i = 0; i < 1100; i += 50) await Promise.all(Array.from({ length: 10 }, (_, n) => writer.submit(add(`a:${i}:${n}`, 1, 'x'.repeat(60_000)))))
      for (let i = 0; i < 1000; i++) await writer.submit(add(`b:${i}`, 1))
      const expected = digest(await writer.refresh())
      const { head } = writer.status()
      await writer.close()
      assert.ok(readFileSync(snapshot, 'utf8').includes(`"seq":${head}`))

      // What is before it is not read: it could be anything.
      const first = await sql`select line from muster.lines where space = ${space} and seq = 2`
      await sql`update muster.lines set line = 'x' where space = ${space} and seq = 2`
      const again = await open({ snapshot })
      assert.equal(digest(again.peek()), expected)
      assert.equal(again.id, writer.id)
      assert.ok((await again.submit(add('c:1', 1))).ok)
      assert.equal((await again.submit(add('b:1', 1))).ok, true)
      await sql`update muster.lines set line = ${first[0]!['line'] as string} where space = ${space} and seq = 2`
      const full = digest(await again.refresh())
      assert.equal(digest((await open()).peek()), full)

      const good = readFileSync(snapshot, 'utf8')
      for (const bad of [good.replace('"owners"', '"x"').replace(`"seq":${head}`, `"seq":${head - 1}`), good.slice(0, -100), '', good.replace('"format":1', '"format":2')]) {
        writeFileSync(snapshot, bad)
        assert.equal(digest((await open({ snapshot })).peek()), full)
      }
      writeFileSync(snapshot, good)
      const other = await open({ snapshot, address: server.addressOf(freshSpace()) })
      assert.equal(other.peek().sum, 0)
      assert.notEqual(other.id, again.id)
    })
  })

  it('tells nothing of the address in what goes wrong', async () => {
    const canary = 'cAnArY7'
    const wrong = [
      server.addressOf(space).replace('muster:muster@', `muster:${canary}@`),
      server.addressOf(space).replace('muster:muster@', `${canary}:x@`),
      server.addressOf(space).replace('/postgres?', `/${canary}?`),
      `postgres://u:${canary}@${canary}.invalid/db?space=x`,
      `postgres://u:${canary}@127.0.0.1:1/${canary}?space=x`,
      `postgres://u:${canary}@127.0.0.1:${server.port}/db?space=x&sslmode=require`,
      `postgres://u:${canary}%zz@localhost/${canary}`,
      `postgres://u:${canary}@localhost/db?sslmode=${canary}`,
      `postgres://u:${canary}@localhost/db?sslrootcert=${canary}`,
      `mysql://u:${canary}@localhost/db`,
      `postgres://u:${canary}@localhost/db#x`,
    ]
    for (const address of wrong) {
      await assert.rejects(open({ address }), (error) => {
        assert.ok(isMusterError(error), String(error))
        assert.ok(error.hint)
        for (const text of [error.message, error.hint, JSON.stringify(error.details), error.stack ?? '']) assert.ok(!text.includes(canary), text)
        assert.ok(!inspect(error, { depth: 10, showHidden: true }).toLowerCase().includes(canary.toLowerCase()), error.message)
        return true
      })
    }
  })
})
