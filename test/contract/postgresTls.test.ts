import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { setTimeout as wait } from 'node:timers/promises'
import postgres from 'postgres'
import { removeFolder } from '../../scripts/removeFolder.js'
import { isMusterError } from '../../src/core/errors.js'
import { dial } from '../../src/core/ledger/postgres/dial.js'
import { openPostgresLedger } from '../../src/core/ledger/postgres/openPostgresLedger.js'
import { makeCertificate, type Certificate } from '../postgres/certificates.js'
import { Proxy } from '../postgres/proxy.js'
import { TestServer } from '../postgres/server.js'
import { add, testClock, testMachine } from './testMachine.js'

/** This machine, by a name that does not say so: what is spoken to by it could be anywhere. */
const ELSEWHERE = '127.1'

describe('a database that is spoken to over a network', () => {
  let server: TestServer
  let proxy: Proxy
  let sql: postgres.Sql
  let folder: string
  let said: string
  const authority = makeCertificate()
  const good = makeCertificate({ names: [ELSEWHERE], signedBy: authority })

  before(async () => {
    server = await TestServer.start()
    sql = postgres(server.address, { max: 1, onnotice: () => undefined })
    folder = mkdtempSync(join(tmpdir(), 'muster-tls-'))
    writeFileSync(join(folder, 'authority.pem'), authority.certificate)
    writeFileSync(join(folder, 'another.pem'), makeCertificate().certificate)
  })
  after(async () => {
    await sql.end()
    await server.stop()
    removeFolder(folder)
  })
  beforeEach(async () => {
    said = ''
    proxy = await Proxy.to(server.port)
    proxy.onSent = (text) => (said += text)
  })
  afterEach(() => proxy.close())

  /** Has the server show this certificate, or none. */
  async function serve(certificate: Certificate | undefined): Promise<void> {
    if (certificate !== undefined) {
      for (const [file, text] of [['server.crt', certificate.certificate], ['server.key', certificate.key]] as const) {
        await sql.unsafe(`copy (select '${Buffer.from(text).toString('base64')}') to program 'umask 077; base64 -d > ${file}'`)
      }
    }
    await sql.unsafe(`alter system set ssl = ${certificate === undefined ? 'off' : 'on'}`)
    await sql`select pg_reload_conf()`
    // The main process takes it up in its own time.
    for (;;) {
      const serial = await dial({ host: '127.0.0.1', port: server.port }, { rejectUnauthorized: false }, 10_000).then((socket) => {
        const shown = (socket as TLSSocket).getPeerCertificate().serialNumber
        socket.destroy()
        return shown
      }, () => undefined)
      if (serial === certificate?.serial) return
      await wait(20)
    }
  }

  /** Commits something. @returns whether that was encrypted */
  async function commit(options: string, host = ELSEWHERE): Promise<boolean> {
    const address = proxy.addressOf(server.addressOf('tls')).replace('127.0.0.1', host)
    const ledger = await openPostgresLedger({ address: address + options, machine: testMachine, clock: testClock(), rescanMs: 0, connectMs: 10_000 })
    try {
      assert.ok((await ledger.submit(add(`a:${Math.random()}`, 1))).ok)
      const [row] = await sql`select bool_and(s.ssl) as ssl from pg_stat_ssl s join pg_stat_activity a using (pid) where a.application_name = 'muster'`
      return row!['ssl'] as boolean
    } finally {
      await ledger.close()
    }
  }

  async function refused(options: string, what: RegExp, hint: RegExp, host = ELSEWHERE): Promise<void> {
    said = ''
    await assert.rejects(commit(options, host), (error) => {
      assert.ok(isMusterError(error) && error.code === 'DATABASE_UNUSABLE', String(error))
      assert.match(error.message, what)
      assert.match(error.hint ?? '', hint)
      return true
    })
    assert.ok(said.length > 0)
    assert.ok(!said.includes('muster'), 'neither user nor password were said to it')
  }

  const trusting = (file: string): string => `&sslrootcert=${join(folder, file)}`

  it('is encrypted, and believed by the certificate it shows, without asking for that', async () => {
    await serve(good)
    assert.equal(await commit(trusting('authority.pem')), true)
    assert.ok(!said.includes('muster'), 'nothing of it can be read on the way')
  })

  it('is told nothing where nobody trusted has signed its certificate', async () => {
    await serve(good)
    await refused('', /signed by nobody that this machine trusts/, /sslrootcert=FILE/)
    await refused(trusting('another.pem'), /signed by nobody that this machine trusts/, /sslrootcert=FILE/)
    await refused(`${trusting('another.pem')}&sslmode=verify-ca`, /signed by nobody that this machine trusts/, /sslrootcert=FILE/)
    assert.equal(await commit('&sslmode=require'), true, 'unless somebody says so')
  })

  it('is told nothing where its certificate is for another name, or out of date', async () => {
    await serve(makeCertificate({ names: ['db.example.com', '10.0.0.1'], signedBy: authority }))
    await refused(trusting('authority.pem'), /for another name/, /the name that the certificate is for/)
    await refused(trusting('authority.pem'), /for another name/, /the name that the certificate is for/, '127.0.0.1')
    assert.equal(await commit(`${trusting('authority.pem')}&sslmode=verify-ca`), true)
    await serve(makeCertificate({ names: [ELSEWHERE], signedBy: authority, until: new Date(Date.now() - 60_000) }))
    await refused(trusting('authority.pem'), /out of date/, /renewed/)
  })

  it('is known by its address where the certificate is for that', async () => {
    await serve(makeCertificate({ names: ['127.0.0.1'], signedBy: authority }))
    assert.equal(await commit(trusting('authority.pem'), '127.0.0.1'), true)
  })

  it('is told nothing where it offers no encryption, unless it is on this machine or somebody says so', async () => {
    await serve(undefined)
    await refused('', /offers no encryption/, /sslmode=disable/)
    await refused('&sslmode=require', /offers no encryption/, /sslmode=disable/)
    await refused('&sslmode=require', /offers no encryption/, /sslmode=disable/, '127.0.0.1')
    assert.equal(await commit('', '127.0.0.1'), false)
    assert.equal(await commit('&sslmode=disable'), false)
  })
})
