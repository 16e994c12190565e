import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { startPostgres } from '../scripts/postgresServer.js'
import type { Muster } from '../src/core/muster.js'
import { openMuster } from '../src/core/open.js'
import { percentile, type Row } from './measure.js'

const GOAL = 1.5
/** Windows in which commits and bare inserts take turns, so that a slow moment hits both alike. */
const WINDOWS = 6
/** Agents of a large team, who check in once a minute. */
const AGENTS = 1_000
/** Programs that open, check in and leave at the same time. */
const AT_ONCE = 8

export interface DatabaseBench {
  clients: readonly number[]
  /** For each number of clients, for commits and bare inserts each. */
  seconds: number
  notifications: number
  /** Of {@link AGENTS} who check in. */
  minutes: number
}

/** Records in a PostgreSQL on this machine and its disk, against a bare `insert` of the same row. All clients are in this process. */
export async function benchDatabase(base: string, { clients, seconds, notifications, minutes }: DatabaseBench): Promise<Row[]> {
  const server = await startPostgres({ folder: join(base, 'postgres') })
  const open = (space: string, agent: string, options: { watch?: boolean; attached?: boolean } = {}): Promise<Muster> => {
    mkdirSync(join(base, space), { recursive: true })
    return openMuster({ folder: join(base, space, '.muster'), ledger: `${server.address}?space=${space}`, agent, watch: false, ...options })
  }
  try {
    const rows: Row[] = []
    for (const count of clients) rows.push(...(await commits(server.address, count, seconds, (agent) => open(`clients-${count}`, agent))))
    rows.push(...(await notified(server.address, notifications, (agent) => open('told', agent, { watch: true }))))
    rows.push(...(await largeTeam(minutes, (agent) => open('team', agent, { attached: false }))))
    return rows
  } finally {
    await server.stop()
  }
}

/** Clients that claim and release as fast as they can, and as many that insert. */
async function commits(address: string, count: number, seconds: number, open: (agent: string) => Promise<Muster>): Promise<Row[]> {
  const all: Muster[] = []
  for (let i = 0; i < count; i++) all.push(await open(`client-${i}`))
  const bare = await bareTable(address, count)
  const times: { commits: number[]; inserts: number[]; ordered: number[] } = { commits: [], inserts: [], ordered: [] }
  const windowMs = (seconds * 1000) / WINDOWS
  const claims = all.map((muster, client) => {
    let held: string | undefined
    let next = 0
    return async (): Promise<void> => {
      if (held !== undefined) await muster.release(held).then(() => (held = undefined))
      else {
        const result = await muster.claim(`name:of-${client}-${next++ % 50}`)
        if (!result.ok) throw new Error(result.hint)
        held = result.resource
      }
    }
  })
  for (let window = -1; window < WINDOWS; window++) {
    // The first is for the compiler.
    const into = window < 0 ? { commits: [], inserts: [], ordered: [] } : times
    await asFastAsTheyCan(claims, windowMs, into.commits)
    await asFastAsTheyCan(bare.inserts, windowMs, into.inserts)
    await asFastAsTheyCan(bare.ordered, windowMs, into.ordered)
  }
  await bare.end()
  for (const muster of all) await muster.close()
  const who = `PostgreSQL, ${count} ${count === 1 ? 'client' : 'clients'}`
  const ratio = percentile(times.commits, 50) / percentile(times.inserts, 50)
  const of = 'a bare insert of the same row'
  const perSecond = (all: readonly number[]): string => `${Math.round(all.length / seconds).toLocaleString('en')}/s`
  const inOrder = (percentile(times.commits, 50) / percentile(times.ordered, 50)).toFixed(2)
  return [
    { name: `${who}: commits`, value: times.commits.length / seconds, unit: 'commits/s', note: `bare inserts ${perSecond(times.inserts)}, one after the other ${perSecond(times.ordered)}` },
    { name: `${who}: a commit, p50`, value: percentile(times.commits, 50), unit: 'ms', ratio, of, goal: `≤ ${GOAL} ×`, met: ratio <= GOAL, note: `${inOrder} × bare inserts one after the other` },
    { name: `${who}: a commit, p99`, value: percentile(times.commits, 99), unit: 'ms', ratio: percentile(times.commits, 99) / percentile(times.inserts, 99), of },
  ]
}

/** Each again as soon as it is done. Adds what each call took, in ms. */
async function asFastAsTheyCan(calls: readonly (() => Promise<unknown>)[], ms: number, times: number[]): Promise<void> {
  const end = performance.now() + ms
  await Promise.all(calls.map(async (call) => {
    for (let start = performance.now(); start < end; ) {
      await call()
      const now = performance.now()
      times.push(now - start)
      start = now
    }
  }))
}

/**
 * A table with the columns and the key of `muster.lines`, and who writes its newest line there again and again: side by side, or
 * `ordered`, each waiting until the one before is there, which is the least that one history can cost.
 */
async function bareTable(address: string, count: number): Promise<{ inserts: (() => Promise<unknown>)[]; ordered: (() => Promise<unknown>)[]; end(): Promise<void> }> {
  const connections = Array.from({ length: count }, () => postgres(address, { max: 1, prepare: false, fetch_types: false, onnotice: () => undefined }))
  const [first] = connections
  await first!.unsafe('drop table if exists bare; create table bare (like muster.lines including all)').simple()
  const [line] = await first!`select prev, sum, kind, at, line from muster.lines where kind = 'commit' order by at desc limit 1`
  let seq = 0
  const text = (value: unknown): string => `'${String(value).replaceAll("'", "''")}'`
  const insert = (): string => `insert into bare values ('bare', ${++seq}, ${text(line!['prev'])}, ${text(line!['sum'])}, 'commit', ${line!['at']}, ${text(line!['line'])})`
  return {
    inserts: connections.map((sql) => () => sql.unsafe(insert()).simple()),
    ordered: connections.map((sql) => () => sql.unsafe(`begin; select pg_advisory_xact_lock(7); ${insert()}; commit`).simple()),
    end: async () => void (await Promise.all(connections.map((sql) => sql.end()))),
  }
}

/** From the call of a claim by one client to its being in the other's state, against a bare notification. */
async function notified(address: string, count: number, open: (agent: string) => Promise<Muster>): Promise<Row[]> {
  const [writer, reader] = [await open('writer'), await open('reader')]
  const [from, to] = [postgres(address, { max: 1 }), postgres(address, { max: 1 })]
  let told: (() => void) | undefined
  await to.listen('bare', () => told?.())
  const times: { commits: number[]; bare: number[] } = { commits: [], bare: [] }
  const subscription = reader.onDidChange(({ entries }) => entries.length > 0 && told?.())
  const timed = async (act: () => Promise<unknown>, into: number[]): Promise<void> => {
    const start = performance.now()
    const heard = new Promise<void>((resolve) => (told = resolve))
    await Promise.all([act(), heard])
    into.push(performance.now() - start)
    told = undefined
  }
  for (let i = 0; i < count; i++) {
    await timed(() => writer.claim(`name:told-${i}`), times.commits)
    await timed(() => from.notify('bare', String(i)), times.bare)
  }
  subscription.dispose()
  await Promise.all([writer.close(), reader.close(), from.end(), to.end()])
  const of = 'a bare notification'
  const row = (p: number): Row => ({ name: `PostgreSQL: commit visible to another client, p${p}`, value: percentile(times.commits, p), unit: 'ms', ratio: percentile(times.commits, p) / percentile(times.bare, p), of })
  return [row(50), row(99)]
}

/** What so many agents do in so many minutes, one check-in each a minute by a command that comes and goes, done as fast as it goes. */
async function largeTeam(minutes: number, open: (agent: string) => Promise<Muster>): Promise<Row[]> {
  const start = performance.now()
  for (let minute = 0; minute < minutes; minute++) {
    let next = 0
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (let agent = next++; agent < AGENTS; agent = next++) {
        const muster = await open(`agent-${agent}`)
        await muster.checkIn(null, { progress: minute, status: 'working' })
        await muster.close()
      }
    }))
  }
  const seconds = (performance.now() - start) / 1000
  return [{ name: `PostgreSQL, ${AGENTS.toLocaleString('en')} agents: ${minutes} min of check-ins`, value: seconds, unit: 's', goal: `≤ ${minutes * 60} s`, met: seconds <= minutes * 60, note: `${Math.round((AGENTS * minutes) / seconds)} a second, each by a connection of its own; ${(AGENTS / 60).toFixed(1)} are needed` }]
}
