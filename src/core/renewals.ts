import type { Clock } from './ledger/port.js'

/** Since when this process has seen claims as they were last renewed, by its own clock and no other. */
export class Renewals {
  private readonly known = new Map<string, { seq: number; since: number }>()

  constructor(private readonly clock: Clock) {}

  /** @param seq Of the claim's last renewal. @returns ms in which this process was there and saw no newer one */
  quietMs(claim: string, seq: number): number {
    const now = this.clock.monotonic()
    const known = this.known.get(claim)
    if (known?.seq === seq) return now - known.since
    this.known.set(claim, { seq, since: now })
    return 0
  }

  forget(claim: string): void {
    this.known.delete(claim)
  }

  /** After a pause: what went by meanwhile was not seen. */
  clear(): void {
    this.known.clear()
  }
}
