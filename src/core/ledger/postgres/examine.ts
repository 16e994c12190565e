import { createConnection } from 'node:net'
import { errnoOf, isMusterError, MusterError } from '../../errors.js'
import { tell } from '../../tell.js'
import { isHere, parseAddress, type PostgresAddress } from './address.js'
import { lineOf } from './arrival.js'
import { databaseProblem, noSpace } from './problems.js'
import { SCHEMA } from './schema.js'
import { literal, Session, type Query } from './session.js'

/** What is being found out. */
export type ExamineStep = 'reach' | 'enter' | 'look'

export interface ExamineOptions {
  address: string
  /** Which of the ledgers in the database, where the address does not say. */
  space: string | undefined
  /** Gives it up. */
  signal?: AbortSignal
  onStep?(step: ExamineStep): void
}

/** What there is to know of a database before it is used. Nothing of its address is in it. */
export interface DatabaseFinding {
  /** Of PostgreSQL, as `17.2`. */
  version: string
  /** `here`: the server is this machine, and nobody listens in between; `checked`: it is certainly that server. */
  connection: 'plain' | 'here' | 'encrypted' | 'checked'
  /** ms there and back, the middle of several. */
  latencyMs: number
  /** Notifications come through; where they do not (a pooler), changes are seen a second later. */
  told: boolean
  /** Muster's tables: of which version, and the one that this Muster makes. 0: there are none. */
  tables: { version: number; newest: number }
  rights: { /** make the tables */ make: boolean; read: boolean; write: boolean; /** bring records and take them back */ move: boolean }
  space: string
  /** The records of the space; undefined where there are none. `left`: they are in a folder again. */
  records: { ledger: string; head: number; left: boolean } | undefined
  /** The records of some folder are on their way here. */
  arriving: boolean
}

const WAIT = { connectMs: 10_000, statementMs: 15_000 }
const ASKED = 5
/** What a server that wants to be spoken to by TLS is asked first. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

/**
 * Finds out whether a database can be used, and by whom. Changes nothing.
 * @throws MusterError INVALID_INPUT (the address), DATABASE_UNUSABLE with what to do about it, LEDGER_DAMAGED, CLOSED when given up
 */
export async function examineDatabase({ address: text, space: named, signal, onStep = () => undefined }: ExamineOptions): Promise<DatabaseFinding> {
  const address = parseAddress(text)
  const space = address.space ?? named
  if (space === undefined) throw noSpace()
  let failure: unknown
  for (const server of address.servers) {
    try {
      return await examineServer(address, server, space, { signal, onStep })
    } catch (error) {
      if (signal?.aborted) throw new MusterError('CLOSED', tell`The test was given up.`)
      failure ??= error
    }
  }
  throw failure
}

async function examineServer(address: PostgresAddress, server: PostgresAddress['servers'][number], space: string, { signal, onStep }: { signal: AbortSignal | undefined; onStep(step: ExamineStep): void }): Promise<DatabaseFinding> {
  onStep('reach')
  const speaksTls = await knock(server, signal).catch((error: unknown) => {
    throw advised(error)
  })
  if (address.tls !== false && !speaksTls) throw noTls()
  onStep('enter')
  let told = false
  const session = new Session({ address, server, ...WAIT, onNotify: () => (told = true), onEnd: () => undefined })
  const giveUp = (): void => void session.end().catch(() => undefined)
  signal?.addEventListener('abort', giveUp, { once: true })
  try {
    const found = await look(session.query, space, onStep)
    // Behind a pooler only this one would come, from the connection that happens to listen then.
    if (await session.isDirect()) {
      const channel = `muster_test_${process.pid}`
      await session.query(`listen ${channel}; select pg_notify('${channel}', '')`)
    }
    const latencyMs = await latency(session.query)
    return { ...found, latencyMs, told, space, connection: address.tls === false ? (isHere(server.host) ? 'here' : 'plain') : address.tls.rejectUnauthorized === false ? 'encrypted' : 'checked' }
  } catch (error) {
    throw advised(error)
  } finally {
    signal?.removeEventListener('abort', giveUp)
    await session.end().catch(() => undefined)
  }
}

async function look(query: Query, space: string, onStep: (step: ExamineStep) => void): Promise<Pick<DatabaseFinding, 'version' | 'tables' | 'rights' | 'records' | 'arriving'>> {
  const [server] = await query(`select current_setting('server_version_num')::int as number, current_setting('server_version') as version, current_setting('server_encoding') as encoding,
    pg_is_in_recovery() as copy, has_database_privilege(current_database(), 'CREATE') as make, to_regnamespace('muster') is not null as there`)
  onStep('look')
  if (Number(server?.['number']) < 150000) throw unfit(tell`is PostgreSQL ${String(server?.['version'])}, which is too old`, tell`Muster needs PostgreSQL 15 or newer: update the server, or use another one.`)
  if (server?.['encoding'] !== 'UTF8') throw unfit(tell`keeps its texts in ${String(server?.['encoding'])}`, tell`Make a database with ENCODING UTF8, and name that one in the address.`)
  if (server['copy'] === true) throw unfit(tell`can only be read: its server is a copy that follows another`, tell`Use the address of the server that takes changes.`)
  const version = String(server['version']).split(' ', 1)[0]!
  const make = server['make'] === true
  const none = { version, tables: { version: 0, newest: SCHEMA }, rights: { make, read: false, write: false, move: make }, records: undefined, arriving: false }
  if (server['there'] !== true) return none
  // By the catalogue: who may not use the schema may not even ask whether a table is in it.
  const [rights] = await query(`select has_schema_privilege('muster', 'usage') as usage,
    exists (select from pg_class c where c.relname = 'versions' and c.relnamespace = 'muster'::regnamespace) as tables,
    coalesce((select bool_and(has_table_privilege(c.oid, 'select')) from pg_class c where c.relnamespace = 'muster'::regnamespace and c.relname in ('versions', 'lines')), false) as read,
    coalesce((select bool_and(has_function_privilege(p.oid, 'execute')) from pg_proc p where p.pronamespace = 'muster'::regnamespace and p.proname = 'append'), false) as write,
    coalesce((select bool_and(pg_has_role(c.relowner, 'usage')) from pg_class c where c.relnamespace = 'muster'::regnamespace and c.relname = 'lines'), false) as owner`)
  if (rights?.['tables'] !== true) return none
  const may = (name: string): boolean => rights['usage'] === true && rights[name] === true
  const found = { ...none, rights: { make, read: may('read'), write: may('write'), move: may('owner') } }
  if (!found.rights.read) throw unfit(tell`does not let this user read the records`, tell`Have its owner grant the rights that docs/postgres.md lists (Rights), or use an address with another user.`)
  const tables = { version: Number((await query('select max(version) as version from muster.versions'))[0]?.['version'] ?? 0), newest: SCHEMA }
  if (tables.version > SCHEMA) throw new MusterError('LEDGER_NEWER', tell`The tables in the database were made by a newer Muster (version ${tables.version}).`, { hint: tell`Update Muster here.` })
  return { ...found, tables, ...(await recordsOf(query, space, found.rights.move)) }
}

async function recordsOf(query: Query, space: string, owner: boolean): Promise<Pick<DatabaseFinding, 'records' | 'arriving'>> {
  const where = `where space = ${literal(space)}`
  const [first] = await query(`select line from muster.lines ${where} order by seq limit 1`)
  const [last] = await query(`select line from muster.lines ${where} order by seq desc limit 1`)
  const there = owner && (await query(`select to_regclass('muster.arriving') is not null as there`))[0]?.['there'] === true
  const arriving = there && (await query(`select from muster.arriving ${where} limit 1`)).length > 0
  const { ledger } = first === undefined ? {} : (JSON.parse(String(first['line'])) as { ledger?: unknown })
  if (last === undefined || typeof ledger !== 'string') return { records: undefined, arriving }
  const { seq, movesTo } = lineOf(last)
  return { records: { ledger, head: seq, left: movesTo === 'folder' }, arriving }
}

async function latency(query: Query): Promise<number> {
  const took: number[] = []
  for (let time = 0; time < ASKED; time++) {
    const begun = performance.now()
    await query('select 1')
    took.push(performance.now() - begun)
  }
  return took.sort((a, b) => a - b)[ASKED >> 1]!
}

/** Whether somebody answers there, and by TLS. @throws what the network does */
function knock({ host, port }: PostgresAddress['servers'][number], signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = host.startsWith('/') ? createConnection(`${host}/.s.PGSQL.${port}`) : createConnection({ host, port })
    const end = (act: () => void): void => {
      signal?.removeEventListener('abort', giveUp)
      socket.removeAllListeners().on('error', () => undefined).destroy()
      act()
    }
    const giveUp = (): void => end(() => reject(new Error('given up')))
    signal?.addEventListener('abort', giveUp, { once: true })
    socket.setTimeout(WAIT.connectMs, () => end(() => reject(Object.assign(new Error(), { code: 'CONNECT_TIMEOUT' }))))
    socket.once('connect', () => socket.write(SSL_REQUEST))
    socket.once('data', (answer) => end(() => (answer[0] === 0x53 || answer[0] === 0x4e ? resolve(answer[0] === 0x53) : reject(Object.assign(new Error(), { code: 'NO_POSTGRES' })))))
    socket.once('error', (error) => end(() => reject(error)))
    socket.once('close', () => end(() => reject(Object.assign(new Error(), { code: 'NO_POSTGRES' }))))
  })
}

const noAnswer = (): readonly [what: string, hint: string] => [tell`The database does not answer in time.`, tell`Check host and port. Often a firewall drops what it does not know, or a hosted service lets in listed addresses only: have this machine be among them. One that sleeps when unused may need a second try.`]

/** What people do about what goes wrong on the way in, by the code of the system, of TLS or of the server. */
const advice = (): Record<string, readonly [what: string, hint: string]> => ({
  ECONNREFUSED: [tell`Nobody answers at that host and port.`, tell`Check both in the address; that the server runs, and that it listens for other machines (listen_addresses); and firewalls in between.`],
  ENOTFOUND: [tell`There is no host of that name.`, tell`Check how it is written in the address, and whether it is only known in a network that this machine is not in (VPN).`],
  EAI_AGAIN: [tell`Names of hosts cannot be looked up now.`, tell`Check the network of this machine, and try again.`],
  EHOSTUNREACH: [tell`There is no way to that host from here.`, tell`Check the network of this machine, and whether the host is only reachable by VPN.`],
  ENETUNREACH: [tell`There is no way to that host from here.`, tell`Check the network of this machine, and whether the host is only reachable by VPN.`],
  ENOENT: [tell`There is no socket of a database in that folder.`, tell`Check the folder in the address, and that the server runs.`],
  ETIMEDOUT: noAnswer(),
  CONNECT_TIMEOUT: noAnswer(),
  STATEMENT_TIMEOUT: noAnswer(),
  NO_POSTGRES: [tell`What answers there is no PostgreSQL.`, tell`Check host and port: it is mostly 5432, and at poolers 6543.`],
  ERR_TLS_CERT_ALTNAME_INVALID: [tell`The certificate of the server is for a host of another name.`, tell`Write the host as the certificate names it; or add sslmode=verify-ca and sslrootcert=FILE to the address, which checks who signed it and not the name.`],
  CERT_HAS_EXPIRED: [tell`The certificate of the server has expired.`, tell`Have it renewed. Until then, sslmode=require in the address encrypts without checking who answers.`],
  '28000': [tell`The database does not let this user in from here.`, tell`Check the user in the address, the lines of pg_hba.conf on the server, and whether it wants TLS (sslmode=require).`],
  '28P01': [tell`The database does not accept the user and password.`, tell`Check both. Letters such as @ : / # in a password are written as %40 %3A %2F %23.`],
  '3D000': [tell`There is no database of that name on the server.`, tell`Check the name behind the last / of the address, or have it made: create database NAME encoding 'UTF8'.`],
  '53300': [tell`The server has no connection left.`, tell`Close programs that use it, raise max_connections, or put a pooler in front of it.`],
  XX000: [tell`The pooler in front of the database does not know this user or project.`, tell`Copy the address anew from the page of the service: users often have the project in their name there.`],
})

/** What went wrong, with what to do where an address is being tried. */
function advised(error: unknown): MusterError {
  if (isMusterError(error)) return error
  const code = errnoOf(error) ?? ''
  const problem = databaseProblem(error)
  const found = advice()[code] ?? (/CERT|SIGNATURE|ISSUER/.test(code) ? untrusted() : undefined)
  if (found === undefined) return new MusterError(problem.code, problem.message, { hint: problem.details['sqlstate'] === undefined ? tell`Check the address and the network (${code === '' ? tell`no particulars` : code}).` : problem.hint!, details: problem.details })
  return new MusterError('DATABASE_UNUSABLE', found[0], { hint: found[1], details: problem.details })
}

const untrusted = (): readonly [what: string, hint: string] => [tell`The certificate of the server is not signed by anybody that this machine trusts.`, tell`Name the file of the certificate that it is signed by: sslrootcert=PATH in the address. Without it, sslmode=require encrypts without checking who answers.`]

function noTls(): MusterError {
  return unfit(tell`does not encrypt connections`, tell`Turn TLS on at its server (ssl = on). Only where nobody else can listen, sslmode=disable in the address does without.`)
}

function unfit(what: string, hint: string): MusterError {
  return new MusterError('DATABASE_UNUSABLE', tell`The database ${what}.`, { hint })
}
