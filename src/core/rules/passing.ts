import type { State } from '../state/state.js'
import { ageMs, overdueMs, seenAt } from './presence.js'
import type { Context } from './rule.js'
import { RAISE_AFTER_MS } from './unacknowledged.js'

/** What time alone makes of a state. */
export interface Times {
  /** How many leases, messages and signs of life are too old by now. */
  over: number
  /** ms until the next of them is; infinite for never. */
  next: number
}

/**
 * Looks at everything that people see differently once it is so old: locks, who is here, deadlines, urgent messages. Some of it
 * may turn out to look the same; nothing is left out. Processes that end do so without a time.
 */
export function timesOf(state: State, context: Context): Times {
  const { stamp, leaseMs } = context
  const times: Times = { over: 0, next: Number.POSITIVE_INFINITY }
  const note = (left: number): void => {
    if (left > 0) times.next = Math.min(times.next, left)
    else times.over++
  }
  for (const claim of state.claims.values()) note(-overdueMs(state, claim, context))
  for (const agent of state.agents.values()) note(leaseMs - ageMs(seenAt(state, agent), stamp))
  for (const { id, boot, opened, ttl, detached } of state.sessions.values()) {
    if (boot !== stamp.boot) note(ttl - ageMs(state.heard.get(id) ?? opened, stamp))
    if (detached) note(detached.ttl - ageMs(detached.stamp, stamp))
  }
  for (const { sent, priority, deadlineMinutes } of state.messages.values()) {
    if (priority === 'urgent') note(RAISE_AFTER_MS - ageMs(sent, stamp))
    if (deadlineMinutes !== undefined) note(deadlineMinutes * 60_000 - ageMs(sent, stamp))
  }
  return times
}
