import { createHash, randomBytes } from 'node:crypto'
import { MusterError } from '../../errors.js'
import type { NameRules } from '../../names.js'
import { tell } from '../../tell.js'
import type { Clock, Ledger, Machine } from '../port.js'
import { parseAddress } from './address.js'
import { DatabaseClock } from './databaseClock.js'
import { Link } from './link.js'
import { LocalSnapshot } from './localSnapshot.js'
import { PostgresLedger } from './postgresLedger.js'
import { databaseProblem, isOffline, missing, noSpace } from './problems.js'
import { prepareSchema } from './schema.js'
import { Session } from './session.js'
import { Store } from './store.js'

export { parseAddress } from './address.js'
export { openArrival } from './arrival.js'
export { examineDatabase } from './examine.js'
export { verifyPostgres } from './verifyPostgres.js'

export interface PostgresLedgerOptions<S, E> {
  /** `postgres://user:password@host:port/database?space=…` */
  address: string
  /** Which of the ledgers in the database, where the address does not say. */
  space?: string
  machine: Machine<S, E>
  clock: Clock
  /** Follow what others write by notifications. Default false. */
  watch?: boolean
  /** ms between regular looks, in case a notification was missed. Default 4,000; 0 for none. */
  rescanMs?: number
  /** Make the tables, and begin a ledger, where there are none. Default true. */
  create?: boolean
  /** Never write or create anything. Default false. */
  readOnly?: boolean
  /** Date by the database's clock. Default true; tests set their own. */
  databaseTime?: boolean
  /** Which names of files are the same, for a ledger that is begun. Default: those that differ in nothing. */
  names?: NameRules
  /** File on this machine that the state is kept in, so that opening reads only what came since. Default: none. */
  snapshot?: string
  /** ms until a connection has to be there, until a statement has to be answered, and for which a lost connection is waited for. */
  connectMs?: number
  statementMs?: number
  patienceMs?: number
}

export interface OpenPostgresLedger<S, E> extends Ledger<S, E> {
  /** The database's time: rules that compare times with those of records go by it. */
  readonly clock: Clock
  readonly space: string
}

const RESCAN = 4000
/** Where notifications do not come through (a pooler): ms between regular looks at the most. */
const UNTOLD = 1000

/**
 * Opens the ledger in a database; begins one there if that is allowed. A damaged or newer one opens read-only, with
 * `status().readOnly` saying why.
 * @throws MusterError INVALID_INPUT (the address), DATABASE_UNUSABLE (also when there is none: `details.missing`), LEDGER_DAMAGED, LEDGER_NEWER
 */
export async function openPostgresLedger<S, E>(options: PostgresLedgerOptions<S, E>): Promise<OpenPostgresLedger<S, E>> {
  const { machine, readOnly = false, watch = false, rescanMs = RESCAN } = options
  const address = parseAddress(options.address)
  const space = address.space ?? options.space
  if (space === undefined) throw noSpace()

  const clock = new DatabaseClock(options.clock, options.databaseTime ?? true)
  const channel = `muster_${createHash('md5').update(space).digest('hex')}`
  let told = false
  let ledger: PostgresLedger<S, E> | undefined
  const listen = async (session: Session): Promise<void> => {
    const before = told
    told = false
    // Behind a pooler only our own notification would come, from the one connection that happens to listen then.
    if (await session.isDirect()) {
      await session.query(`listen ${channel}; select pg_notify('${channel}', '')`)
      await session.query('select 1')
    }
    if (told !== before) ledger?.follow(intervalOf(rescanMs, told))
  }
  const link = new Link({
    clock: options.clock,
    servers: address.servers.length,
    patienceMs: options.patienceMs ?? 10_000,
    connect: async (attempt, onEnd, signal) => {
      const session = new Session({
        address,
        server: address.servers[attempt % address.servers.length]!,
        connectMs: options.connectMs ?? 10_000,
        statementMs: options.statementMs ?? 15_000,
        onNotify: () => {
          told = true
          ledger?.poll()
        },
        onEnd,
        signal,
      })
      try {
        await greet(session, clock)
        if (watch) await listen(session)
      } catch (error) {
        await session.end()
        throw error
      }
      return session
    },
    onChange: () => {
      ledger?.poll()
      ledger?.announce()
    },
  })
  const store = new Store(space, machine, options.snapshot === undefined ? undefined : new LocalSnapshot(options.snapshot, machine))
  const open = (damage?: MusterError): PostgresLedger<S, E> => (ledger = new PostgresLedger({ host: address.servers.map((server) => server.host).join(', '), space, machine, clock, link, store, readOnly, keeps: watch }, damage))
  try {
    await link.open()
  } catch (error) {
    // Who only looks is shown what this machine saw last.
    const since = readOnly && watch && isOffline(error) ? store.beginWithout() : undefined
    if (since === undefined) throw error
    link.goOnWithout(error as MusterError, since)
    open().follow(rescanMs)
    return Object.assign(ledger!, { clock, space })
  }
  try {
    const { query } = await link.use()
    const create = !readOnly && options.create !== false
    if (!(await prepareSchema(query, create, !readOnly))) throw missing()
    const damage = await store.load(query)
    if (store.replica.chain.seq === 0) {
      if (damage !== undefined || !create) throw damage ?? missing()
      await begin(store, query, clock, options.names)
    }
    if (!readOnly && damage === undefined) store.keep(watch && !store.isKept)
    open(damage)
  } catch (error) {
    await link.close()
    throw databaseProblem(error)
  }
  ledger!.follow(watch ? intervalOf(rescanMs, told) : rescanMs)
  return Object.assign(ledger!, { clock, space })
}

function intervalOf(rescanMs: number, told: boolean): number {
  return told ? rescanMs : Math.min(rescanMs, UNTOLD)
}

/** Whether this server takes changes; what time it is there. @throws errors of the client and the server */
async function greet(session: Session, clock: DatabaseClock): Promise<void> {
  const [state] = await session.query('select pg_is_in_recovery() as copy')
  if (state?.['copy'] === true) throw new MusterError('DATABASE_UNUSABLE', tell`The database can only be read: its server is a copy that follows another.`, { hint: tell`Use the address of the server that takes changes.` })
  await clock.measure(async () => Number((await session.query('select extract(epoch from clock_timestamp()) * 1000 as now'))[0]?.['now']))
}

/** Writes the first line, like any other: of several that try, one wins. */
async function begin<S, E>(store: Store<S, E>, query: Session['query'], clock: Clock, names?: NameRules): Promise<void> {
  const body = `,"ledger":"${randomBytes(12).toString('hex')}"${names === undefined ? '' : `,"names":${JSON.stringify(names)}`}`
  if (await store.append(query, store.encode('genesis', body, store.replica.nextStamp(clock)))) return
  if (store.replica.chain.seq === 0) await store.catchUp(query)
  if (store.replica.chain.seq === 0) throw missing()
}

