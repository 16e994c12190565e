import type { Clock } from '../port.js'

/**
 * The database's time, told by this machine: everybody who uses the database dates by one clock, however wrong their own are.
 * Measured when a connection is made, and carried on by the uptime, which nobody sets and which counts sleep.
 */
export class DatabaseClock implements Clock {
  private measured: { behind: number; took: number } | undefined

  /** @param follow false: the local clock, for tests that set it by hand */
  constructor(private readonly local: Clock, private readonly follow: boolean) {}

  get boot(): string {
    return this.local.boot
  }

  now(): number {
    return this.measured === undefined ? this.local.now() : this.local.uptime() + this.measured.behind
  }

  uptime(): number {
    return this.local.uptime()
  }

  monotonic(): number {
    return this.local.monotonic()
  }

  sleep(ms: number): Promise<void> {
    return this.local.sleep(ms)
  }

  /** Asks for the database's time (ms since 1970) some times; the shortest way there and back is the most exact. */
  async measure(ask: () => Promise<number>, times = 3): Promise<void> {
    if (!this.follow) return
    let best: { behind: number; took: number } | undefined
    for (let i = 0; i < times; i++) {
      const [uptime, begun] = [this.local.uptime(), this.local.monotonic()]
      const theirs = await ask()
      const took = this.local.monotonic() - begun
      if (best === undefined || took < best.took) best = { behind: theirs - (uptime + took / 2), took }
    }
    this.measured = best
  }
}
