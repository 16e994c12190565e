import { MusterError } from '../../errors.js'
import { tell } from '../../tell.js'
import { decideBatch, recall, rejectWritten, settle, type Decided, type Pending } from '../batch.js'
import { BatchQueue, closedError } from '../queue.js'
import type { Answer, Commit, Ledger, Proposal, Stamp } from '../port.js'
import { Announcer } from './announcer.js'
import { Health } from './health.js'
import { commitsBetween, timeBehind } from './history.js'
import type { FolderStatus, LiveLedgerParts } from './parts.js'
import { damaged, notApplied, outcomeUnknown } from './problems.js'
import type { Store } from './store.js'
import { Suspect } from './suspect.js'
import { Upkeep } from './upkeep.js'
import { watchFolder, type FolderWatch } from './watcher.js'

interface Attempt<S, E> {
  result: 'settled' | 'lost' | 'failed'
  decided: Decided<S, E>[]
  rest: Pending<S, E>[]
  stamp: Stamp
  generation: number
  failure?: unknown
}

const LOSSES = { beforeTurn: 3, max: 50 }
/** ms until a suspect line is looked at again. */
const SECOND_LOOK = 1000

/** The ledger in a folder: who writes, waits and answers when. What is in the files is {@link Store}'s. */
export class LiveLedger<S, E> implements Ledger<S, E> {
  readonly kind = 'folder'
  readonly onDidAdvance: Ledger<S, E>['onDidAdvance']
  readonly onDidChangeStatus: Ledger<S, E>['onDidChangeStatus']
  private readonly queue = new BatchQueue<Pending<S, E>>((batch) => this.run(batch))
  private readonly store: Store<S, E>
  private readonly health: Health<S, E>
  private readonly upkeep: Upkeep<S, E>
  private closed = false
  private watch: FolderWatch | undefined
  private watchProblem: string | undefined
  private looking: Promise<void> | undefined
  private readonly announcer: Announcer<S, E>

  constructor(private readonly parts: LiveLedgerParts<S, E>) {
    this.store = parts.store
    this.health = new Health(parts)
    this.upkeep = new Upkeep(parts, parts.upkeep)
    this.announcer = new Announcer(this.store, () => this.status())
    this.onDidAdvance = this.announcer.onDidAdvance
    this.onDidChangeStatus = this.announcer.onDidChangeStatus
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
        await this.health.mend()
        if (!this.health.isBroken) this.readOn()
        await this.reveal()
      } catch (error) {
        if (error instanceof Suspect) await this.lookAgain()
        else throw this.health.failed(error)
        continue
      } finally {
        this.announcer.announce()
      }
      if (generation === this.store.generation) return this.store.replica.state
    }
  }

  poll(): void {
    if (this.closed || this.looking !== undefined || this.health.isBroken) return
    try {
      this.parts.shared.look()
      this.store.catchUp()
      if (this.store.lost !== undefined) this.store.settleLoss()
      this.health.unusable = undefined
    } catch (error) {
      if (error instanceof Suspect) void this.lookAgain()
      else this.health.failed(error)
    }
    this.announcer.announce()
  }

  /** Starts looking at the folder by itself, until closed. */
  follow(options: { watch: boolean; rescan: number }): void {
    const onProblem = (errno: string): void => {
      this.watchProblem = errno
      this.announcer.announce()
    }
    this.watch = watchFolder(this.parts.layout.ledger, { ...options, look: () => this.poll(), rescanned: () => this.rescan(), onProblem })
  }

  private rescan(): void {
    this.parts.around.look()
    void this.refresh().catch(() => undefined)
  }

  async *history({ from = 1, since }: { from?: number; since?: number } = {}): AsyncIterable<Commit<E>> {
    await this.refresh()
    const { reading, replica } = this.store
    const place = since === undefined ? undefined : reading.places.beforeTime(since, (place) => timeBehind(this.parts, place))
    yield* commitsBetween(this.parts, reading.places, Math.max(from, (place?.seq ?? 0) + 1), replica.chain.seq)
  }

  async read(seq: number): Promise<Commit<E> | undefined> {
    if (seq > this.store.replica.chain.seq) await this.refresh()
    for await (const commit of commitsBetween(this.parts, this.store.reading.places, seq, seq)) return commit
    return undefined
  }

  status(): FolderStatus {
    const { replica, flusher, notice } = this.store
    const readOnly = this.health.reason()
    const problems = [...this.store.problems, ...(this.upkeep.problem === undefined ? [] : [this.upkeep.problem])]
    return {
      kind: this.kind,
      id: replica.id,
      head: replica.chain.seq,
      synced: flusher.synced,
      ...(readOnly && { readOnly }),
      junk: replica.junk,
      void: replica.void,
      ...(!this.closed && { segment: this.store.tail.number, bytes: this.store.tail.offset }),
      ...replica.facts,
      ...this.parts.around.status,
      ...this.parts.shared.status,
      ...(notice !== undefined && { notice }),
      ...(problems.length > 0 && { problems }),
      ...(this.watchProblem !== undefined && { watchProblem: this.watchProblem }),
    }
  }

  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    this.announcer.dispose()
    await this.queue.idle()
    await this.looking
    // Where commands come and go, one of them has to see it through.
    await this.upkeep.idle()
    await this.watch?.close()
    await this.parts.turns.release()
    this.store.close()
  }

  /** Everything read so far is on disk afterwards. @throws MusterError OUTCOME_UNKNOWN */
  private async reveal(): Promise<void> {
    if (this.parts.durability === 'relaxed') return
    try {
      await this.store.flusher.reveal(this.store.replica.chain.seq)
    } catch (error) {
      throw this.health.breakOff(outcomeUnknown(this.parts.layout.ledger, [], error))
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
      this.announcer.announce()
      await this.parts.turns.release()
    }
  }

  /** Appends one line for a batch, however often somebody else is first. */
  private async commit(batch: Pending<S, E>[], left: (todo: Pending<S, E>[]) => void): Promise<Pending<S, E>[]> {
    let todo = batch
    for (let losses = 0; losses < LOSSES.max; ) {
      await this.looking
      await this.parts.turns.yieldToHolder()
      await this.parts.shared.enter()
      if (losses === LOSSES.beforeTurn) await this.parts.turns.acquire()
      const attempt = await this.tryOnce(todo)
      if (attempt === undefined) continue
      if (attempt.result === 'lost') {
        losses++
        continue
      }
      if (attempt.result === 'failed') {
        // What was refused on the strength of a line that is not there is decided again.
        todo = rejectWritten(attempt.decided, todo, notApplied(this.parts.layout.ledger, attempt.failure))
        left(todo)
        if (todo.length === 0) return []
        continue
      }
      // Who is told of the commit before its promise resolves sees the same state as who waits for it.
      this.announcer.announce()
      for (const decision of attempt.decided) settle(decision, attempt.stamp, this.store.replica.state)
      left(attempt.rest)
      this.rollIfLarge()
      this.upkeep.afterCommit()
      return attempt.rest
    }
    throw new MusterError('BUSY', tell`Too many others are writing at the same time.`, { hint: tell`Try again.` })
  }

  /** @returns undefined to begin again, because what was decided on is not what is there now. */
  private async tryOnce(todo: Pending<S, E>[]): Promise<Attempt<S, E> | undefined> {
    let attempt: Attempt<S, E> | undefined
    try {
      await this.health.mend()
      if (this.store.replica.hasLeft && !this.health.isBroken) this.readOn()
      this.health.assertWritable()
      if (this.health.unusable !== undefined) this.readOn()
      attempt = this.attempt(todo)
      if (attempt.result !== 'settled') return attempt
      await this.reveal()
      // Looking up takes its time; what is answered after it is on disk as well.
      if (await recall(attempt.decided, (seq) => this.read(seq))) await this.reveal()
      if (this.store.generation === attempt.generation && this.store.ensureInPlace()) return attempt
    } catch (error) {
      if (error instanceof Suspect) {
        await this.lookAgain()
        return undefined
      }
      const problem = this.health.failed(error)
      const keys = todo.filter((pending) => pending.tried).map((pending) => pending.proposal.key)
      throw keys.length === 0 && problem.code !== 'OUTCOME_UNKNOWN' ? problem : outcomeUnknown(this.parts.layout.ledger, keys, problem)
    }
    return undefined
  }

  /** Read, decide, write, read back: without anything of this process in between. */
  private attempt(todo: Pending<S, E>[]): Attempt<S, E> {
    const { store } = this
    this.parts.shared.look()
    store.catchUp()
    if (store.lost !== undefined) store.settleLoss()
    this.health.assertWritable()
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

  private rollIfLarge(): void {
    try {
      if (this.store.tail.offset >= this.parts.segmentBytes && this.health.reason() === undefined) this.store.roll()
    } catch (error) {
      // The commit is done; the next one tries again. What is wrong with the folder shows when it is read.
      if (error instanceof Suspect) void this.lookAgain()
    }
  }

  private readOn(): void {
    this.parts.shared.look()
    this.store.catchUp()
    this.store.ensureInPlace()
    if (this.store.lost !== undefined) this.store.settleLoss()
    this.health.unusable = undefined
  }

  /** Lines that cannot be are believed only when they are still there a second later, seen through a new descriptor. */
  private lookAgain(): Promise<void> {
    const again = async (): Promise<void> => {
      await this.parts.clock.sleep(SECOND_LOOK)
      try {
        if (this.closed) return
        this.store.relook()
        this.store.catchUp()
      } catch (error) {
        if (error instanceof Suspect) this.health.breakOff(damaged(error.message, error.details))
        else this.health.failed(error)
      }
      this.announcer.announce()
    }
    this.looking ??= again().finally(() => (this.looking = undefined))
    return this.looking
  }
}
