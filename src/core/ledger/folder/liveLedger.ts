import { Emitter } from '../../emitter.js'
import { errnoOf, isMusterError, MusterError } from '../../errors.js'
import { decideBatch, settle, type Decided, type Pending } from '../batch.js'
import { BatchQueue } from '../queue.js'
import type { Answer, Clock, Commit, Ledger, LedgerStatus, Machine, Proposal, Stamp } from '../port.js'
import type { ReadOnlyReason } from '../replica.js'
import { readHistory } from './history.js'
import { look, type Layout } from './layout.js'
import type { LedgerFs } from './ledgerFs.js'
import { damaged, folderProblem, notApplied, outcomeUnknown } from './problems.js'
import { Store, Suspect } from './store.js'
import type { TurnLock } from './turnLock.js'
import { watchFolder, type FolderWatch } from './watcher.js'

/** What a folder's status has beyond others'. */
export interface FolderStatus extends LedgerStatus {
  /** For people: the ledger was deleted, replaced or restored while it was open, and what that means. */
  notice?: string
  /** Why there are no file events (ENOSPC, EMFILE …). The folder is read regularly instead. */
  watchProblem?: string
}

export interface LiveLedgerParts<S, E> {
  fs: LedgerFs
  layout: Layout
  machine: Machine<S, E>
  clock: Clock
  turns: TurnLock
  store: Store<S, E>
  durability: 'strict' | 'relaxed'
  readOnly: boolean
  /** Bytes after which a segment is followed by the next. */
  segmentBytes: number
}

interface Attempt<S, E> {
  result: 'settled' | 'lost' | 'failed'
  decided: Decided<S, E>[]
  rest: Pending<S, E>[]
  stamp: Stamp
  generation: number
  failure?: unknown
}

const LOSSES_BEFORE_TURN = 3
const MAX_LOSSES = 50
/** ms until a suspect line is looked at again, and between tries to get out of a read-only state. */
const SECOND_LOOK = 1000

/** The ledger in a folder: who writes, waits and answers when. What is in the files is {@link Store}'s. */
export class LiveLedger<S, E> implements Ledger<S, E> {
  readonly kind = 'folder'
  private readonly advance = new Emitter<readonly Commit<E>[]>()
  private readonly statusChange = new Emitter<LedgerStatus>()
  readonly onDidAdvance = this.advance.event
  readonly onDidChangeStatus = this.statusChange.event
  private readonly queue = new BatchQueue<Pending<S, E>>((batch) => this.run(batch))
  private readonly store: Store<S, E>
  private closed = false
  private watch: FolderWatch | undefined
  private watchProblem: string | undefined
  private looking: Promise<void> | undefined
  /** Out of order until a reopen succeeds. */
  private broken: { reason: ReadOnlyReason; files: string; since: number } | undefined
  /** The last attempt to read failed. */
  private unusable: ReadOnlyReason | undefined
  private announced: { generation: number; status: string }

  constructor(private readonly parts: LiveLedgerParts<S, E>) {
    this.store = parts.store
    this.announced = { generation: this.store.generation, status: this.statusKey() }
  }

  get id(): string {
    return this.store.replica.id
  }

  peek(): S {
    return this.store.replica.state
  }

  submit<R>(proposal: Proposal<S, E, R>): Promise<Answer<S, E, R>> {
    if (this.closed) return Promise.reject(closedError())
    return new Promise((resolve, reject) => {
      this.queue.push({ proposal, resolve: resolve as Pending<S, E>['resolve'], reject, tried: false })
    })
  }

  async refresh(): Promise<S> {
    for (;;) {
      if (this.closed) throw closedError()
      await this.looking
      const generation = this.store.generation
      try {
        await this.mend()
        if (this.broken === undefined) this.readOn()
        await this.reveal()
      } catch (error) {
        if (error instanceof Suspect) await this.lookAgain()
        else throw this.failed(error)
        continue
      } finally {
        this.announce()
      }
      if (generation === this.store.generation) return this.store.replica.state
    }
  }

  poll(): void {
    if (this.closed || this.looking !== undefined || this.broken !== undefined) return
    try {
      this.store.catchUp()
      if (this.store.lost !== undefined) this.store.settleLoss()
      this.unusable = undefined
    } catch (error) {
      if (error instanceof Suspect) void this.lookAgain()
      else this.failed(error)
    }
    this.announce()
  }


  /** Starts looking at the folder by itself, until closed. */
  follow(options: { watch: boolean; rescan: number }): void {
    const onProblem = (errno: string): void => {
      this.watchProblem = errno
      this.announce()
    }
    this.watch = watchFolder(this.parts.layout.ledger, { ...options, look: () => this.poll(), rescanned: () => void this.refresh().catch(() => undefined), onProblem })
  }

  async *history(options: { from?: number } = {}): AsyncIterable<Commit<E>> {
    await this.refresh()
    const { fs, layout, machine } = this.parts
    try {
      yield* readHistory(fs, layout, machine, options.from ?? 1, this.store.replica.chain.seq)
    } catch (error) {
      throw folderProblem(layout.ledger, error)
    }
  }

  status(): FolderStatus {
    const { replica, flusher, notice } = this.store
    const readOnly = this.readOnlyReason()
    return {
      kind: this.kind,
      id: replica.id,
      head: replica.chain.seq,
      synced: flusher.synced,
      ...(readOnly && { readOnly }),
      junk: replica.junk,
      void: replica.void,
      ...(!this.closed && { segment: this.store.tail.number, bytes: this.store.tail.offset }),
      ...(notice !== undefined && { notice }),
      ...(this.watchProblem !== undefined && { watchProblem: this.watchProblem }),
    }
  }

  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    await this.queue.idle()
    await this.looking
    await this.watch?.close()
    await this.parts.turns.release()
    this.store.close()
    this.advance.dispose()
    this.statusChange.dispose()
  }

  /** Everything read so far is on disk afterwards. @throws MusterError OUTCOME_UNKNOWN */
  private async reveal(): Promise<void> {
    if (this.parts.durability === 'relaxed') return
    try {
      await this.store.flusher.reveal(this.store.replica.chain.seq)
    } catch (error) {
      throw this.breakOff(outcomeUnknown(this.parts.layout.ledger, [], error))
    }
  }

  private async run(batch: Pending<S, E>[]): Promise<Pending<S, E>[]> {
    let todo = batch
    try {
      return await this.commit(batch, (left) => (todo = left))
    } catch (error) {
      // Refusals wait for the disk too: what they are based on may vanish with it.
      for (const pending of todo) pending.reject(error)
      return []
    } finally {
      this.announce()
      await this.parts.turns.release()
    }
  }

  /** Appends one line for a batch, however often somebody else is first. */
  private async commit(batch: Pending<S, E>[], left: (todo: Pending<S, E>[]) => void): Promise<Pending<S, E>[]> {
    let todo = batch
    for (let losses = 0; losses < MAX_LOSSES; ) {
      await this.looking
      await this.parts.turns.yieldToHolder()
      if (losses === LOSSES_BEFORE_TURN) await this.parts.turns.acquire()
      const attempt = await this.tryOnce(todo)
      if (attempt === undefined) continue
      if (attempt.result === 'lost') {
        losses++
        continue
      }
      if (attempt.result === 'failed') {
        // What was refused on the strength of a line that is not there is decided again.
        todo = this.rejectWritten(attempt, todo)
        left(todo)
        if (todo.length === 0) return []
        continue
      }
      for (const decision of attempt.decided) settle(decision, attempt.stamp, this.store.replica.state)
      left(attempt.rest)
      this.rollIfLarge()
      return attempt.rest
    }
    throw new MusterError('BUSY', 'Too many others are writing at the same time.', { hint: 'Try again.' })
  }

  /** @returns undefined to begin again, because what was decided on is not what is there now. */
  private async tryOnce(todo: Pending<S, E>[]): Promise<Attempt<S, E> | undefined> {
    let attempt: Attempt<S, E> | undefined
    try {
      await this.mend()
      this.assertWritable()
      if (this.unusable !== undefined) this.readOn()
      attempt = this.attempt(todo)
      if (attempt.result !== 'settled') return attempt
      await this.reveal()
      if (this.store.generation === attempt.generation && this.store.ensureInPlace()) return attempt
    } catch (error) {
      if (error instanceof Suspect) {
        await this.lookAgain()
        return undefined
      }
      const problem = this.failed(error)
      const keys = todo.filter((pending) => pending.tried).map((pending) => pending.proposal.key)
      throw keys.length === 0 && problem.code !== 'OUTCOME_UNKNOWN' ? problem : outcomeUnknown(this.parts.layout.ledger, keys, problem)
    }
    return undefined
  }

  /** Read, decide, write, read back: without anything of this process in between. */
  private attempt(todo: Pending<S, E>[]): Attempt<S, E> {
    const { store } = this
    store.catchUp()
    if (store.lost !== undefined) store.settleLoss()
    this.assertWritable()
    const stamp = store.replica.nextStamp(this.parts.clock)
    const { decided, body, rest } = decideBatch(this.parts.machine, store.replica.state, todo, stamp)
    if (body === '') return { result: 'settled', decided, rest, stamp: store.replica.stamp, generation: store.generation }

    const { generation } = store
    for (const { pending, outcome } of decided) if (outcome.type === 'write') pending.tried = true
    const { accepted, stamp: own, failure } = store.append('commit', body, stamp)
    const result = accepted ? 'settled' : failure !== undefined ? 'failed' : 'lost'
    // Seen to have lost, so whoever applied the same key later did it without this process.
    if (result === 'lost' && generation === store.generation) for (const { pending } of decided) pending.tried = false
    return { result, decided, rest, stamp: own, generation: store.generation, failure }
  }

  private rejectWritten({ decided, failure }: Attempt<S, E>, todo: Pending<S, E>[]): Pending<S, E>[] {
    const written = new Set(decided.filter(({ outcome }) => outcome.type === 'write').map(({ pending }) => pending))
    for (const pending of written) pending.reject(notApplied(this.parts.layout.ledger, failure))
    return todo.filter((pending) => !written.has(pending))
  }

  private rollIfLarge(): void {
    try {
      if (this.store.tail.offset >= this.parts.segmentBytes && this.readOnlyReason() === undefined) this.store.roll()
    } catch (error) {
      // The commit is done; the next one tries again. What is wrong with the folder shows when it is read.
      if (error instanceof Suspect) void this.lookAgain()
    }
  }

  private readOn(): void {
    this.store.catchUp()
    this.store.ensureInPlace()
    if (this.store.lost !== undefined) this.store.settleLoss()
    this.unusable = undefined
  }

  /** Lines that cannot be are believed only when they are still there a second later, seen through a new descriptor. */
  private lookAgain(): Promise<void> {
    const again = async (): Promise<void> => {
      await this.parts.clock.sleep(SECOND_LOOK)
      if (this.closed) return
      try {
        this.store.relook()
        this.store.catchUp()
      } catch (error) {
        if (error instanceof Suspect) this.breakOff(damaged(error.message, error.details))
        else this.failed(error)
      }
      this.announce()
    }
    this.looking ??= again().finally(() => (this.looking = undefined))
    return this.looking
  }

  private breakOff(error: MusterError): MusterError {
    const reason = { code: error.code as ReadOnlyReason['code'], message: error.message, hint: error.hint ?? '' }
    // The same again does not put off the next try to get out of it.
    if (this.broken?.reason.code !== reason.code) this.broken = { reason, files: this.files(), since: this.parts.clock.monotonic() }
    return error
  }

  /** Tries to get out of a read-only state that may have passed: the disk works again, somebody repaired the ledger. */
  private async mend(): Promise<void> {
    if (this.broken === undefined || this.parts.clock.monotonic() - this.broken.since < SECOND_LOOK) return
    const files = this.files()
    this.broken.since = this.parts.clock.monotonic()
    if (this.broken.reason.code === 'LEDGER_DAMAGED' && files === this.broken.files) return
    this.broken.files = files
    try {
      this.store.reopen()
      await this.store.flusher.reveal(this.store.replica.chain.seq)
      this.store.flusher.trustAgain()
      this.broken = undefined
    } catch {
      // As before.
    }
  }

  /** Differs when somebody has worked on the ledger. */
  private files(): string {
    try {
      const { segments, snapshots } = look(this.parts.fs, this.parts.layout)
      const facts = segments.map((number) => this.parts.fs.stat(this.parts.layout.segment(number)))
      return JSON.stringify([snapshots, facts.map((file) => [String(file?.ino), file?.size])])
    } catch (error) {
      return errnoOf(error) ?? ''
    }
  }

  private failed(error: unknown): MusterError {
    const problem = isMusterError(error) ? error : folderProblem(this.parts.layout.ledger, error)
    if (problem.code === 'LEDGER_DAMAGED' && this.broken === undefined) return this.breakOff(problem)
    if (problem.code === 'FOLDER_UNUSABLE' && !this.parts.readOnly) this.unusable = { code: problem.code, message: problem.message, hint: problem.hint ?? '' }
    return problem
  }

  private readOnlyReason(): ReadOnlyReason | undefined {
    const problem = this.broken?.reason ?? this.store.replica.blocked ?? this.unusable
    if (problem !== undefined || !this.parts.readOnly) return problem
    return { code: 'FOLDER_UNUSABLE', message: 'This ledger was opened for reading only.', hint: 'Open it for writing to change something.' }
  }

  private assertWritable(): void {
    const reason = this.parts.readOnly || this.broken !== undefined || this.store.replica.blocked !== undefined ? this.readOnlyReason() : undefined
    if (reason !== undefined) throw new MusterError(reason.code, reason.message, { hint: reason.hint })
  }

  private statusKey(): string {
    return JSON.stringify([this.id, this.readOnlyReason(), this.store.notice, this.watchProblem])
  }

  /** Tells listeners what is new. Never called between reading and writing: they may come back to us. */
  private announce(): void {
    if (this.closed) return
    const { generation } = this.store
    const fresh = this.store.replica.takeFresh()
    const status = this.statusKey()
    const before = this.announced
    this.announced = { generation, status }
    // An empty list says that the state is another one.
    if (fresh.length > 0 || generation !== before.generation) this.advance.fire(fresh)
    if (status !== before.status) this.statusChange.fire(this.status())
  }
}

function closedError(): MusterError {
  return new MusterError('CLOSED', 'The ledger was closed.', { hint: 'Open it again.' })
}
