import type { MusterError } from '../../errors.js'
import type { Clock } from '../port.js'
import { closedError } from '../queue.js'
import { connectionLost, databaseProblem } from './problems.js'
import type { Session } from './session.js'

export interface LinkOptions {
  clock: Clock
  /** How many servers there are to try. */
  servers: number
  /** Makes a connection and finds out whether it is usable; `onEnd` when it is no more. `signal` gives it up, made or not. */
  connect(attempt: number, onEnd: () => void, signal: AbortSignal): Promise<Session>
  /** ms for which those who need the database wait for it to come back, before they are refused at once. */
  patienceMs: number
  /** Connected again, or a try to do so has failed. */
  onChange(): void
}

const DELAY = { first: 100, most: 2000 }
/** In which the time is counted that a connection is silent for; see {@link Session}. */
const STEPS = 20

/**
 * Keeps one connection to the database: connected → (it ends) → trying again, with growing delay → connected … until closed.
 * Nothing is queued while there is none: whoever needs it waits for `patienceMs` from the loss on, then is told why not.
 */
export class Link {
  /** Why there is no connection, once a try to get one back has failed. */
  private problem: MusterError | undefined
  /** Time, ms since 1970 by this machine, since when nothing is known of the database. */
  private since = 0
  private session: Session | undefined
  private lostAt = 0
  private attempt = 0
  private closed = false
  /** Nobody waits for a connection any longer than until then, by the monotonic clock. */
  private deadline = Infinity
  private watchdog: NodeJS.Timeout | undefined
  private readonly ending = new AbortController()
  private timer: NodeJS.Timeout | undefined
  private connecting: Promise<void> | undefined
  private readonly waiting = new Set<() => void>()

  constructor(private readonly options: LinkOptions) {}

  get connected(): boolean {
    return this.session !== undefined && !this.session.ended
  }

  /** Why there is no connection, and since when (ms since 1970). */
  get offline(): { problem: MusterError; since: number } | undefined {
    return this.connected || this.problem === undefined ? undefined : { problem: this.problem, since: this.since }
  }

  /** The first connection, to the first server that will have it. @throws MusterError DATABASE_UNUSABLE … of the first server */
  async open(): Promise<void> {
    let failure: unknown
    for (let attempt = 0; attempt < this.options.servers; attempt++) {
      this.attempt = attempt
      try {
        return await this.connect()
      } catch (error) {
        failure ??= error
      }
    }
    this.closed = true
    throw databaseProblem(failure)
  }

  /** For who has something to show without a connection: goes on trying as where one was lost. @param since as of when nothing is known (ms since 1970) */
  goOnWithout(problem: MusterError, since: number): void {
    this.closed = false
    this.problem = problem
    this.since = since
    this.lostAt = -Infinity
    this.tryLater(DELAY.most)
  }

  /** The connection; waits for one where it was lost a moment ago. @throws MusterError DATABASE_UNUSABLE, CLOSED */
  async use(): Promise<Session> {
    const { clock, patienceMs } = this.options
    for (let last = false; ; ) {
      if (this.closed) throw closedError()
      if (this.session !== undefined && !this.session.ended) return this.session
      const now = clock.monotonic()
      const left = Math.min(this.lostAt + patienceMs, this.deadline) - now
      // Where this process had no time meanwhile, the first try to get it back is still to come, or under way.
      if (left <= 0 && (this.problem !== undefined || last || now >= this.deadline)) throw this.problem ?? connectionLost()
      last = left <= 0
      await this.change(last ? Math.min(patienceMs, this.deadline - now) : left)
    }
  }

  /**
   * For who is about to close: what does not answer is waited for no longer than `ms` from now on, be it a new connection or an
   * answer on the one there is. Whoever gets answers goes on.
   */
  hasten(ms: number): void {
    if (this.deadline !== Infinity || this.closed) return
    this.deadline = this.options.clock.monotonic() + ms
    this.wake()
    let [steps, waitedFor]: [number, number | undefined] = [0, undefined]
    this.watchdog = setInterval(() => {
      const before = waitedFor
      waitedFor = this.session?.unanswered
      steps = waitedFor !== undefined && waitedFor === before ? steps + 1 : 0
      if (steps >= STEPS) void this.session?.end().catch(() => undefined)
    }, ms / STEPS)
  }

  async close(): Promise<void> {
    this.closed = true
    clearTimeout(this.timer)
    clearInterval(this.watchdog)
    this.ending.abort()
    this.wake()
    await this.connecting?.catch(() => undefined)
    await this.session?.end()
  }

  private async change(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    let wake: (() => void) | undefined
    await new Promise<void>((resolve) => {
      wake = resolve
      this.waiting.add(resolve)
      timer = setTimeout(resolve, ms)
    })
    clearTimeout(timer)
    this.waiting.delete(wake!)
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve()
  }

  private connect(): Promise<void> {
    this.connecting = (async () => {
      // It may end before it is there.
      const made: { session?: Session } = {}
      const session = await this.options.connect(this.attempt, () => {
        if (made.session !== undefined && this.session === made.session) this.lost()
      }, this.ending.signal)
      made.session = session
      if (this.closed) return void (await session.end())
      this.session = session
      this.attempt = 0
      this.problem = undefined
      // It may have ended before it was ours.
      if (session.ended) this.lost()
    })()
    return this.connecting
  }

  private lost(): void {
    if (this.closed) return
    this.session = undefined
    this.lostAt = this.options.clock.monotonic()
    this.since = Date.now()
    this.tryLater(0)
  }

  private tryLater(delay: number): void {
    if (this.closed) return
    this.timer = setTimeout(() => void this.tryAgain(), delay)
    // Whoever waits has a timer of their own; nobody else is kept from ending.
    this.timer.unref()
  }

  private async tryAgain(): Promise<void> {
    this.attempt++
    try {
      await this.connect()
    } catch (error) {
      this.problem = databaseProblem(error)
      // At random, so that a thousand clients do not come all at once.
      this.tryLater(Math.min(DELAY.first * 2 ** Math.min(this.attempt, 10), DELAY.most) * (0.5 + Math.random() / 2))
    }
    this.wake()
    if (!this.closed) this.options.onChange()
  }
}
