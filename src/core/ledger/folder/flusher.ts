import { errnoOf } from '../../errors.js'
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
  /** A flush failed for good: until one has succeeded again, none is believed that did not write. */
  private distrust = false

  /** @param readOnly Nothing can be written: what cannot be flushed for want of rights is somebody else's to flush. */
  constructor(
    private readonly fs: LedgerFs,
    private readonly clock: Clock,
    private readonly readOnly: boolean,
    private readonly head: () => { seq: number; sum: string },
  ) {}

  /** Goes on in another segment, which is on disk up to `offset`, where the chain is at the head of now. */
  follow(tail: SegmentTail): void {
    this.tail = tail
    const { seq, sum } = this.head()
    this.mark = { offset: tail.offset, seq, sum }
  }

  /** Goes on with the same file through another descriptor. */
  moveTo(tail: SegmentTail): void {
    this.tail = tail
  }

  /** Everything of the ledger was written and flushed again after a failure. */
  trustAgain(): void {
    this.distrust = false
  }

  /** What is known, to be put back should opening anew fail. */
  save(): () => void {
    const { synced, mark, tail } = this
    return () => {
      this.synced = synced
      this.mark = mark
      this.tail = tail
    }
  }

  /** Forgets what was known: the ledger was opened anew, and nobody said what of it is on disk. */
  reset(): void {
    this.synced = 0
    this.tail = undefined
  }

  /**
   * Resolves when everything up to `seq` is on disk, or there is no such line any more: the ledger was opened anew meanwhile,
   * which its generation tells. @throws the system error of a flush that failed for good
   */
  async reveal(seq: number): Promise<void> {
    while (this.synced < seq && this.head().seq >= seq) {
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
    // A flush under way may be failing just now, and would have taken the error with it.
    if (this.distrust || (this.running !== undefined && !this.readOnly)) {
      this.rewrite(tail, reached)
    } else {
      try {
        this.fs.fdatasyncSync(tail.fd)
      } catch (error) {
        this.recover(tail, reached, error)
      }
    }
    this.confirm(tail, reached)
  }

  /** Closes a segment that was followed, once no flush uses it. */
  retire(tail: SegmentTail): void {
    const close = (): void => tail.close()
    if (this.running === undefined) close()
    else void this.running.then(close, close)
  }

  /**
   * Writes everything since the last good flush once more, and flushes that. After a failed flush the kernel may take the
   * pages for clean: flushing again says yes and writes nothing. @throws system errors
   */
  private rewrite(tail: SegmentTail, reached: Mark): void {
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

  private recover(tail: SegmentTail, reached: Mark, error: unknown): void {
    if (this.readOnly) {
      if (errnoOf(error) === 'EIO') throw error
      return
    }
    try {
      this.rewrite(tail, reached)
    } catch (second) {
      this.distrust = true
      throw second
    }
  }

  private async flush(): Promise<void> {
    const { tail, reached } = this.begin()
    const before = this.clock.monotonic()
    if (this.distrust) return this.flushNow()
    try {
      await this.fs.fdatasync(tail.fd)
    } catch (error) {
      // The ledger may have gone on to another segment meanwhile, and written this one again on its way.
      if (this.tail !== tail) return
      this.recover(tail, reached, error)
    }
    this.note(before)
    this.inPlace = 0
    this.confirm(tail, reached)
  }

  private begin(): { tail: SegmentTail; reached: Mark } {
    const tail = this.tail!
    return { tail, reached: { offset: tail.offset, seq: this.head().seq, sum: this.head().sum } }
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
