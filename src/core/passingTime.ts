import type { MusterParts } from './acting.js'
import { timesOf } from './rules/passing.js'

type Parts = Pick<MusterParts, 'ledger' | 'connection'>

/** The clock was set, or the machine slept, where the time of day has moved so far against the time since the start, in ms. */
const CLOCK_MOVED = 1_000

/**
 * Tells whether time alone has changed what people see, so that nobody draws ten thousand locks every few seconds to find them
 * as they were. Between two moments at which something runs out, only the processes of sessions are looked at.
 */
class PassingTime {
  private known: { head: number; gone: string; over: number; until: { at: number; up: number }; offset: number }

  constructor(private readonly parts: Parts) {
    this.known = this.look()
  }

  /** Whether something may look different than when this was last asked, though nobody wrote anything. */
  hasPassed(): boolean {
    const { known, parts } = this
    const { stamp } = parts.connection.context()
    const due = stamp.up >= known.until.up || stamp.at >= known.until.at
    // What is measured by the time of day may be younger than it was, too.
    const moved = Math.abs(stamp.at - stamp.up - known.offset) >= CLOCK_MOVED
    const gone = this.gone()
    if (!due && !moved && gone === known.gone && stamp.seq === known.head) return false
    this.known = this.look(gone)
    return due || gone !== known.gone || this.known.over !== known.over
  }

  private look(gone = this.gone()): PassingTime['known'] {
    const { connection, ledger } = this.parts
    const context = connection.context()
    const { at, up, seq } = context.stamp
    const { over, next } = timesOf(ledger.peek(), context)
    return { head: seq, gone, over, until: { at: at + next, up: up + next }, offset: at - up }
  }

  /** Ids of the sessions whose processes have ended. */
  private gone(): string {
    const { connection, ledger } = this.parts
    const context = connection.context()
    return [...ledger.peek().sessions.values()].filter((session) => context.isGone(session)).map(({ id }) => id).join()
  }
}

/** Calls back when time alone has changed what people see; in connections that stay. */
export function tellOfTime(parts: Parts, tell: () => void): void {
  if (!parts.connection.attached) return
  const time = new PassingTime(parts)
  parts.connection.onDidTick(() => {
    if (time.hasPassed()) tell()
  })
}
