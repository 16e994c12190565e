import type { MusterError } from '../../errors.js'
import type { Clock } from '../port.js'
import { closedError } from '../queue.js'
import { databaseProblem } from './problems.js'
import type { Session } from './session.js'

export interface LinkOptions {
  clock: Clock
  /** Makes a connection and finds out whether it is usable; `onEnd` when it is no more. */
  connect(attempt: number, onEnd: () => void): Promise<Session>
  /** ms for which those who need the database wait for it to come back, before they are refused at once. */
  patienceMs: number
  /** Connected again, or a try to do so has failed. */
  onChange(): void
}

const DELAY = { first: 100, most: 2000 }

/**
 * Keeps one connection to the database: connected → (it ends) → trying again, with growing delay → connected … until closed.
 * Nothing is queued while there is none: whoever needs it waits for `patienceMs` from the loss on, then is told why not.
 */
export class Link {
  /** Why there is no connection, once a try to get one back has failed. */
  problem: MusterError | undefined
  private session: Session | undefined
  private lostAt = 0
  private attempt = 0
  private closed = false
  private timer: NodeJS.Timeout | undefined
  private connecting: Promise<void> | undefined
  private readonly waiting = new Set<() => void>()

  constructor(private readonly options: LinkOptions) {}

  get connected(): boolean {
    return this.session !== undefined && !this.session.ended
  }

  /** The first connection. @throws MusterError DATABASE_UNUSABLE … */
  async open(): Promise<void> {
    try {
      await this.connect()
    } catch (error) {
      this.closed = true
      throw databaseProblem(error)
    }
  }

  /** The connection; waits for one where it was lost a moment ago. @throws MusterError DATABASE_UNUSABLE, CLOSED */
  async use(): Promise<Session> {
    const { clock, patienceMs } = this.options
    for (;;) {
      if (this.closed) throw closedError()
      if (this.session !== undefined && !this.session.ended) return this.session
      const left = this.lostAt + patienceMs - clock.monotonic()
      if (left <= 0) throw this.problem ?? databaseProblem(Object.assign(new Error(), { code: 'CONNECTION_CLOSED' }))
      await this.change(left)
    }
  }

  async close(): Promise<void> {
    this.closed = true
    clearTimeout(this.timer)
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
      })
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
