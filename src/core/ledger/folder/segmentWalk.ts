import { errnoOf } from '../../errors.js'
import { tell } from '../../tell.js'
import { readArchived } from './archive.js'
import type { Layout } from './layout.js'
import type { LedgerFs } from './ledgerFs.js'
import { damaged } from './problems.js'
import { SegmentTail } from './segmentTail.js'

/** @param offset Of the line in its segment, in bytes. @returns whether the line closes its segment */
export type WalkReceiver = (bytes: Buffer, start: number, end: number, segment: number, offset: number) => boolean

/** Goes through all segments from one on, archived ones included, without disturbing whoever follows the last. */
export class SegmentWalk {
  private tail: SegmentTail | undefined
  private archived: { bytes: Buffer; at: number } | undefined

  constructor(
    private readonly fs: LedgerFs,
    private readonly layout: Layout,
    public segment = 1,
    /** Begins behind this line of the segment. */
    private start?: { offset: number; sum: string },
  ) {}

  /**
   * Hands over up to `limit` lines.
   * @returns false when there are no more. @throws system errors (ENOENT: the segment is missing), MusterError LEDGER_DAMAGED
   */
  step(limit: number, receive: WalkReceiver): boolean {
    if (this.tail === undefined && this.archived === undefined) this.enter()
    const before = limit
    let left = limit
    let closed = false
    const take = (bytes: Buffer, start: number, end: number, offset: number): boolean => {
      closed = receive(bytes, start, end, this.segment, offset)
      left--
      return !closed && left > 0
    }
    if (this.tail !== undefined) {
      let offset = this.tail.offset
      this.tail.read((bytes, start, end) => {
        const from = offset
        offset += end + 1 - start
        return take(bytes, start, end, from) ? 'go on' : 'stop'
      })
    } else if (this.archived !== undefined) {
      const { bytes } = this.archived
      for (let more = true; more; ) {
        const start = this.archived.at
        const end = bytes.indexOf(0x0a, start)
        if (end < 0) break
        this.archived.at = end + 1
        more = take(bytes, start, end, start)
      }
    }
    if (!closed) return left < before && left === 0
    this.close()
    this.segment++
    return true
  }

  /** It ended in the middle of what is longer than any line may be. */
  get isEndless(): boolean {
    return this.tail?.isEndless === true
  }

  close(): void {
    this.tail?.close()
    this.tail = undefined
    this.archived = undefined
  }

  private enter(): void {
    const { start } = this
    this.start = undefined
    const tail = new SegmentTail(this.fs, this.layout.segment(this.segment), this.segment, 'read')
    if (!tail.isStub()) {
      this.tail = tail
      if (start !== undefined && !tail.startBehind(start.offset, start.sum)) throw damaged(tell`${tail.path} does not hold the line that was there.`)
      return
    }
    tail.close()
    const bytes = readArchived(this.fs, this.layout, this.segment)
    this.archived = { bytes, at: start?.offset ?? 0 }
  }
}

/** Whether a walk ended because the next segment is not there. */
export function isMissing(error: unknown): boolean {
  return errnoOf(error) === 'ENOENT'
}
