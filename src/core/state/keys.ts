import type { Op, Stamp } from '../ledger/port.js'
import type { Event } from '../model/events.js'
import type { State } from './state.js'

/** Outcomes kept per connection. */
const KEPT = 256
/** Kept per agent of keys that callers chose. One that was forgotten cannot be told from a new one: its operation is applied again. */
const KEPT_NAMED = 1024
/** Kept per agent of commands' own keys: only a command's own retry, moments later, looks for one. */
const KEPT_OF_COMMANDS = 16
/** Begins the name of a key that a command made for itself, and not its caller. */
export const OWN_KEY = '~'

type Key = { connection: string; counter: number } | { ring: string; kept: number }

/** `<connection>:<counter>` or `<agent>/<name>`. Connection ids hold neither `:` nor `/`, agent ids no `/`. */
function parseKey(key: string): Key {
  const counted = /^([^:/]+):(\d{1,15})$/.exec(key)
  if (counted) return { connection: counted[1]!, counter: Number(counted[2]) }
  const slash = Math.max(0, key.indexOf('/'))
  const own = key.startsWith(OWN_KEY, slash + 1)
  return { ring: key.slice(0, slash) + (own ? `/${OWN_KEY}` : ''), kept: own ? KEPT_OF_COMMANDS : KEPT_NAMED }
}

/** The connection an operation came over; '' for commands that come and go. */
export function connectionOf(op: Pick<Op<unknown>, 'key' | 'via'>): string {
  if (op.via !== undefined) return op.via
  return op.key.includes('/') ? '' : op.key.slice(0, Math.max(0, op.key.lastIndexOf(':')))
}

/** What became of an operation: the number of its commit, nothing yet, or "so long ago that nobody knows". */
export function appliedOf(state: State, key: string): number | 'too-old' | undefined {
  const parsed = parseKey(key)
  if (!('connection' in parsed)) return state.outcomes.get(key)
  const mark = state.marks.get(parsed.connection) ?? 0
  // By far the most: the next of its connection. Not looking it up is a tenth of a replay.
  if (parsed.counter > mark) return undefined
  return state.outcomes.get(key) ?? (parsed.counter <= mark - KEPT ? 'too-old' : undefined)
}

/** Remembers an applied operation and forgets the oldest of its kind. */
export function recordKey(state: State, op: Op<Event>, stamp: Stamp): void {
  const parsed = parseKey(op.key)
  if ('connection' in parsed) {
    // Nobody is left to retry the operation that closed its own connection.
    if (!state.sessions.has(parsed.connection)) return
    const before = state.marks.get(parsed.connection) ?? 0
    const mark = Math.max(before, parsed.counter)
    for (let old = Math.max(1, before - KEPT + 1); old <= Math.min(before, mark - KEPT); old++) state.outcomes.delete(`${parsed.connection}:${old}`)
    state.marks.set(parsed.connection, mark)
  } else {
    const keys = [...(state.rings.get(parsed.ring) ?? []), op.key]
    for (const old of keys.splice(0, Math.max(0, keys.length - parsed.kept))) state.outcomes.delete(old)
    state.rings.set(parsed.ring, keys)
  }
  state.outcomes.set(op.key, stamp.seq)
}

/** Forgets the keys of commands that spoke for an agent. */
export function forgetRings(state: State, agent: string): void {
  for (const ring of [agent, `${agent}/${OWN_KEY}`]) {
    for (const key of state.rings.get(ring) ?? []) state.outcomes.delete(key)
    state.rings.delete(ring)
  }
}

/** Forgets a closed connection's keys: nobody is left to retry them. */
export function forgetConnection(state: State, connection: string): void {
  const mark = state.marks.get(connection)
  if (mark === undefined) return
  for (let counter = Math.max(1, mark - KEPT + 1); counter <= mark; counter++) state.outcomes.delete(`${connection}:${counter}`)
  state.marks.delete(connection)
}
