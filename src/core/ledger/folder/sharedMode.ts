import { MusterError } from '../../errors.js'
import { tell } from '../../tell.js'
import type { Clock, SharedFolder } from '../port.js'
import { folderProblem } from './problems.js'
import type { Store } from './store.js'
import type { TurnLock } from './turnLock.js'

/** ms to wait for one's turn: longer than the lock of a process that died takes to count as left over. */
const PATIENCE = 20_000
const ATTEMPTS = 5

export interface SharedParts<S, E> {
  store: Store<S, E>
  turns: TurnLock
  clock: Clock
  readOnly: boolean
  /** Why this process takes the folder for shared, for people; undefined if it does not. */
  why: string | undefined
  /** Whether a line's `boot` is of another kernel; undefined where nobody asks. */
  isElsewhere: ((boot: string) => boolean) | undefined
  /** ms between two regular looks. */
  rescan: number
}

/**
 * A folder that several kernels write to. Nothing arbitrates between their caches, so a line that this kernel sees may be
 * missing for another. Decided in the ledger, for all: the first process that finds it so appends a `shared` line. From
 * then on every writer takes the mutex, opens the segment anew before it reads, and after writing flushes, opens and reads
 * back. That makes losing a line unlikely, not impossible: locks are advice.
 */
export class SharedMode<S, E> {
  constructor(private readonly parts: SharedParts<S, E>) {}

  /** The ledger says so: writers have to keep to it. */
  get isOn(): boolean {
    return this.parts.store.replica.facts.shared !== undefined
  }

  /** What people are told, also while it cannot be written down. */
  get status(): { shared?: SharedFolder } {
    const shared = this.parts.store.replica.facts.shared ?? (this.why === undefined ? undefined : { why: this.why })
    return shared === undefined ? {} : { shared }
  }

  /** Sees what other kernels wrote: a file is sure to be read anew only when it is opened anew. @throws as reading does */
  look(): void {
    if (this.isOn) this.parts.store.relook()
  }

  /** Before each try to write: declares the folder shared where it was found to be, and takes the turn where it is. @throws MusterError BUSY */
  async enter(): Promise<void> {
    if (!this.isOn && this.why !== undefined) await this.declare()
    if (this.isOn) await this.takeTurn()
  }

  /**
   * Appends the `shared` line, and looks after the time of a rescan whether it is still there.
   * @throws MusterError BUSY, FOLDER_UNUSABLE, and as reading does
   */
  async declare(): Promise<void> {
    const { store, turns, clock, readOnly, why, rescan } = this.parts
    if (readOnly) return
    for (let attempt = 0; attempt < ATTEMPTS && !this.isOn && store.replica.blocked === undefined; attempt++) {
      await this.takeTurn()
      store.relook()
      store.catchUp()
      if (!this.isOn) {
        const { failure } = store.append('shared', `,"why":${JSON.stringify(why ?? this.why)}`, store.replica.nextStamp(clock))
        if (failure !== undefined) throw folderProblem(store.layout.ledger, failure)
      }
      await turns.release()
      await clock.sleep(rescan)
      store.relook()
      store.catchUp()
      store.ensureInPlace()
    }
    if (!this.isOn && store.replica.blocked === undefined) {
      throw new MusterError('FOLDER_UNUSABLE', tell`${store.layout.folder} does not keep what is written to it.`, {
        hint: tell`A program that copies folders between machines may be putting an older copy back. Choose a folder on a disk of this machine (MUSTER_FOLDER), or a database.`,
      })
    }
  }

  private get why(): string | undefined {
    const { why, isElsewhere, store } = this.parts
    if (why !== undefined || isElsewhere === undefined) return why
    for (const boot of store.replica.heard) if (isElsewhere(boot)) return 'another machine writes to it'
    return undefined
  }

  private async takeTurn(): Promise<void> {
    const { turns, clock } = this.parts
    for (const end = clock.monotonic() + PATIENCE; clock.monotonic() < end; ) if (await turns.acquire()) return
    throw new MusterError('BUSY', tell`Somebody else has been writing for a long time.`, { hint: tell`Try again. If it stays so, a machine that was switched off may have left ledger/turn.lock behind: remove it.` })
  }
}
