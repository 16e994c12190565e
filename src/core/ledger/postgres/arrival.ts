import { createHash } from 'node:crypto'
import { MusterError } from '../../errors.js'
import { tell } from '../../tell.js'
import { encodeLine, NO_SUM, parseLine, type Line } from '../line.js'
import { movedOf, type Head } from '../move/head.js'
import type { Clock } from '../port.js'
import { parseAddress } from './address.js'
import { databaseProblem, noSpace } from './problems.js'
import { prepareSchema } from './schema.js'
import { literal, ROLLBACK, Session, type Query, type Row } from './session.js'
import { appendInTurn, beginTurn, lineAt, linesBehind } from './statements.js'

/** What one space of a database holds. */
export interface Arrived {
  /** Id of the ledger; undefined where there is none. */
  ledger: string | undefined
  /** The last line; `seq` 0 where there is none. */
  head: Head
  /** The last of those on their way; undefined where there are none. */
  arriving: Head | undefined
}

export interface ArrivalOptions {
  address: string
  space: string | undefined
  clock: Clock
  /** Make the tables, or bring them up to date; else they may be missing, which is as good as empty. */
  create: boolean
}

/** ms until a statement has to be answered; the last one looks through all lines. */
const STATEMENT = { short: 60_000, last: 30 * 60_000 }
const CONNECT = 10_000
const PAGE = 500

/** Opens one space of a database for records to come or to go. @throws MusterError INVALID_INPUT, DATABASE_UNUSABLE, LEDGER_NEWER */
export async function openArrival({ address: text, space: named, clock, create }: ArrivalOptions): Promise<Arrival> {
  const address = parseAddress(text)
  const space = address.space ?? named
  if (space === undefined) throw noSpace()
  let failure: unknown
  for (const server of address.servers) {
    const session = new Session({ address, server, connectMs: CONNECT, statementMs: STATEMENT.short, onNotify: () => undefined, onEnd: () => undefined })
    try {
      if ((await session.query('select pg_is_in_recovery() as copy'))[0]?.['copy'] === true) throw Object.assign(new Error(), { name: 'PostgresError', code: '25006' })
      const made = await prepareSchema(session.query, create)
      const ready = made && (await session.query(`select to_regclass('muster.arriving') is not null as there`))[0]?.['there'] === true
      if (create && !ready) throw mayNot()
      const id = ready ? String((await session.query('select id from muster.database'))[0]?.['id']) : ''
      return new Arrival(session, space, clock, { lines: made, arriving: ready, id })
    } catch (error) {
      failure ??= error
      await session.end()
    }
  }
  throw databaseProblem(failure)
}

/** One space of a database, for records to come or to go. Whoever uses it owns the tables; see docs/postgres.md. */
export class Arrival {
  /** Tells this space of this database from all others, and says nothing of where it is. */
  readonly mark: string

  constructor(private readonly session: Session, readonly space: string, private readonly clock: Clock, private readonly there: { lines: boolean; arriving: boolean; id: string }) {
    this.mark = createHash('sha256').update(`${there.id}\n${space}`).digest('hex').slice(0, 16)
  }

  async look(): Promise<Arrived> {
    const space = literal(this.space)
    if (!this.there.lines) return { ledger: undefined, head: { seq: 0, sum: NO_SUM }, arriving: undefined }
    const [first] = await this.query(`select line from muster.lines where space = ${space} order by seq limit 1`)
    const [last] = await this.query(`select line from muster.lines where space = ${space} order by seq desc limit 1`)
    const [arriving] = !this.there.arriving ? [] : await this.query(`select line from muster.arriving where space = ${space} order by seq desc limit 1`)
    const id: unknown = first === undefined ? undefined : (JSON.parse(String(first['line'])) as { ledger?: unknown }).ledger
    return { ledger: typeof id === 'string' ? id : undefined, head: last === undefined ? { seq: 0, sum: NO_SUM } : headOf(last), arriving: arriving && headOf(arriving) }
  }

  /** Whether the line with this number and sum counts here. */
  async holds({ seq, sum }: Head): Promise<boolean> {
    return (await this.query(lineAt(this.space, seq)))[0]?.['sum'] === sum
  }

  /**
   * Puts lines behind those that have arrived; nothing where they do not fit there.
   * @throws MusterError DATABASE_UNUSABLE
   */
  async bring(lines: readonly { line: Line; bytes: Buffer }[]): Promise<void> {
    const space = literal(this.space)
    const rows = lines.map(({ line, bytes }) => `(${space}, ${line.seq}, '${line.prev}', '${line.leadsOn}', ${literal(line.kind)}, ${line.at}, ${literal(bytes.toString('utf8', 0, bytes.length - 1))})`)
    await this.query(`set transaction isolation level read committed; select pg_advisory_xact_lock(muster.lock_of(${space}));
      insert into muster.arriving (space, seq, prev, sum, kind, at, line) select v.* from (values ${rows.join(',\n')}) v (space, seq, prev, sum, kind, at, line)
      where '${lines[0]!.line.prev}' = coalesce(
        (select sum from muster.arriving where space = ${space} order by seq desc limit 1),
        (select case when muster.has_left(kind, line) then sum else '' end from muster.lines where space = ${space} order by seq desc limit 1),
        '${NO_SUM}')
      on conflict do nothing`)
  }

  /** Has what arrived count, all at once; from then on it is here that they are written. @throws MusterError DATABASE_UNUSABLE (`details.sqlstate` MU002: given up, MU003: not one history) */
  async arrive({ seq, sum }: Head): Promise<void> {
    await this.query(`set transaction isolation level read committed; select muster.arrive(${literal(this.space)}, ${seq}, ${literal(sum)})`, STATEMENT.last)
  }

  /** Gives up the move that this line announced, unless it is done. @returns whether it never will be */
  async giveUp({ sum }: Head): Promise<boolean> {
    const [space, line] = [literal(this.space), literal(sum)]
    const [row] = await this.query(`set transaction isolation level read committed; select pg_advisory_xact_lock(muster.lock_of(${space}));
      insert into muster.undone (space, sum) select ${space}, ${line} where not exists (select from muster.lines where space = ${space} and sum = ${line}) on conflict do nothing;
      delete from muster.arriving where space = ${space} and exists (select from muster.undone where space = ${space} and sum = ${line});
      select exists (select from muster.undone where space = ${space} and sum = ${line}) as undone`)
    return row?.['undone'] === true
  }

  async isGivenUp({ sum }: Head): Promise<boolean> {
    return (await this.query(`select from muster.undone where space = ${literal(this.space)} and sum = ${literal(sum)}`)).length > 0
  }

  /** Forgets what was on its way, nobody having left for here. */
  async forget(): Promise<void> {
    const space = literal(this.space)
    await this.query(`set transaction isolation level read committed; select pg_advisory_xact_lock(muster.lock_of(${space})); delete from muster.arriving where space = ${space}`)
  }

  /** Appends the line behind which nobody writes here any more, with everybody else held up. @throws MusterError DATABASE_UNUSABLE, LEDGER_DAMAGED */
  async leave(into: string): Promise<void> {
    try {
      await this.session.alone(async (query) => {
        let open = true
        try {
          await query(beginTurn(this.space))
          const [row] = await query(`select line, floor(extract(epoch from clock_timestamp()) * 1000)::text as now from muster.lines where space = ${literal(this.space)} order by seq desc limit 1`)
          const before = lineOf(row)
          if (before.movesTo === 'folder') return
          const stamp = { seq: before.seq + 1, at: Math.max(before.at, Number(row!['now'])), up: this.clock.uptime(), boot: this.clock.boot }
          const own = encodeLine({ ...stamp, prev: before.leadsOn, d: before.seq, kind: 'moved', body: `,"to":"folder","into":"${into}"` })
          open = false
          await query(appendInTurn(this.space, own))
        } finally {
          if (open && !this.session.ended) await query(ROLLBACK)
        }
      })
    } catch (error) {
      throw databaseProblem(error)
    }
  }

  /** Some lines behind a number, with their `\n`. */
  async behind(seq: number): Promise<Buffer[]> {
    return (await this.query(linesBehind(this.space, seq, PAGE))).map((row) => Buffer.from(`${row['line']}\n`))
  }

  /** Whether, behind the line by which a folder was left, the records went to a folder and came back. */
  async wasElsewhere({ seq }: Head): Promise<boolean> {
    return (await this.query(`select from muster.lines where space = ${literal(this.space)} and seq > ${seq} and kind = 'moved' and not muster.has_left(kind, line) limit 1`)).length > 0
  }

  /** How many lines are behind a number. */
  async count(seq: number): Promise<number> {
    return Number((await this.query(`select count(*) as count from muster.lines where space = ${literal(this.space)} and seq > ${seq}`))[0]?.['count'])
  }

  close(): Promise<void> {
    return this.session.end()
  }

  private readonly query: Query = async (text, patience) => {
    try {
      return await this.session.query(text, patience)
    } catch (error) {
      throw databaseProblem(error)
    }
  }
}

/** The tables are of an older version, and whoever asks may not change them. */
function mayNot(): MusterError {
  return new MusterError('DATABASE_UNUSABLE', tell`The tables in the database are of an older version, and this user may not change them.`, { hint: tell`Move the records as the user who made the tables, who has to be asked for that once.` })
}

function headOf(row: Row): Head {
  const line = lineOf(row)
  const { seq, leadsOn: sum } = line
  if (line.kind !== 'moved') return { seq, sum }
  return { seq, sum, moved: movedOf(String(row['line']), line) }
}

export function lineOf(row: Row | undefined): Line {
  const bytes = Buffer.from(`${row?.['line']}\n`)
  const line = row === undefined ? undefined : parseLine(bytes, 0, bytes.length - 1)
  if (line === undefined) throw new MusterError('LEDGER_DAMAGED', tell`The last record in the database is not the one that was written.`, { hint: tell`muster verify says what is wrong. Restore the database from a copy.` })
  return line
}
