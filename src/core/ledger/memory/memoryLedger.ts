import { randomBytes } from 'node:crypto'
import { Emitter, type Disposable } from '../../emitter.js'
import { MusterError } from '../../errors.js'
import { decideBatch, recall, settle, type Pending } from '../batch.js'
import { BatchQueue, closedError } from '../queue.js'
import { encodeLine, parseLine, type LineKind } from '../line.js'
import { Chain } from '../classify.js'
import type { Answer, Clock, Commit, Ledger, LedgerStatus, Machine, Proposal, Stamp } from '../port.js'
import { readOps, Replica } from '../replica.js'

/** Lines that several ledgers in one process share, as windows share a folder. */
export interface MemoryDisk {
  /** With `\n`; the same bytes a folder would hold. */
  readonly lines: Buffer[]
  readonly onDidAppend: Emitter<void>
}

export function createMemoryDisk(): MemoryDisk {
  return { lines: [], onDidAppend: new Emitter() }
}

export interface MemoryLedgerOptions<S, E> {
  disk: MemoryDisk
  machine: Machine<S, E>
  clock: Clock
  /** See at once what other handles append. Default true. */
  watch?: boolean
  /** What a disk would take its time for, after deciding and after writing. Default: one turn of the microtasks after deciding. */
  pause?: (after: 'decision' | 'write') => Promise<void>
}

/** A ledger that lives as long as its disk: for tests and simulation. Nothing it does can fail but CLOSED and TOO_LARGE. */
export function openMemoryLedger<S, E>(options: MemoryLedgerOptions<S, E>): Promise<Ledger<S, E>> {
  return Promise.resolve(new MemoryLedger(options))
}

class MemoryLedger<S, E> implements Ledger<S, E> {
  readonly kind = 'memory'
  private readonly advance = new Emitter<readonly Commit<E>[]>()
  private readonly statusChange = new Emitter<LedgerStatus>()
  readonly onDidAdvance = this.advance.event
  readonly onDidChangeStatus = this.statusChange.event
  private readonly queue = new BatchQueue<Pending<S, E>>((batch) => this.run(batch))
  private readonly replica: Replica<S, E>
  private readonly disk: MemoryDisk
  private readonly watching: Disposable | undefined
  private taken = 0
  private pollQueued = false
  private closed = false

  constructor(private readonly options: MemoryLedgerOptions<S, E>) {
    this.disk = options.disk
    this.replica = new Replica(options.machine)
    if (this.disk.lines.length === 0) this.append('genesis', `,"ledger":"${randomBytes(12).toString('hex')}"`)
    this.catchUp()
    this.replica.loading = false
    if (options.watch ?? true) this.watching = this.disk.onDidAppend.event(() => this.pollSoon())
  }

  get id(): string {
    return this.replica.id
  }

  peek(): S {
    return this.replica.state
  }

  refresh(): Promise<S> {
    if (this.closed) return Promise.reject(closedError())
    this.poll()
    return Promise.resolve(this.replica.state)
  }

  submit<R>(proposal: Proposal<S, E, R>): Promise<Answer<S, E, R>> {
    if (this.closed) return Promise.reject(closedError())
    return new Promise((resolve, reject) => {
      this.queue.push({ proposal, resolve: resolve as Pending<S, E>['resolve'], reject, tried: false })
    })
  }

  poll(): void {
    if (this.closed) return
    this.catchUp()
    const fresh = this.replica.takeFresh()
    if (fresh.length > 0) this.advance.fire(fresh)
  }

  async *history({ from = 1, since = -Infinity }: { from?: number; since?: number } = {}): AsyncIterable<Commit<E>> {
    await this.refresh()
    for (const commit of this.commits(from)) if (commit.stamp.at >= since) yield commit
  }

  private *commits(from: number): Generator<Commit<E>> {
    const chain = new Chain()
    for (const bytes of this.disk.lines.slice(0, this.taken)) {
      const end = bytes.length - 1
      const line = parseLine(bytes, 0, end)
      if (line === undefined || chain.classify(line) !== 'accept') continue
      chain.accept(line)
      if (line.kind !== 'commit' || line.seq < from) continue
      const stamp: Stamp = { seq: line.seq, at: line.at, up: line.up, boot: line.boot }
      yield { stamp, ops: this.options.machine.parse(readOps(line, bytes, 0, end), true) }
    }
  }

  read(seq: number): Promise<Commit<E> | undefined> {
    const first = this.commits(seq).next().value as Commit<E> | undefined
    return Promise.resolve(first?.stamp.seq === seq ? first : undefined)
  }

  status(): LedgerStatus {
    const { id, chain, blocked, junk } = this.replica
    return { kind: this.kind, id, head: chain.seq, synced: chain.seq, ...(blocked && { readOnly: blocked }), junk, void: this.replica.void, ...this.replica.facts }
  }

  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    await this.queue.idle()
    this.watching?.dispose()
    this.advance.dispose()
    this.statusChange.dispose()
  }

  private async run(batch: Pending<S, E>[]): Promise<Pending<S, E>[]> {
    for (;;) {
      this.catchUp()
      const { blocked } = this.replica
      if (blocked !== undefined) {
        for (const pending of batch) pending.reject(new MusterError(blocked.code, blocked.message, blocked))
        return []
      }
      const stamp = this.replica.nextStamp(this.options.clock)
      const { decided, body, rest } = decideBatch(this.options.machine, this.replica.state, batch, stamp)
      // Lets other handles in between, as a disk would: the compare-and-swap is real.
      await this.options.pause?.('decision')
      if (body !== '' && !this.append('commit', body, stamp)) continue
      if (this.options.pause) await this.options.pause('write')
      await recall(decided, (seq) => this.read(seq))
      for (const decision of decided) settle(decision, body === '' ? this.replica.stamp : stamp, this.replica.state)
      const fresh = this.replica.takeFresh()
      if (fresh.length > 0) this.advance.fire(fresh)
      return rest
    }
  }

  /** @returns whether the line won. */
  private append(kind: LineKind, body: string, stamp = this.replica.nextStamp(this.options.clock)): boolean {
    const own = encodeLine({ ...stamp, prev: this.replica.chain.sum, d: this.replica.chain.seq, kind, body })
    this.disk.lines.push(own.bytes)
    this.catchUp(own)
    this.disk.onDidAppend.fire()
    return this.replica.ownSum === own.line.sum
  }

  private catchUp(own?: ReturnType<typeof encodeLine>): void {
    for (; this.taken < this.disk.lines.length; this.taken++) {
      const bytes = this.disk.lines[this.taken]!
      this.replica.consume(bytes, 0, bytes.length - 1, own)
    }
  }

  private pollSoon(): void {
    if (this.pollQueued) return
    this.pollQueued = true
    queueMicrotask(() => {
      this.pollQueued = false
      this.poll()
    })
  }
}
