import assert from 'node:assert/strict'
import { createServer, type AddressInfo, type Server } from 'node:net'
import postgres from 'postgres'
import { isMusterError } from '../../../src/core/errors.js'
import { examineDatabase, type DatabaseFinding, type ExamineStep } from '../../../src/core/ledger/postgres/examine.js'
import { openPostgresLedger } from '../../../src/core/ledger/postgres/openPostgresLedger.js'
import { machine } from '../../../src/core/state/machine.js'
import { knowBoot, systemClock } from '../../../src/core/system/clock.js'
import { Proxy } from '../../postgres/proxy.js'
import { stopAfterAll, testServer } from '../../postgres/server.js'

stopAfterAll()

describe('the address of a database', function () {
  this.timeout(900_000)
  let server: Awaited<ReturnType<typeof testServer>>
  let sql: postgres.Sql
  /** Where nobody listens: one that was free could be somebody's in a moment. */
  const closed = 1
  const opened: { close(): Promise<void> }[] = []

  before(async () => {
    await knowBoot()
    server = await testServer()
    sql = postgres(server.address, { max: 1, onnotice: () => undefined })
  })
  after(async () => {
    for (const one of opened) await one.close()
    await sql.end()
  })

  const listening = (one: Server): Promise<Server> => new Promise((done) => one.listen(0, '127.0.0.1', () => done(one)))
  const portOf = (one: Server): number => (one.address() as AddressInfo).port
  const open = async (address: string, more: Partial<Parameters<typeof openPostgresLedger>[0]> = {}) => {
    const ledger = await openPostgresLedger({ address, machine, clock: systemClock(), rescanMs: 0, ...more } as Parameters<typeof openPostgresLedger>[0])
    opened.push(ledger)
    return ledger
  }
  const examine = (address: string, space = 'tried'): Promise<DatabaseFinding> => examineDatabase({ address, space })
  const refused = (message: RegExp, hint: RegExp) => (error: unknown): boolean => isMusterError(error) && (assert.match(error.message, message), assert.match(error.hint ?? '', hint), true)
  const on = (database: string, address = server.address): string => address.replace(/\/\w+$/, `/${database}`)

  it('may have several hosts: the first that lets in is used, also at the beginning', async () => {
    const address = server.addressOf('several').replace('@', `@127.0.0.1:${closed},`)
    const ledger = await open(address)
    assert.equal(ledger.status().readOnly, undefined)
    assert.equal((await examine(address)).connection, 'here')
    await assert.rejects(open(server.addressOf('several').replace(/@[^/]+/, `@127.0.0.1:${closed},127.0.0.1:${closed}`)), refused(/nobody answers/, /./))
  })

  it('is tried out before it is used: what is there, what may be done, how far away it is', async () => {
    await sql.unsafe('drop database if exists fresh').catch(() => undefined)
    await sql.unsafe(`create database fresh encoding 'UTF8' template template0`)
    const steps: ExamineStep[] = []
    const empty = await examineDatabase({ address: on('fresh'), space: 'team', onStep: (step) => steps.push(step) })
    assert.deepEqual(steps, ['reach', 'enter', 'look'])
    assert.match(empty.version, /^\d+(\.\d+)?$/)
    assert.ok(empty.latencyMs > 0 && empty.told)
    assert.deepEqual({ tables: empty.tables.version, rights: empty.rights, records: empty.records, space: empty.space, connection: empty.connection }, { tables: 0, rights: { make: true, read: false, write: false, move: true }, records: undefined, space: 'team', connection: 'here' })
    const ledger = await open(`${on('fresh')}?space=team`)
    const begun = await examine(on('fresh'), 'team')
    assert.deepEqual([begun.tables.version, begun.records], [begun.tables.newest, { ledger: ledger.id, head: 1, left: false }])
    assert.deepEqual([begun.rights.read, begun.rights.write, (await examine(on('fresh'), 'another')).records], [true, true, undefined])
    const far = await Proxy.to(server.port)
    // Timers may be a millisecond early.
    far.delay = 25
    far.tellsNothing = true
    const behind = await examine(far.addressOf(on('fresh')), 'team')
    await far.close()
    assert.ok(behind.latencyMs >= 40 && !behind.told, JSON.stringify(behind))
  })

  it('says what is wrong with it, and what to do, without repeating it', async () => {
    const wrongUser = server.address.replace('muster:muster@', 'muster:cAnArY@')
    await sql.unsafe(`drop role if exists stranger`)
    await sql.unsafe(`create role stranger login password 'stranger'`)
    await (await openPostgresLedger({ address: server.addressOf('rights'), machine, clock: systemClock(), rescanMs: 0 })).close()
    const cases: [string, RegExp, RegExp][] = [
      [`postgres://muster@127.0.0.1:${closed}/x`, /Nobody answers at that host and port/, /listen_addresses/],
      ['postgres://muster@no-such-host.invalid/x', /no host of that name|cannot be looked up/, /./],
      [on('missing'), /no database of that name/, /create database/],
      [`${server.address}?sslmode=require`, /does not encrypt connections/, /sslmode=disable/],
      [server.address.replace('muster:muster@', 'stranger:stranger@'), /does not let this user read the records/, /docs\/postgres\.md/],
      [wrongUser, /does not accept the user and password/, /%40/],
      ['mysql://x', /is not one of a PostgreSQL database/, /postgres:\/\//],
    ]
    for (const [address, message, hint] of cases) {
      await assert.rejects(examine(address), (error: unknown) => refused(message, hint)(error) && (assert.doesNotMatch(`${String(error)}${JSON.stringify(error)}`, /cAnArY|no-such-host/), true), address)
    }
    const web = await listening(createServer((socket) => socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n')))
    await assert.rejects(examine(`postgres://muster@127.0.0.1:${portOf(web)}/x`), refused(/no PostgreSQL/, /5432/))
    web.close()
  })

  it('is given up when asked to, however long the answer takes', async () => {
    const hanging = await Proxy.to(server.port)
    hanging.hangs = true
    const stop = new AbortController()
    const asking = examineDatabase({ address: hanging.addressOf(server.address), space: 'x', signal: stop.signal, onStep: () => setImmediate(() => stop.abort()) })
    await assert.rejects(asking, (error: unknown) => isMusterError(error) && error.code === 'CLOSED')
    await hanging.close()
  })
})
