import { errnoOf } from '../../errors.js'
import { tell } from '../../tell.js'
import { parseLine, type Line } from '../line.js'
import type { Replica } from '../replica.js'
import { readArchived } from './archive.js'
import type { Flusher } from './flusher.js'
import type { Layout } from './layout.js'
import type { LedgerFs, OpenMode } from './ledgerFs.js'
import { Places } from './places.js'
import { damaged, folderProblem } from './problems.js'
import { SegmentTail } from './segmentTail.js'
import { Suspect, suspectAt } from './suspect.js'

export interface ReadingParts {
  fs: LedgerFs
  layout: Layout
  flusher: Flusher
  mode: OpenMode
}

/** Where a snapshot stands in the ledger: accepted lines and their bytes are counted from there. */
export interface SnapshotMark {
  seq: number
  bytes: number
}

/** A replica and the files it is read from: the segment that is followed, and how far its lines were taken. */
export class Reading<S, E> {
  /** Where the last accepted line ends. */
  end = { segment: 0, offset: 0 }
  /** The newest snapshot that is known. */
  snapshot: SnapshotMark
  private segmentTail: SegmentTail | undefined
  /** The segment's `closed` line was taken; nothing after it counts. */
  private ended = false
  /** Looked for once: a segment that goes on where this one breaks off. */
  private isLast = false

  constructor(private readonly parts: ReadingParts, readonly replica: Replica<S, E>, readonly places = new Places()) {
    this.snapshot = { seq: replica.chain.seq, bytes: 0 }
  }

  get tail(): SegmentTail {
    if (this.segmentTail === undefined) throw damaged(tell`The records in ${this.parts.layout.folder} are not open.`)
    return this.segmentTail
  }

  /** Whether the last accepted line is in the segment that is followed, and does not close it. */
  get isInside(): boolean {
    return !this.ended && this.end.segment === this.tail.number
  }

  /** Follows this segment from where its tail stands. A stub stands for what was archived of it. */
  enter(tail: SegmentTail): void {
    this.segmentTail = tail
    this.ended = false
    if (tail.offset > 0) this.end = { segment: tail.number, offset: tail.offset }
    else if (tail.number === 1 && tail.isStub()) {
      this.takeArchived(1)
      this.ended = true
    }
    this.parts.flusher.follow(tail)
  }

  /** The same file through another descriptor. */
  replaceTail(tail: SegmentTail): void {
    this.segmentTail = tail
    this.parts.flusher.moveTo(tail)
  }

  /**
   * Takes all lines that were appended since.
   * @param own The line this process wrote last. @returns false if the ledger has to be opened anew
   * @throws Suspect, MusterError, system errors
   */
  takeLines(own?: { bytes: Buffer; line: Line }): boolean {
    for (let doubted = 0; ; ) {
      if (!this.ended) {
        let wrong: Suspect | undefined
        const intact = this.tail.read((bytes, start, end, after) => {
          const taken = this.replica.consume(bytes, start, end, own)
          if (taken === 'fork' || taken === 'damaged') wrong = suspectAt(this.tail, this.replica.chain.seq, taken)
          else if (taken !== 'skipped') this.note(this.tail.number, after)
          if (taken === 'closed') this.ended = true
          return wrong !== undefined ? 'refuse' : this.ended ? 'stop' : 'go on'
        })
        if (wrong !== undefined) throw wrong
        if (!intact) {
          if (this.replica.loading) throw damaged(tell`${this.tail.path} was changed while it was read.`)
          return false
        }
        if (!this.ended) {
          const { number, path } = this.tail
          this.isLast ||= !this.hasLines(number + 1)
          if (this.isLast) return true
          // The line that closes it was on disk before the next segment had any: it came while this was read, or is damaged.
          if (doubted === number) throw new Suspect(tell`${path}: the line that closes it is missing, and ${this.parts.layout.segment(number + 1)} goes on.`, { kind: 'damaged', segment: number, offset: this.tail.offset })
          doubted = number
          continue
        }
      }
      // They may come back one day, in the next segment.
      if (this.replica.hasLeft && !this.hasLines(this.tail.number + 1)) return true
      // What follows says in its `d` that all of this segment is on disk.
      this.parts.flusher.flushNow()
      if (!this.follow()) return false
    }
  }

  /** Without the right to create, undefined stands for a file that is not there. */
  openSegment(number: number): SegmentTail | undefined {
    const { fs, layout, mode } = this.parts
    const path = layout.segment(number)
    try {
      return new SegmentTail(fs, path, number, mode)
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined
      throw folderProblem(path, error)
    }
  }

  close(): void {
    if (this.segmentTail !== undefined) this.parts.flusher.retire(this.segmentTail)
    this.segmentTail = undefined
  }

  /** Goes on in the next segment. @returns false if it is not there, or archived already */
  private follow(): boolean {
    for (let number = this.tail.number + 1; ; number++) {
      const next = this.openSegment(number)
      if (next === undefined) {
        if (!this.replica.loading) return false
        throw new Suspect(tell`${this.parts.layout.segment(number)}, the next part of the records, is missing.`, { segment: number })
      }
      if (!next.isStub()) {
        const old = this.tail
        this.enter(next)
        this.parts.flusher.retire(old)
        return true
      }
      next.close()
      if (!this.replica.loading) return false
      this.takeArchived(number)
    }
  }

  /** Whether a segment is there and holds a line of a ledger. */
  private hasLines(number: number): boolean {
    const { fs, layout } = this.parts
    const facts = fs.stat(layout.segment(number))
    if (facts?.type !== 'file' || facts.size === 0) return false
    const tail = new SegmentTail(fs, layout.segment(number), number, 'read')
    let found = false
    try {
      tail.read((bytes, start, end) => ((found = parseLine(bytes, start, end) !== undefined) ? 'stop' : 'go on'))
    } finally {
      tail.close()
    }
    return found
  }

  private takeArchived(number: number): void {
    const bytes = readArchived(this.parts.fs, this.parts.layout, number)
    for (let start = 0, end = bytes.indexOf(0x0a); end >= 0; start = end + 1, end = bytes.indexOf(0x0a, start)) {
      const taken = this.replica.consume(bytes, start, end)
      if (taken === 'fork' || taken === 'damaged') throw suspectAt(this.tail, this.replica.chain.seq, taken)
      if (taken !== 'skipped') this.note(number, end + 1)
      if (taken === 'closed') return
    }
    throw damaged(tell`${this.parts.layout.archived(number)} ends before its segment does.`, { segment: number })
  }

  private note(segment: number, offset: number): void {
    const { seq, sum, movedTo } = this.replica.chain
    this.end.segment = segment
    this.end.offset = offset
    // Nobody begins to read where what stands for lost lines, or came back, depends on what is before it.
    if (!this.replica.bridged && movedTo !== 'database') this.places.note(seq, sum, segment, offset)
  }
}
