import { Emitter } from '../../emitter.js'
import { MusterError } from '../../errors.js'
import { tell } from '../../tell.js'
import { decideBatch, recall, rejectWritten, settle, type Decided, type Pending } from '../batch.js'
import { BatchQueue, closedError } from '../queue.js'
import type { Answer, Commit, Ledger, LedgerStatus, Machine, Proposal, Stamp } from '../port.js'
import type { ReadOnlyReason } from '../replica.js'
import type { DatabaseClock } from './databaseClock.js'
import type { Link } from './link.js'
import { connectionLost, databaseProblem, endsConnection, isGivenUp, isHeldUp, isLostRace, isMissing, isServerError, notApplied, outcomeUnknown, readOnlyBy } from './problems.js'
import type { Query } from './session.js'
import { firstSince } from './statements.js'
import type { Own, Store } from './store.js'
import { LOSSES, Turns } from './turn.js'

export interface PostgresLedgerParts<S, E> {
  /** For people; never user or password. */
  host: string
  space: string
  machine: Machine<S, E>
  clock: DatabaseClock
  link: Link
  store: Store<S, E>
  readOnly: boolean
  /** What was seen is kept on this machine at the end, however little it is. */
  keeps: boolean
}

/** Connections that are lost over one batch, or times that the server gives up, before it is given up. */
const MOST_BROKEN = 5

/** ms that a connection which is to end goes on waiting for a database that does not answer. */
const AT_THE_END = 2_000

/** What came of an attempt; `again`: what was decided on is not what is there, and nothing was written. */
type Attempt = 'settled' | 'again' | 'lost'
/** What a batch was decided to be, and the stamp of its line, or of the head where there is nothing to write. */
interface Decision<S, E> {
  decided: Decided<S, E>[]
  rest: Pending<S, E>[]
  stamp: Stamp
}

/** The ledger in a database: who writes, waits and answers when. What is in its rows is {@link Store}'s. */
export class PostgresLedger<S, E> implements Ledger<S, E> {
  readonly kind = 'postgres'
  private readonly advance = new Emitter<readonly Commit<E>[]>()
  private readonly statusChange = new Emitter<LedgerStatus>()
  readonly onDidAdvance = this.advance.event
  readonly onDidChangeStatus = this.statusChange.event
  private readonly queue = new BatchQueue<Pending<S, E>>((batch) => this.run(batch))
  private readonly store: Store<S, E>
  private readonly turns = new Turns()
  private closed = false
  /** The look under way, and the one that is to follow it. */
  private looking: Promise<void> | undefined
  private next: Promise<void> | undefined
  private told: { generation: number; status: string }
  private timer: NodeJS.Timeout | undefined

  /** @param broken What is wrong with the rows: nothing is written any more. */
  constructor(private readonly parts: PostgresLedgerParts<S, E>, private broken?: MusterError) {
    this.store = parts.store
    this.told = { generation: this.store.generation, status: JSON.stringify(this.notable()) }
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
    if (this.closed) throw closedError()
    await this.look()
    return this.store.replica.state
  }

  poll(): void {
    // What is wrong shows in the status.
    if (!this.closed && this.next === undefined) void this.look().catch(() => undefined)
  }

  /** Looks by itself from time to time, until closed; also whenever the database tells that there is something. */
  follow(rescanMs: number): void {
    clearInterval(this.timer)
    if (rescanMs <= 0 || this.closed) return
    this.timer = setInterval(() => this.poll(), rescanMs)
    this.timer.unref()
  }

  async *history({ from = 1, since }: { from?: number; since?: number } = {}): AsyncIterable<Commit<E>> {
    await this.refresh()
    const query = await this.query()
    const [first] = since === undefined ? [] : await query(firstSince(this.parts.space, since))
    if (since !== undefined && first === undefined) return
    const begin = Math.max(from, Number(first?.['seq'] ?? 1))
    try {
      for await (const commit of this.store.history(query, begin)) if (commit.stamp.seq >= begin) yield commit
    } catch (error) {
      throw databaseProblem(error)
    }
  }

  async read(seq: number): Promise<Commit<E> | undefined> {
    try {
      return await this.store.read(await this.query(), seq)
    } catch (error) {
      throw databaseProblem(error)
    }
  }

  status(): LedgerStatus {
    const { id, chain, facts, junk } = this.store.replica
    return { kind: this.kind, id, head: chain.seq, synced: chain.seq, junk, void: this.store.replica.void, ...facts, database: { host: this.parts.host, space: this.parts.space }, ...this.notable() }
  }

  /** Tells listeners what is new since they were last told. Never between reading and writing: they may come back to the ledger. */
  announce(): void {
    if (this.closed) return
    const before = this.told
    const fresh = this.store.replica.takeFresh()
    this.told = { generation: this.store.generation, status: JSON.stringify(this.notable()) }
    // An empty list says that the state is another one.
    if (fresh.length > 0 || this.told.generation !== before.generation) this.advance.fire(fresh)
    if (this.told.status !== before.status) this.statusChange.fire(this.status())
  }

  hasten(): void {
    this.parts.link.hasten(AT_THE_END)
  }

  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    clearInterval(this.timer)
    this.hasten()
    await this.queue.idle()
    await this.looking?.catch(() => undefined)
    if (!this.parts.readOnly && this.broken === undefined) this.store.keep(this.parts.keeps)
    await this.parts.link.close()
    this.advance.dispose()
    this.statusChange.dispose()
  }

  private notable(): Pick<LedgerStatus, 'readOnly' | 'notice'> {
    const { notice } = this.store
    const readOnly = this.reason()
    return { ...(readOnly && { readOnly }), ...(notice !== undefined && { notice }) }
  }

  private reason(): ReadOnlyReason | undefined {
    const { offline } = this.parts.link
    if (this.broken) return readOnlyBy(this.broken)
    if (offline) return { ...readOnlyBy(offline.problem), since: new Date(offline.since).toISOString() }
    if (this.store.replica.blocked !== undefined || !this.parts.readOnly) return this.store.replica.blocked
    return { code: 'OPENED_READ_ONLY', message: 'These records were opened for reading only.', hint: tell`Open them for writing to change something.` }
  }

  private async query(): Promise<Query> {
    return (await this.parts.link.use()).query
  }

  /** Reads what is there when it is called, or later: who comes while a look is under way shares the one after it. */
  private look(): Promise<void> {
    if (this.looking === undefined) return (this.looking = this.lookOnce().finally(() => (this.looking = undefined)))
    return (this.next ??= this.looking.catch(() => undefined).then(() => {
      this.next = undefined
      return this.look()
    }))
  }

  private async lookOnce(): Promise<void> {
    try {
      if (this.broken !== undefined) throw this.broken
      await this.store.catchUp(await this.query())
    } catch (error) {
      throw this.failed(error)
    } finally {
      this.announce()
    }
  }

  /** Nothing is written any more where a row is not what was written. */
  private failed(error: unknown): MusterError {
    const problem = databaseProblem(error)
    if (problem.code === 'LEDGER_DAMAGED') this.broken = problem
    return problem
  }

  private assertWritable(): void {
    const reason = this.broken ?? this.store.replica.blocked ?? (this.parts.readOnly ? this.reason() : undefined)
    if (reason !== undefined) throw new MusterError(reason.code, reason.message, reason)
  }

  private async run(batch: Pending<S, E>[]): Promise<Pending<S, E>[]> {
    let todo = batch
    try {
      let broken = 0
      for (let losses = 0; losses < LOSSES.max && broken < MOST_BROKEN; ) {
        const session = await this.parts.link.use()
        const turn = this.turns.due(losses)
        let decision: Decision<S, E> | undefined
        const attempt = (query: Query): Promise<Attempt> => this.attempt(todo, query, turn, (made) => (decision = made))
        try {
          if (this.store.lost !== undefined) await this.settleLoss(session.query)
          const result = turn ? await this.turns.take(session, this.parts.space, () => this.store.replica.chain.seq, attempt) : await attempt(session.query)
          if (result === 'settled') return this.settleAll(decision!)
          if (result === 'lost') losses++
        } catch (error) {
          // Before anything is decided, what is waited for is a turn, and others get on.
          if ((isGivenUp(error) || (isHeldUp(error) && decision !== undefined)) && ++broken === MOST_BROKEN) throw error
          if (isLostRace(error)) losses++
          else if (endsConnection(error)) {
            broken++
            // The next attempt is by another one. Whether the last line counts shows there, by its keys.
            await session.end().catch(() => undefined)
          } else if (isServerError(error) && decision !== undefined) {
            todo = rejectWritten(decision.decided, todo, notApplied(error))
            if (todo.length === 0) return []
          } else throw error
        }
      }
      if (broken === MOST_BROKEN) throw connectionLost()
      throw new MusterError('BUSY', tell`Too many others are writing at the same time.`, { hint: tell`Try again.` })
    } catch (error) {
      this.rejectAll(todo, this.failed(error))
      return []
    } finally {
      this.announce()
    }
  }

  private settleAll({ decided, rest, stamp }: Decision<S, E>): Pending<S, E>[] {
    // Who is told of the commit before its promise resolves sees the same state as who waits for it.
    this.announce()
    for (const decision of decided) settle(decision, stamp, this.store.replica.state)
    return rest
  }

  /** What was in a line whose fate is not known is told so; what never was in one failed as it is. */
  private rejectAll(todo: readonly Pending<S, E>[], problem: MusterError): void {
    const keys = todo.filter(({ tried }) => tried).map(({ proposal }) => proposal.key)
    for (const pending of todo) pending.reject(pending.tried && problem.code !== 'BUSY' ? outcomeUnknown(keys) : problem)
  }

  private settleLoss(query: Query): Promise<void> {
    this.assertWritable()
    return this.store.settleLoss(query, this.parts.clock)
  }

  /** Decide, write, read what was first if somebody was. Within a turn the newest lines are read before. */
  private async attempt(todo: Pending<S, E>[], query: Query, turn: boolean, decide: (made: Decision<S, E>) => void): Promise<Attempt> {
    const { store } = this
    if (turn || store.replica.hasLeft) await store.catchUp(query)
    this.assertWritable()
    const { generation } = store
    const stamp = store.replica.nextStamp(this.parts.clock)
    const { decided, body, rest } = decideBatch(this.parts.machine, store.replica.state, todo, stamp)
    if (body === '') {
      // Nothing of it may be answered on the strength of what was known a while ago.
      if (!turn) await store.catchUp(query)
      if (generation !== store.generation || store.replica.chain.seq !== stamp.seq - 1) return 'again'
      decide({ decided, rest, stamp: store.replica.stamp })
    } else {
      decide({ decided, rest, stamp })
      if (!(await this.write(store.encode('commit', body, stamp), decided, query, turn))) return 'lost'
    }
    await recall(decided, (seq) => store.read(query, seq))
    return 'settled'
  }

  private async write(own: Own, decided: readonly Decided<S, E>[], query: Query, turn: boolean): Promise<boolean> {
    const { generation } = this.store
    const written = decided.filter(({ outcome }) => outcome.type === 'write').map(({ pending }) => pending)
    const before = written.map(({ tried }) => tried)
    // Certainly not in the ledger, so whoever applied the same key did it without this process.
    const untried = (): void => written.forEach((pending, index) => (pending.tried = before[index]!))
    for (const pending of written) pending.tried = true
    try {
      const won = await this.store.append(query, own, turn)
      if (!won && generation === this.store.generation) untried()
      return won
    } catch (error) {
      if ((isServerError(error) && !endsConnection(error)) || isMissing(error)) untried()
      throw error
    }
  }
}
