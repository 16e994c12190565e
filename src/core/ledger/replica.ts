import { Chain } from './classify.js'
import { PROTOCOL, TAIL_LENGTH, parseLine, type Home, type Line } from './line.js'
import { isMusterError } from '../errors.js'
import { parseNameRules, type NameRules } from '../names.js'
import { tell } from '../tell.js'
import type { Clock, Commit, LedgerStatus, Machine, SharedFolder, Stamp } from './port.js'

export type ReadOnlyReason = NonNullable<LedgerStatus['readOnly']>

/** What lines say of the ledger as a whole: plain JSON, to be kept with a state that is read without them. */
export interface LedgerFacts {
  names?: NameRules
  shared?: SharedFolder
}

/** What became of a line. `fork` and `damaged` lines are not consumed: they are looked at a second time. */
export type Consumed = 'skipped' | 'accepted' | 'closed' | 'fork' | 'damaged'

const FENCE = 0x21
const OPS = ',"ops":'
const updateHint = (): string => tell`Update Muster here; until then this folder can be read, not written.`
/** What people are told who have the records open in the place they left. */
const movedAway = (): Record<Home, ReadOnlyReason> => ({
  folder: {
    code: 'FOLDER_UNUSABLE',
    message: tell`These records are in a database now; what this folder shows is from before they moved.`,
    hint: tell`Set MUSTER_LEDGER to its address (ask whoever moved them), and start this again. Was the move broken off: muster migrate --to goes on with it, muster migrate --from undoes it.`,
  },
  database: {
    code: 'DATABASE_UNUSABLE',
    message: tell`These records are in a folder again; what is shown is from before they moved.`,
    hint: tell`Where that folder is, unset MUSTER_LEDGER and start this again. Was the move broken off there: muster migrate --from goes on with it.`,
  },
})
/** A previous line further ahead of our clock than this (ms) comes from a wrong clock: time goes on from ours. */
const CLOCK_JUMP = 2 * 60_000

/** A replica as a snapshot keeps it: where it stood, and the state there. */
export interface ReplicaBase<S> {
  id: string
  stamp: Stamp
  /** Remembered sums, oldest first; the last is the head's. */
  sums: readonly (readonly [seq: number, sum: string])[]
  repairedAt: number
  /** Least format version that may write, as far as lines said. */
  minWriter: number
  facts: LedgerFacts
  state: S
}

/** One reader's copy of a ledger: the chain, and the state its commits fold to. Adapters feed it lines in file order. */
export class Replica<S, E> {
  readonly chain = new Chain()
  state: S
  id = ''
  readonly facts: LedgerFacts
  junk = 0
  void = 0
  stamp: Stamp = { seq: 0, at: 0, up: 0, boot: '' }
  /** Lines that were there before this process came get the cheap check, and are not announced. */
  loading = true
  /** Commits accepted since they were last taken. */
  fresh: Commit<E>[] = []
  /** Boots of the lines that came while this process looked on. */
  readonly heard = new Set<string>()
  /** Sequence number of the last `repaired` line. */
  repairedAt = 0
  /** Sum of the last accepted line that was this process's own. */
  ownSum = ''
  minWriter = 0
  /** Bytes of accepted lines this replica has taken. */
  bytes = 0
  /** The last accepted line stands for lost ones: its own sum is not the one the next line names. */
  bridged = false
  /** A line that came while this process looked on puts another state in the place of this one: the ledger is to be opened anew. */
  outdated = false

  constructor(
    private readonly machine: Machine<S, E>,
    /** A head that was seen before, and is looked for on the way. */
    private readonly lookFor?: { seq: number; sum: string },
    base?: ReplicaBase<S>,
    /** The state that a repair has put down in a file of this name; undefined where it cannot be read. */
    private readonly putDown?: (name: string) => S | undefined,
    /** Where the lines are read from. */
    private readonly home: Home = 'folder',
  ) {
    this.state = base === undefined ? machine.create() : base.state
    this.facts = { ...base?.facts }
    if (base !== undefined) {
      this.chain.restore(base.sums)
      this.id = base.id
      this.stamp = base.stamp
      this.repairedAt = base.repairedAt
      this.needWriter(base.minWriter)
    }
    this.found = lookFor === undefined || lookFor.seq === 0 || this.chain.sumAt(lookFor.seq) === lookFor.sum
  }

  /** Whether the head that was looked for has come by. */
  found: boolean

  /** A line says that this version must not write. */
  private unknown: ReadOnlyReason | undefined

  /** Nothing may be written: because of what a line says, or because the records go on elsewhere. */
  get blocked(): ReadOnlyReason | undefined {
    return this.unknown ?? (this.hasLeft ? movedAway()[this.home] : undefined)
  }

  /** The records go on elsewhere, until a line says that they are back. */
  get hasLeft(): boolean {
    const { movedTo } = this.chain
    return movedTo !== undefined && movedTo !== this.home
  }

  takeFresh(): Commit<E>[] {
    const fresh = this.fresh
    this.fresh = []
    return fresh
  }

  /** Stamp for the next line. Time never runs back, unless the line before comes from a clock that is clearly wrong. */
  nextStamp(clock: Clock): Stamp {
    const now = Math.round(clock.now())
    const previous = this.stamp.at
    const at = previous > now + CLOCK_JUMP ? now : Math.max(previous, now)
    return { seq: this.chain.seq + 1, at, up: Math.round(clock.uptime()), boot: clock.boot }
  }

  /**
   * Takes the line in `bytes[start, end)`, `end` being where its `\n` stands.
   * @param own The line this process wrote last: met again, its bytes are compared instead of hashed.
   */
  consume(bytes: Buffer, start: number, end: number, own?: { bytes: Buffer; line: Line }): Consumed {
    if (end === start + 1 && bytes[start] === FENCE) return 'skipped'
    const isOwn = own !== undefined && own.bytes.length === end - start + 1 && own.bytes.compare(bytes, start, end + 1) === 0
    const line = isOwn ? own.line : parseLine(bytes, start, end)
    if (line === undefined) {
      this.junk++
      return 'skipped'
    }
    const place = this.chain.classify(line)
    if (place === 'void') {
      this.void++
      return 'skipped'
    }
    if (place !== 'accept') return place

    this.chain.accept(line)
    this.bridged = line.leadsOn !== line.sum
    this.bytes += end + 1 - start
    if (own?.line.sum === line.sum) this.ownSum = line.sum
    this.stamp = { seq: line.seq, at: line.at, up: line.up, boot: line.boot }
    if (!this.loading && line.boot !== '') this.heard.add(line.boot)
    if (this.lookFor?.seq === line.seq && this.lookFor.sum === line.sum) this.found = true
    this.apply(line, bytes, start, end, isOwn)
    return line.closes ? 'closed' : 'accepted'
  }

  private apply(line: Line, bytes: Buffer, start: number, end: number, isOwn: boolean): void {
    try {
      if (line.v > PROTOCOL) {
        if (line.kind === 'genesis') this.applyOther(line, JSON.parse(bytes.toString('utf8', start, end)) as Record<string, unknown>)
        return this.block('LEDGER_NEWER', tell`The records were written by a newer Muster (format ${line.v}).`, updateHint())
      }
      if (line.kind === 'commit') this.applyCommit(line, bytes, start, end, isOwn)
      else if (line.kind !== 'closed') this.applyOther(line, JSON.parse(bytes.toString('utf8', start, end)) as Record<string, unknown>)
    } catch (error) {
      const why = isMusterError(error) ? error.message : tell`Line ${line.seq} of the records is not understood by this version of Muster.`
      this.block('LEDGER_NEWER', why, updateHint())
    }
  }

  private applyCommit(line: Line, bytes: Buffer, start: number, end: number, isOwn: boolean): void {
    // Own lines are parsed too: 2 µs buy that this process folds exactly what all others will.
    const ops = this.machine.parse(readOps(line, bytes, start, end), this.loading || isOwn)
    for (const op of ops) this.machine.fold(this.state, op, this.stamp)
    if (!this.loading) this.fresh.push({ stamp: this.stamp, ops })
  }

  private applyOther(line: Line, fields: Record<string, unknown>): void {
    if (line.kind === 'genesis' && typeof fields['ledger'] === 'string') {
      this.id = fields['ledger']
      const names = parseNameRules(fields['names'])
      if (names !== undefined) this.facts.names = names
    } else if (line.kind === 'upgrade' && typeof fields['minWriter'] === 'number') {
      this.needWriter(fields['minWriter'])
    } else if (line.kind === 'repaired') {
      this.applyRepair(line, fields)
    } else if (line.kind === 'moved') {
      if (line.movesTo === undefined) this.block('FOLDER_UNUSABLE', tell`These records have moved to another place; they go on there.`, tell`Open the place it was moved to.`)
    } else if (line.kind === 'shared') {
      this.facts.shared ??= { why: typeof fields['why'] === 'string' ? fields['why'] : '' }
    } else {
      this.block('LEDGER_NEWER', tell`The records hold a line of a kind this version of Muster does not know (${line.kind || '?'}).`, updateHint())
    }
  }

  private applyRepair(line: Line, { ledger, facts, state: name }: Record<string, unknown>): void {
    this.repairedAt = line.seq
    // It stands for the first line, which is lost.
    if (this.id === '' && typeof ledger === 'string') {
      this.id = ledger
      Object.assign(this.facts, facts)
    }
    if (typeof name !== 'string') return
    if (this.loading) this.state = this.putDown?.(name) ?? this.state
    else this.outdated = true
  }

  private needWriter(version: number): void {
    this.minWriter = Math.max(this.minWriter, version)
    if (version > PROTOCOL) this.block('LEDGER_NEWER', tell`The records ask for a newer Muster to write to them.`, updateHint())
  }

  private block(code: ReadOnlyReason['code'], message: string, hint: string): void {
    this.unknown ??= { code, message, hint }
  }
}

/** The operations in the bytes of a commit, unchecked. @throws SyntaxError */
export function readOps(line: Line, bytes: Buffer, start: number, end: number): unknown {
  const body = bytes.toString('utf8', start + line.body, end - TAIL_LENGTH)
  if (body.startsWith(OPS)) {
    try {
      return JSON.parse(body.slice(OPS.length))
    } catch {
      // Something follows the operations: a member this version does not know.
    }
  }
  return (JSON.parse(bytes.toString('utf8', start, end)) as { ops?: unknown }).ops
}
