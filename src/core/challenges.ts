import type { Clock } from './ledger/port.js'
import type { Claim } from './model/claim.js'

/** Challenges that this process waits for: since when each was known to be on disk, by this process's own clock. */
export class Challenges {
  private readonly known = new Map<string, { seq: number; since: number }>()

  constructor(private readonly clock: Clock) {}

  /** @param goOn What is waited for already goes on; otherwise it begins anew. @returns when the last began, monotonic ms */
  begin(claims: readonly Claim[], goOn: boolean): number {
    const now = this.clock.monotonic()
    const seqs = claims.flatMap(({ id, challenge }) => (challenge ? [{ id, seq: challenge.stamp.seq }] : []))
    for (const { id, seq } of seqs) if (!goOn || this.known.get(id)?.seq !== seq) this.known.set(id, { seq, since: now })
    return seqs.length === 0 ? now : Math.max(...seqs.map(({ id }) => this.known.get(id)!.since))
  }

  /** How long this process has waited for the claim's open challenge, in ms; undefined if it does not. */
  waited(claim: Claim): number | undefined {
    const known = this.known.get(claim.id)
    return known !== undefined && known.seq === claim.challenge?.stamp.seq ? this.clock.monotonic() - known.since : undefined
  }

  forget(claim: string): void {
    this.known.delete(claim)
  }
}
