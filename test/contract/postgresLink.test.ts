import assert from 'node:assert/strict'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { MusterError } from '../../src/core/errors.js'
import { parseAddress } from '../../src/core/ledger/postgres/address.js'
import { Link } from '../../src/core/ledger/postgres/link.js'
import { databaseProblem, endsConnection, isOffline } from '../../src/core/ledger/postgres/problems.js'
import { Session } from '../../src/core/ledger/postgres/session.js'
import { systemClock } from '../../src/core/system/clock.js'
import { stopAfterAll, testServer } from '../postgres/server.js'

stopAfterAll()

/** As a machine that has other things to do, or sleeps. */
function busy(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

const turnOfTheLoop = (): Promise<void> => new Promise((done) => setImmediate(done))

describe('a connection to a database', () => {
  const to = (port: number, statementMs = 20_000, host = '127.0.0.1'): Session => {
    const address = parseAddress(`postgres://muster:muster@${host}:${port}/postgres`)
    return new Session({ address, server: address.servers[0]!, connectMs: 20_000, statementMs, onNotify: () => undefined, onEnd: () => undefined })
  }
  const listening = async (join: (socket: Socket) => void): Promise<{ server: Server; port: number }> => {
    const server = createServer(join)
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    return { server, port: (server.address() as AddressInfo).port }
  }

  it('is not given up over an answer that this process had no time to read', async () => {
    const { port } = await testServer()
    const session = to(port, 3_000)
    await session.query('select 1')
    const answer = session.query(`select 'here' as word`)
    // On its way by now; the answer is there long before anybody looks.
    await turnOfTheLoop()
    await turnOfTheLoop()
    busy(4_000)
    assert.equal((await answer)[0]?.['word'], 'here')
    assert.equal(session.ended, false)
    await assert.rejects(session.query('select pg_sleep(60)'), { code: '57014' })
    assert.equal(session.ended, false, 'the server gave up first')
    await session.end()
  })

  it('is tried once with a server that hangs up, whatever the environment says of others', async () => {
    let came = 0
    const { server, port } = await listening((socket) => {
      came++
      socket.once('data', () => socket.end())
    })
    const before = process.env['PGHOST']
    process.env['PGHOST'] = 'one.invalid,two.invalid'
    try {
      const session = to(port)
      await assert.rejects(session.query('select 1'), (error) => endsConnection(error))
      await session.end()
      assert.equal(came, 1)
    } finally {
      if (before === undefined) delete process.env['PGHOST']
      else process.env['PGHOST'] = before
      server.close()
    }
  })

  it('says nothing to a server that it reaches after it was ended', async () => {
    let heard = ''
    const closed: Promise<unknown>[] = []
    const { server, port } = await listening((socket) => {
      socket.on('data', (data) => (heard += data.toString('latin1')))
      closed.push(new Promise((done) => socket.on('close', done).on('error', () => undefined)))
    })
    const session = to(port, 20_000, 'localhost')
    const asked = session.query('select 1').catch((error: unknown) => error)
    // The client begins a moment later; while it looks the name up it has reached nobody.
    while (!(session as unknown as { dialled: boolean }).dialled) await turnOfTheLoop()
    await session.end()
    assert.ok(endsConnection(await asked))
    await wait(100)
    await Promise.all(closed)
    server.close()
    assert.equal(heard, '')
  })

  it('is waited for as long as the first try to get it back is under way, though the time for that is over', async () => {
    const { port } = await testServer()
    let end: (() => void) | undefined
    const sessions: Session[] = []
    const link = new Link({
      clock: systemClock(), servers: 1, patienceMs: 400, onChange: () => undefined,
      connect: async (_attempt, onEnd) => {
        const address = parseAddress(`postgres://muster:muster@127.0.0.1:${port}/postgres`)
        const session = new Session({ address, server: address.servers[0]!, connectMs: 20_000, statementMs: 20_000, onNotify: () => undefined, onEnd })
        end = () => void session.end()
        sessions.push(session)
        await session.query('select 1')
        return session
      },
    })
    await link.open()
    end!()
    const next = link.use()
    await turnOfTheLoop()
    busy(1_500)
    assert.equal(await next, sessions[1])
    await link.close()
  })

  it('counts as lost where the server lets nobody in for now, or the transaction is spoilt', () => {
    const answered = (code: string): Error => Object.assign(new Error('x'), { name: 'PostgresError', code })
    for (const code of ['57P01', '57P02', '57P03', '53300', '25P02', '25P03', '08006']) assert.ok(endsConnection(answered(code)), code)
    for (const code of ['57P01', '57P02', '57P03', '53300']) {
      const problem = databaseProblem(answered(code))
      assert.ok(problem instanceof MusterError && isOffline(problem), code)
      assert.doesNotMatch(problem.message, /SQLSTATE/)
    }
    for (const code of ['28P01', '3D000', '42501', '25006']) assert.equal(isOffline(databaseProblem(answered(code))), false, code)
  })
})
