import { randomBytes } from 'node:crypto'
import { encodeLine, type Line, type LineKind } from '../line.js'
import type { Clock, Machine, Stamp } from '../port.js'
import { Replica } from '../replica.js'
import { errnoOf } from '../../errors.js'
import { readArchived, readWhole } from './archive.js'
import { Flusher } from './flusher.js'
import { look, makeFile, prepare, type Layout } from './layout.js'
import type { LedgerFs } from './ledgerFs.js'
import { probeNames } from './probeNames.js'
import { damaged, folderProblem, missing } from './problems.js'
import { SegmentTail } from './segmentTail.js'
import { assertTorn, Suspect, suspectAt } from './suspect.js'

export interface StoreOptions {
  readOnly: boolean
  /** Whether a ledger may be started where there is none. */
  create: boolean
}

export interface Appended {
  accepted: boolean
  stamp: Stamp
  /** The write threw, or wrote less than the line. */
  failure?: unknown
}

const FENCE = Buffer.from('!\n')
/** Races to start, close or repair are over when somebody wins. */
const ATTEMPTS = 30

/** The synchronous half of the folder ledger: files, and the replica that is read from them. */
export class Store<S, E> {
  replica: Replica<S, E>
  readonly flusher: Flusher
  /** The first line is this process's. */
  created = false
  /** Goes up whenever the state was built anew. */
  generation = 0
  /** The head that a restored older copy has not got: to be followed by a `repaired` line. */
  lost: { seq: number; sum: string } | undefined
  /** For people: what happened to the ledger while it was open. */
  notice: string | undefined
  private segmentTail: SegmentTail | undefined
  /** What was known before a reopening that met a suspect line. */
  private unfinished: { id: string; seq: number; sum: string } | undefined
  /** The segment's `closed` line was taken; nothing after it counts. */
  private ended = false
  private own: { bytes: Buffer; line: Line } | undefined

  constructor(
    private readonly fs: LedgerFs,
    readonly layout: Layout,
    private readonly machine: Machine<S, E>,
    private readonly clock: Clock,
    private readonly options: StoreOptions,
  ) {
    this.replica = new Replica(machine)
    this.flusher = new Flusher(fs, clock, options.readOnly, () => this.replica.chain)
  }

  get tail(): SegmentTail {
    if (this.segmentTail === undefined) throw damaged(`The ledger in ${this.layout.folder} is not open.`)
    return this.segmentTail
  }

  /**
   * Takes all lines that were appended since. Synchronous, so that nothing comes between reading and deciding.
   * @throws Suspect, MusterError, system errors
   */
  catchUp(): void {
    const generation = this.generation
    this.takeLines()
    if (generation === this.generation && this.lost !== undefined && this.replica.repairedAt > this.lost.seq) this.lost = undefined
  }

  /** Appends one line and reads it back. @throws Suspect, MusterError, system errors of reading */
  append(kind: LineKind, body: string, stamp: Stamp): Appended {
    const { bytes, line } = encodeLine({ ...stamp, prev: this.replica.chain.sum, d: this.flusher.synced, kind, body })
    this.own = { bytes, line }
    // Somebody's write was cut off. A plain newline could complete it after they were told it failed.
    const out = this.tail.tailOpen ? Buffer.concat([FENCE, bytes]) : bytes
    let failure: unknown
    try {
      const written = this.fs.append(this.tail.fd, out)
      if (written < out.length) failure = Object.assign(new Error(`only ${written} of ${out.length} bytes could be written`), { code: 'ENOSPC' })
    } catch (error) {
      failure = error
    }
    this.catchUp()
    return { accepted: this.replica.ownSum === line.sum, stamp: { seq: line.seq, at: line.at, up: line.up, boot: line.boot }, failure }
  }

  /** Whether the ledger is still at its path; builds the state anew if not. */
  ensureInPlace(): boolean {
    if (this.tail.isInPlace()) return true
    this.reopen()
    return false
  }

  /** Opens whatever is at the path now, and looks for the head that was known. @throws as {@link load} */
  reopen(): void {
    const { id, seq, sum } = (this.unfinished ??= this.known())
    this.load({ seq, sum })
    this.unfinished = undefined
    if (this.replica.id !== id && id !== '') {
      this.lost = undefined
      this.notice = 'The ledger was deleted or replaced by another one. This is the new one; what the old one held is gone.'
    } else if (!this.replica.found) {
      this.lost = this.replica.repairedAt > seq ? undefined : { seq, sum }
      this.notice = `The ledger was replaced by an older copy of itself: up to ${seq} was known here, the copy differs or ends before. What is missing is lost; numbering goes on after it.`
    }
  }

  private known(): { id: string; seq: number; sum: string } {
    const { id, chain } = this.replica
    const { seq, sum } = this.lost !== undefined && this.lost.seq > chain.seq ? this.lost : chain
    return { id, seq, sum }
  }

  /** Has the copy that lost our head go on behind it, so that no number (and no token) is given twice. */
  settleLoss(): void {
    for (let attempt = 0; this.lost !== undefined && !this.options.readOnly && this.replica.blocked === undefined && attempt < ATTEMPTS; attempt++) {
      const stamp = this.replica.nextStamp(this.clock)
      const { accepted, failure } = this.append('repaired', '', { ...stamp, seq: Math.max(this.lost.seq, this.replica.chain.seq) + 1 })
      if (accepted) this.lost = undefined
      else if (failure !== undefined) throw failure
    }
  }

  /** Has the next lines go to a new segment. Losing the race to somebody who does the same is fine. */
  roll(): void {
    const from = this.tail.number
    makeFile(this.fs, this.layout.segment(from + 1), '')
    // Something else in its place, a link: better found now than when nothing can follow any more.
    this.openSegment(from + 1)?.close()
    this.fs.fsyncFolder(this.layout.ledger)
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      this.catchUp()
      if (this.tail.number !== from || this.replica.blocked !== undefined) return
      const { accepted, failure } = this.append('closed', `,"next":${from + 1}`, this.replica.nextStamp(this.clock))
      if (accepted || failure !== undefined) return
    }
  }

  /** The second look at a suspect line: the same place through a new descriptor. */
  relook(): void {
    if (this.unfinished !== undefined) return this.reopen()
    const old = this.tail
    const tail = this.openSegment(old.number)
    if (tail === undefined) return
    if (tail.facts.ino !== old.facts.ino || tail.facts.dev !== old.facts.dev || tail.facts.size < old.offset) {
      tail.close()
      return this.reopen()
    }
    tail.resume(old)
    this.segmentTail = tail
    this.flusher.moveTo(tail)
    this.flusher.retire(old)
  }

  close(): void {
    if (this.segmentTail !== undefined) this.flusher.retire(this.segmentTail)
    this.segmentTail = undefined
  }

  /**
   * Reads the ledger from its beginning; starts one where there is none and that is allowed. Fails without a change of
   * what was open before. @throws Suspect (with what could be read), MusterError, system errors
   */
  load(lookFor?: { seq: number; sum: string }): void {
    const before = { replica: this.replica, tail: this.segmentTail, ended: this.ended }
    const restoreFlusher = this.flusher.save()
    try {
      const { segments, snapshots, archives } = look(this.fs, this.layout)
      if (segments.length === 0 && snapshots.length + archives.length > 0) throw damaged(`${this.layout.ledger} holds no ledger, but there are snapshots or archives of one.`)
      if (segments.length === 0) this.prepare()
      else if (segments[0] !== 1) throw damaged(`The first part of the ledger, ${this.layout.segment(1)}, is missing.`)
      const tail = this.openSegment(1)
      if (tail === undefined) throw damaged(`${this.layout.segment(1)} has just vanished.`)
      this.replica = new Replica(this.machine, lookFor)
      this.flusher.reset()
      this.enter(tail)
      this.takeLines()
      if (this.replica.chain.seq === 0) this.begin(segments.length > 1 || snapshots.length + archives.length > 0)
    } catch (error) {
      if (!(error instanceof Suspect) || this.replica.id === '') {
        if (this.segmentTail !== before.tail) this.segmentTail?.close()
        this.replica = before.replica
        this.segmentTail = before.tail
        this.ended = before.ended
        restoreFlusher()
        throw error instanceof Suspect ? damaged(error.message, error.details) : error
      }
      this.loaded(before.tail)
      throw error
    }
    this.loaded(before.tail)
  }

  private loaded(old: SegmentTail | undefined): void {
    this.replica.loading = false
    this.generation++
    if (old !== undefined) this.flusher.retire(old)
  }

  private takeLines(): void {
    for (;;) {
      if (!this.ended) {
        let wrong: Suspect | undefined
        const intact = this.tail.read((bytes, start, end) => {
          const taken = this.replica.consume(bytes, start, end, this.own)
          if (taken === 'fork' || taken === 'damaged') wrong = suspectAt(this.tail, this.replica.chain.seq, taken)
          else if (taken === 'closed') this.ended = true
          return wrong !== undefined ? 'refuse' : this.ended ? 'stop' : 'go on'
        })
        if (wrong !== undefined) throw wrong
        if (!intact) {
          if (this.replica.loading) throw damaged(`${this.tail.path} was changed while it was read.`)
          return this.reopen()
        }
        if (!this.ended) return
      }
      // What follows says in its `d` that all of this segment is on disk.
      this.flusher.flushNow()
      if (!this.follow()) return this.reopen()
    }
  }

  /** Goes on in the next segment. @returns false if it is not there, or archived already */
  private follow(): boolean {
    for (let number = this.tail.number + 1; ; number++) {
      const next = this.openSegment(number)
      if (next === undefined) {
        if (!this.replica.loading) return false
        throw new Suspect(`${this.layout.segment(number)}, the next part of the ledger, is missing.`, { segment: number })
      }
      if (!next.isStub()) {
        const old = this.tail
        this.enter(next)
        this.flusher.retire(old)
        return true
      }
      next.close()
      if (!this.replica.loading) return false
      this.takeArchived(number)
    }
  }

  private enter(tail: SegmentTail): void {
    this.segmentTail = tail
    this.ended = false
    if (tail.number === 1 && tail.isStub()) {
      this.takeArchived(1)
      this.ended = true
    }
    this.flusher.follow(tail)
  }

  private takeArchived(number: number): void {
    const bytes = readArchived(this.fs, this.layout, number)
    for (let start = 0, end = bytes.indexOf(0x0a); end >= 0; start = end + 1, end = bytes.indexOf(0x0a, start)) {
      const taken = this.replica.consume(bytes, start, end)
      if (taken === 'closed') return
      if (taken === 'fork' || taken === 'damaged') throw suspectAt(this.tail, this.replica.chain.seq, taken)
    }
    throw damaged(`${this.layout.archived(number)} ends before its segment does.`, { segment: number })
  }

  /** Without the right to create, undefined stands for a file that is not there. */
  private openSegment(number: number): SegmentTail | undefined {
    const path = this.layout.segment(number)
    try {
      return new SegmentTail(this.fs, path, number, this.options.readOnly ? 'read' : 'append')
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined
      throw folderProblem(path, error)
    }
  }

  private prepare(): void {
    if (this.options.readOnly || !this.options.create) throw missing(this.layout.folder)
    prepare(this.fs, this.layout)
  }

  /** Writes the first line, like any other: of several that try, one wins. */
  private begin(hasMore: boolean): void {
    if (hasMore) throw damaged(`${this.layout.segment(1)} holds no line of a ledger, but later parts are there.`)
    assertTorn(this.tail.path, readWhole(this.fs, this.tail.path))
    this.prepare()
    const names = JSON.stringify(probeNames(this.fs, this.layout.folder))
    for (let attempt = 0; this.replica.chain.seq === 0; attempt++) {
      const { failure } = this.append('genesis', `,"ledger":"${randomBytes(12).toString('hex')}","names":${names}`, this.replica.nextStamp(this.clock))
      this.created = this.replica.ownSum !== ''
      if (this.created || this.replica.chain.seq > 0) return
      if (failure !== undefined) throw folderProblem(this.tail.path, failure)
      if (attempt === ATTEMPTS) throw damaged(`No first line could be written to ${this.tail.path}.`)
    }
  }
}
