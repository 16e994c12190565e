import { Chain } from '../classify.js'
import { parseLine } from '../line.js'
import type { Clock } from '../port.js'
import type { LedgerFs } from './ledgerFs.js'
import type { SegmentTail } from './segmentTail.js'

/** A place in a segment up to which everything is known to be on disk. */
interface Mark {
  offset: number
  seq: number
  sum: string
}

/** Below this many ms a flush takes about as long as handing it to the thread pool does; then it is made in place. */
const SHORT_FLUSH = 0.4
/** In-place flushes leave the event loop alone again after this many ms. */
const MAX_IN_PLACE = 8

/**
 * Brings what was read or written to disk, once for all who wait. What it has not confirmed does not leave the process:
 * a power loss could take back what another process acted on.
 */
export class Flusher {
  /** Everything up to this sequence number is on disk. */
  synced = 0
  private mark: Mark = { offset: 0, seq: 0, sum: '' }
  private running: Promise<void> | undefined
  private usual = Infinity
  private inPlace = 0
  private tail: SegmentTail | undefined

  constructor(
    private readonly fs: LedgerFs,
    private readonly clock: Clock,
    private readonly head: () => { seq: number; sum: string },
  ) {}

  /** Goes on in another segment, from an offset that everything before is on disk of. */
  follow(tail: SegmentTail): void {
    this.tail = tail
    this.mark = { offset: tail.offset, ...this.head() }
  }

  /** Forgets what was known: the ledger was opened anew, and nobody said what of it is on disk. */
  reset(): void {
    this.synced = 0
    this.tail = undefined
  }

  /** Resolves when everything up to `seq` is on disk. @throws the system error of a flush that failed for good */
  async reveal(seq: number): Promise<void> {
    while (this.synced < seq) {
      if (this.running === undefined) {
        if (this.usual < SHORT_FLUSH && this.inPlace < MAX_IN_PLACE) {
          const before = this.clock.monotonic()
          this.flushNow()
          this.inPlace += this.note(before)
          continue
        }
        this.running = this.flush().finally(() => (this.running = undefined))
      }
      await this.running
    }
  }

  /** The same at once, for what is done between reading and writing. @throws system errors */
  flushNow(): void {
    const { tail, reached } = this.begin()
    try {
      this.fs.fdatasyncSync(tail.fd)
    } catch {
      this.rewrite(tail, reached)
    }
    this.confirm(tail, reached)
  }

  /**
   * Writes everything since the last good flush once more, and flushes that. After a failed flush the kernel may take the
   * pages for clean: flushing again says yes and writes nothing. @throws system errors
   */
  rewrite(tail = this.tail!, reached: Mark = this.begin().reached): void {
    const bytes = tail.bytesFrom(this.mark.offset)
    if (!leadsTo(this.mark, bytes.subarray(0, reached.offset - this.mark.offset), reached)) throw new Error('lines that were read before are gone')
    const fd = this.fs.open(tail.path, 'patch')
    try {
      const facts = this.fs.fstat(fd)
      if (facts.ino !== tail.facts.ino || facts.dev !== tail.facts.dev) throw new Error('the file was replaced')
      for (let done = 0; done < bytes.length; ) {
        const count = this.fs.writeAt(fd, bytes.subarray(done), this.mark.offset + done)
        if (count === 0) throw new Error('nothing could be written')
        done += count
      }
      this.fs.fdatasyncSync(fd)
    } finally {
      this.fs.close(fd)
    }
  }

  private async flush(): Promise<void> {
    const { tail, reached } = this.begin()
    const before = this.clock.monotonic()
    try {
      await this.fs.fdatasync(tail.fd)
    } catch (error) {
      // Meanwhile the tail may have gone on to another segment, and flushed this one on its way.
      if (this.tail !== tail) throw error
      this.rewrite(tail, reached)
    }
    this.note(before)
    this.inPlace = 0
    this.confirm(tail, reached)
  }

  private begin(): { tail: SegmentTail; reached: Mark } {
    const tail = this.tail!
    return { tail, reached: { offset: tail.offset, ...this.head() } }
  }

  private confirm(tail: SegmentTail, reached: Mark): void {
    if (this.tail !== tail) return
    this.synced = Math.max(this.synced, reached.seq)
    if (reached.offset >= this.mark.offset) this.mark = reached
  }

  private note(before: number): number {
    const took = this.clock.monotonic() - before
    this.usual = this.usual === Infinity ? took : this.usual * 0.75 + took * 0.25
    return took
  }
}

/** Whether `bytes`, which begin at `from`, hold the lines that lead to `to`. */
function leadsTo(from: Mark, bytes: Buffer, to: Mark): boolean {
  const chain = new Chain(from.seq, from.sum)
  for (let start = 0, end = bytes.indexOf(0x0a); end >= 0; start = end + 1, end = bytes.indexOf(0x0a, start)) {
    const line = parseLine(bytes, start, end)
    if (line !== undefined && chain.classify(line) === 'accept') chain.accept(line)
  }
  return chain.seq === to.seq && chain.sum === to.sum
}
