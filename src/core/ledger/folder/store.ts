import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { tell } from '../../tell.js'
import { encodeLine, type Line, type LineKind } from '../line.js'
import type { Clock, Machine, Stamp } from '../port.js'
import { Replica } from '../replica.js'
import { readWhole } from './archive.js'
import { Flusher } from './flusher.js'
import { look, makeFile, prepare, type Layout } from './layout.js'
import type { LedgerFs } from './ledgerFs.js'
import { probeNames } from './probeNames.js'
import { notUsed, openSnapshot } from './openSnapshot.js'
import { Places } from './places.js'
import { damaged, folderProblem, missing, notOurs } from './problems.js'
import { readPutDown } from './putDown.js'
import { Reading } from './reading.js'
import type { SegmentTail } from './segmentTail.js'
import { assertTorn, Suspect } from './suspect.js'

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

/** How far a ledger was known. */
interface Head {
  id: string
  seq: number
  sum: string
}

const FENCE = Buffer.from('!\n')
/** Races to start, close, repair or replace are over when somebody wins. */
const ATTEMPTS = 30

/** The synchronous half of the folder ledger: files, and the replica that is read from them. */
export class Store<S, E> {
  readonly flusher: Flusher
  /** The first line is this process's. */
  created = false
  /** Goes up whenever the state was built anew. */
  generation = 0
  /** The head that is not in the ledger at the path now (an older copy, or another one): to be followed by a `repaired` line. */
  lost: Head | undefined
  /** For people: what happened to the ledger while it was open. */
  notice: string | undefined
  /** For people: files that are not what they should be, and that the ledger works without. */
  problems: string[] = []
  private current: Reading<S, E> | undefined
  /** What was known before a reopening that met a suspect line. */
  private unfinished: Head | undefined
  private own: { bytes: Buffer; line: Line } | undefined

  constructor(
    private readonly fs: LedgerFs,
    readonly layout: Layout,
    private readonly machine: Machine<S, E>,
    private readonly clock: Clock,
    private readonly options: StoreOptions,
  ) {
    this.flusher = new Flusher(fs, clock, options.readOnly, () => this.replica.chain)
  }

  get reading(): Reading<S, E> {
    if (this.current === undefined) throw damaged(tell`The records in ${this.layout.folder} are not open.`)
    return this.current
  }

  get replica(): Replica<S, E> {
    return this.reading.replica
  }

  get tail(): SegmentTail {
    return this.reading.tail
  }

  /**
   * Takes all lines that were appended since. Synchronous, so that nothing comes between reading and deciding.
   * @throws Suspect, MusterError, system errors
   */
  catchUp(): void {
    const generation = this.generation
    if (!this.reading.takeLines(this.own) || this.replica.outdated) this.reopen()
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
    if (this.replica.facts.shared !== undefined && this.replica.ownSum === line.sum) this.confirm(bytes)
    return { accepted: this.replica.ownSum === line.sum, stamp: { seq: line.seq, at: line.at, up: line.up, boot: line.boot }, failure }
  }

  /** Where other kernels write too, a line counts once it is on disk and is there after the file was opened anew. */
  private confirm(bytes: Buffer): void {
    const { segment, offset } = this.reading.end
    const isHead = this.replica.chain.sum === this.replica.ownSum && segment === this.tail.number
    this.flusher.flushNow()
    this.relook()
    const there = Buffer.alloc(bytes.length)
    const read = isHead && segment === this.tail.number ? this.fs.read(this.tail.fd, there, 0, there.length, offset - there.length) : -1
    if (read >= 0 && !there.equals(bytes)) this.reopen()
    this.catchUp()
  }

  /** Whether the ledger is still at its path; builds the state anew if not. @throws as {@link reopen} */
  ensureInPlace(): boolean {
    if (this.tail.isInPlace()) return true
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      this.reopen()
      if (this.tail.isInPlace()) return false
    }
    // Where links are followed in opening, as on Windows, a link opens and is never what it leads to.
    throw notOurs(this.tail.path, tell`is not the file that its name leads to`)
  }

  /** Opens whatever is at the path now, and looks for the head that was known. @throws as {@link load} */
  reopen(): void {
    const known = (this.unfinished ??= this.known())
    this.load(known)
    this.unfinished = undefined
    const { replica } = this
    if (replica.id !== known.id && known.id !== '') {
      this.lost = replica.chain.seq >= known.seq ? undefined : known
      this.notice = tell`The records were deleted or replaced by others. These are the new ones; what the old ones held is gone.`
    } else if (!replica.found) {
      this.lost = replica.repairedAt > known.seq ? undefined : known
      this.notice = tell`The records were replaced by an older copy of themselves: up to ${known.seq} was known here, the copy differs or ends before. What is missing is lost; numbering goes on after it.`
    }
  }

  private known(): Head {
    const { id, chain } = this.replica
    return this.lost !== undefined && this.lost.seq > chain.seq ? this.lost : { id, seq: chain.seq, sum: chain.sum }
  }

  /** Has the ledger that lacks our head go on behind it, so that no number (and no token) is given twice. */
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
    this.reading.openSegment(from + 1)?.close()
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
    const tail = this.reading.openSegment(old.number)
    if (tail === undefined) return
    if (tail.facts.ino !== old.facts.ino || tail.facts.dev !== old.facts.dev || tail.facts.size < old.offset) {
      tail.close()
      return this.reopen()
    }
    tail.resume(old)
    this.reading.replaceTail(tail)
    this.flusher.retire(old)
  }

  close(): void {
    this.current?.close()
  }

  /**
   * Reads the ledger, from the newest snapshot that can be trusted or from its beginning; starts one where there is none and
   * that is allowed. Fails without a change of what was open before.
   * @throws Suspect (with what could be read), MusterError, system errors
   */
  load(lookFor?: { seq: number; sum: string }): void {
    const before = this.current
    const restoreFlusher = this.flusher.save()
    try {
      const { segments, snapshots, archives } = look(this.fs, this.layout)
      const others = snapshots.length + archives.length > 0
      if (segments.length === 0 && others) throw damaged(tell`${this.layout.ledger} holds no records, but there are snapshots or archives of some.`)
      if (segments.length === 0) this.prepare()
      this.flusher.reset()
      this.begin(segments[0] ?? 1, lookFor)
      if (!this.reading.takeLines()) throw damaged(tell`${this.tail.path} was changed while it was read.`)
      if (this.replica.chain.seq === 0) this.writeGenesis(segments.length > 1 || others)
    } catch (error) {
      if (!(error instanceof Suspect) || this.current === before || this.replica.id === '') {
        if (this.current !== before) this.current?.close()
        this.current = before
        restoreFlusher()
        throw error instanceof Suspect ? damaged(error.message, error.details) : error
      }
      this.loaded(before)
      throw error
    }
    this.loaded(before)
  }

  /** Starts reading at a snapshot, else at the first segment. */
  private begin(first: number, lookFor?: { seq: number; sum: string }): void {
    const { fs, layout, machine, flusher } = this
    const mode = this.options.readOnly ? 'read' : 'append'
    const parts = { fs, layout, flusher, mode } as const
    const { found, problems } = openSnapshot(fs, layout, machine, mode, lookFor)
    this.problems = problems
    const putDown = (name: string): S | undefined => this.putDown(name)
    if (found !== undefined) {
      this.current = new Reading(parts, new Replica(machine, lookFor, found.base, putDown), new Places(found.places))
      return this.current.enter(found.tail)
    }
    if (first !== 1) throw damaged(tell`The first part of the records, ${layout.segment(1)}, is missing.`)
    const reading = new Reading(parts, new Replica(machine, lookFor, undefined, putDown))
    const tail = reading.openSegment(1)
    if (tail === undefined) throw damaged(tell`${layout.segment(1)} has just vanished.`)
    this.current = reading
    reading.enter(tail)
  }

  /** What a repair found the state to be, though the lines that led to it are lost. */
  private putDown(name: string): S | undefined {
    try {
      return readPutDown(this.fs, this.layout, this.machine, name)
    } catch (error) {
      this.problems = [...this.problems, notUsed(join(this.layout.ledger, name), error)]
      return undefined
    }
  }

  private loaded(before: Reading<S, E> | undefined): void {
    this.replica.loading = false
    this.generation++
    before?.close()
  }

  private prepare(): void {
    if (this.options.readOnly || !this.options.create) throw missing(this.layout.folder)
    prepare(this.fs, this.layout)
  }

  /** Writes the first line, like any other: of several that try, one wins. */
  private writeGenesis(hasMore: boolean): void {
    if (hasMore) throw damaged(tell`${this.layout.segment(1)} holds no line of the records, but later parts are there.`)
    assertTorn(this.tail.path, readWhole(this.fs, this.tail.path))
    this.prepare()
    const names = JSON.stringify(probeNames(this.fs, this.layout.folder))
    for (let attempt = 0; this.replica.chain.seq === 0; attempt++) {
      const { failure } = this.append('genesis', `,"ledger":"${randomBytes(12).toString('hex')}","names":${names}`, this.replica.nextStamp(this.clock))
      this.created = this.replica.ownSum !== ''
      if (this.created || this.replica.chain.seq > 0) return
      if (failure !== undefined) throw folderProblem(this.tail.path, failure)
      if (attempt === ATTEMPTS) throw damaged(tell`No first line could be written to ${this.tail.path}.`)
    }
  }
}
