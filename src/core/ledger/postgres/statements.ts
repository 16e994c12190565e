import { APPEND, literal } from './session.js'
import type { Line } from '../line.js'

/** Where a server or a role has another default, every statement says it, since a pooler keeps no settings of ours. */
const READ_COMMITTED = 'set transaction isolation level read committed;'

const END = ';commit'

interface AppendedLine {
  bytes: Buffer
  line: Line
}

/** The lines behind `from`, and whether `from` itself is there. */
export function tail(space: string, from: number, limit: number): string {
  return `select seq, sum, case when seq > ${from} then line end as line from muster.lines where space = ${literal(space)} and seq >= ${from} order by seq limit ${limit}`
}

/** The lines behind `from`. */
export function linesBehind(space: string, from: number, limit: number): string {
  return `select seq, sum, line from muster.lines where space = ${literal(space)} and seq > ${from} order by seq limit ${limit}`
}

/** The line with this number. */
export function lineAt(space: string, seq: number): string {
  return `select seq, sum, line from muster.lines where space = ${literal(space)} and seq = ${seq}`
}

/** Number of the first line from about this time on (ms since 1970). */
export function firstSince(space: string, at: number): string {
  return `select seq from muster.lines where space = ${literal(space)} and at >= ${Math.floor(at)} order by seq limit 1`
}

/** Appends a line in a transaction of its own; gives its row, or those that were first. @param says That it reads what is committed, which is the default nearly everywhere and costs a statement. */
export function append(space: string, own: AppendedLine, says: boolean): string {
  return (says ? READ_COMMITTED : '') + call(space, own)
}

/** The same as the end of a turn. */
export function appendInTurn(space: string, own: AppendedLine): string {
  return call(space, own) + END
}

/** Whether a statement ends the turn. */
export function endsTurn(text: string): boolean {
  return text.endsWith(END)
}

function call(space: string, { bytes, line }: AppendedLine): string {
  const text = bytes.toString('utf8', 0, bytes.length - 1)
  return `${APPEND}${literal(space)}, ${line.seq}, '${line.prev}', '${line.sum}', ${literal(line.kind)}, ${literal(text)})`
}

/** Begins a turn: everybody else waits until it is over. Who takes it and falls silent loses it after two seconds. */
export function beginTurn(space: string): string {
  return `begin isolation level read committed; set local lock_timeout = '2s'; set local idle_in_transaction_session_timeout = '2s'; select pg_advisory_xact_lock(muster.lock_of(${literal(space)}))`
}
