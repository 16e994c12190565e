import type { Op, Stamp } from '../ledger/port.js'
import type { Event } from '../model/events.js'
import type { Applied, State } from './state.js'

/** Outcomes kept per connection, and per agent for keys that callers chose. */
const KEPT = 256

type Key = { connection: string; counter: number } | { agent: string }

/** `<connection>:<counter>` or `<agent>/<name>`. Connection ids hold neither `:` nor `/`, agent ids no `/`. */
function parseKey(key: string): Key {
  const counted = /^([^:/]+):(\d+)$/.exec(key)
  if (counted) return { connection: counted[1]!, counter: Number(counted[2]) }
  return { agent: key.slice(0, Math.max(0, key.indexOf('/'))) }
}

/** What became of an operation: its outcome, nothing yet, or "so long ago that nobody knows". */
export function appliedOf(state: State, key: string): Applied | 'too-old' | undefined {
  const known = state.outcomes.get(key)
  if (known) return known
  const parsed = parseKey(key)
  if (!('connection' in parsed)) return undefined
  const mark = state.marks.get(parsed.connection) ?? 0
  return parsed.counter <= mark - KEPT ? 'too-old' : undefined
}

/** Remembers an applied operation and forgets the one that is KEPT operations older. */
export function recordKey(state: State, op: Op<Event>, stamp: Stamp): void {
  state.outcomes.set(op.key, { stamp, events: op.events })
  const parsed = parseKey(op.key)
  if ('connection' in parsed) {
    const mark = Math.max(state.marks.get(parsed.connection) ?? 0, parsed.counter)
    for (let old = (state.marks.get(parsed.connection) ?? 0) - KEPT + 1; old <= mark - KEPT; old++) state.outcomes.delete(`${parsed.connection}:${old}`)
    state.marks.set(parsed.connection, mark)
    return
  }
  const names = [...(state.named.get(parsed.agent) ?? []), op.key]
  for (const old of names.splice(0, Math.max(0, names.length - KEPT))) state.outcomes.delete(old)
  state.named.set(parsed.agent, names)
}

/** Forgets a closed connection's keys: nobody is left to retry them. */
export function forgetConnection(state: State, connection: string): void {
  const mark = state.marks.get(connection)
  if (mark === undefined) return
  for (let counter = Math.max(1, mark - KEPT + 1); counter <= mark; counter++) state.outcomes.delete(`${connection}:${counter}`)
  state.marks.delete(connection)
}
