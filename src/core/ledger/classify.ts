import { NO_SUM, type Home, type Line } from './line.js'

/** How many sums back a chain remembers: enough to see that a late line belongs to another branch. */
export const REMEMBERED_SUMS = 4096

export type Place = 'accept' | 'void' | 'fork' | 'damaged'

/**
 * The accepted lines of a ledger so far: how far they go, and whether a given line is the next one. The first line that
 * is, in the order of the file, wins; that makes appending a compare-and-swap.
 */
export class Chain {
  seq: number
  sum: string
  /** Where the last line that moved the records moved them to. */
  movedTo: Home | undefined
  private readonly seqs = new Float64Array(REMEMBERED_SUMS).fill(-1)
  private readonly sums: string[] = new Array<string>(REMEMBERED_SUMS).fill('')

  constructor(seq = 0, sum = NO_SUM) {
    this.seq = seq
    this.sum = sum
    this.remember(seq, sum)
  }

  /** The order of the rules is part of the protocol. Junk, rule 1, never gets here: it has no {@link Line}. */
  classify(line: Line): Place {
    // Lines that come back say of the database, not of this disk, what was on it: what a power loss left of them is brought again.
    if (this.movedTo === 'database') return this.isNext(line) ? 'accept' : 'void'
    if (line.d === line.seq - 1) {
      const mine = this.sumAt(line.d)
      if (mine !== undefined && mine !== line.prev) return 'fork'
    }
    if (line.seq <= this.seq) return 'void'
    if (this.isNext(line)) return 'accept'
    return line.d > this.seq ? 'damaged' : 'void'
  }

  private isNext(line: Line): boolean {
    return line.prev === this.sum && (line.seq === this.seq + 1 || (line.kind === 'repaired' && line.seq > this.seq))
  }

  accept(line: Line): void {
    this.seq = line.seq
    this.sum = line.leadsOn
    this.movedTo = line.movesTo ?? this.movedTo
    this.remember(line.seq, line.leadsOn)
  }

  /** Sum of the accepted line with this number, where it is still remembered. */
  sumAt(seq: number): string | undefined {
    const slot = seq % REMEMBERED_SUMS
    return this.seqs[slot] === seq ? this.sums[slot] : undefined
  }

  /** The sums that are remembered, oldest first. */
  remembered(): [seq: number, sum: string][] {
    return [...this.seqs]
      .map((seq, slot): [number, string] => [seq, this.sums[slot]!])
      .filter(([seq]) => seq >= 0)
      .sort(([a], [b]) => a - b)
  }

  /** Goes on from the last of these sums. */
  restore(sums: readonly (readonly [seq: number, sum: string])[]): void {
    for (const [seq, sum] of sums) this.remember(seq, sum)
    const [seq, sum] = sums.at(-1) ?? [0, NO_SUM]
    this.seq = seq
    this.sum = sum
  }

  private remember(seq: number, sum: string): void {
    const slot = seq % REMEMBERED_SUMS
    this.seqs[slot] = seq
    this.sums[slot] = sum
  }
}
