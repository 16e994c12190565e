import { MusterError } from '../../errors.js'
import { tell } from '../../tell.js'
import { encodeLine } from '../line.js'
import type { Clock, Machine } from '../port.js'
import { Layout, makeFile } from './layout.js'
import type { LedgerFs } from './ledgerFs.js'
import { damaged, folderProblem, notApplied, outcomeUnknown } from './problems.js'
import { SharedMode } from './sharedMode.js'
import { Store } from './store.js'
import { Suspect } from './suspect.js'
import { fileTurns } from './turnLock.js'

export interface MovingStoreOptions {
  fs: LedgerFs
  folder: string
  machine: Machine<unknown, unknown>
  clock: Clock
  /** Why several machines may be writing to the folder. */
  shared?: string | undefined
}

/** Losses before giving up; somebody who keeps writing lets others have their turn. */
const ATTEMPTS = 50
const RESCAN = 4000

/**
 * A folder's ledger, open to leave for a database or to come back from one. In it → `leave` → left: nobody writes →
 * `bring`, as often as it takes, up to a line that says they are back → in it. Whatever several processes bring at the same
 * time, each line counts once: the chain arbitrates, as always.
 */
export class MovingStore {
  readonly layout: Layout
  private readonly store: Store<unknown, unknown>
  private readonly turns
  private readonly shared: SharedMode<unknown, unknown>

  /** @throws MusterError FOLDER_UNUSABLE (none there: `details.missing`), LEDGER_DAMAGED, LEDGER_NEWER */
  constructor(private readonly options: MovingStoreOptions) {
    const { fs, machine, clock, folder, shared } = options
    this.layout = new Layout(folder)
    this.store = new Store(fs, this.layout, machine, clock, { readOnly: false, create: false })
    this.turns = fileTurns(this.layout.turnLock, fs, clock)
    this.shared = new SharedMode({ store: this.store, turns: this.turns, clock, readOnly: false, rescan: RESCAN, why: shared, isElsewhere: undefined })
    this.sure(() => this.store.load())
  }

  get id(): string {
    return this.store.replica.id
  }

  get seq(): number {
    return this.store.replica.chain.seq
  }

  get sum(): string {
    return this.store.replica.chain.sum
  }

  get hasLeft(): boolean {
    return this.store.replica.hasLeft
  }

  /** Reads what there is, and sees to it that it is on disk: what a power loss may take back does not leave the folder. */
  async look(): Promise<void> {
    this.catchUp()
    await this.reveal()
  }

  /**
   * Appends the line behind which nobody writes here any more.
   * @returns false where somebody else did, or it had been left before
   * @param into Tells the place they go to from others, and says nothing of where it is.
   * @throws MusterError NOT_APPLIED, OUTCOME_UNKNOWN, BUSY; the reason why nothing can be written
   */
  async leave(into: string): Promise<boolean> {
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        await this.turns.yieldToHolder()
        await this.shared.enter()
        if (attempt > 2) await this.turns.acquire()
        this.catchUp()
        if (this.hasLeft) return false
        this.assertWritable()
        const { replica } = this.store
        const { accepted, failure } = this.sure(() => this.store.append('moved', `,"to":"database","into":"${into}","ledger":"${replica.id}"`, replica.nextStamp(this.options.clock)))
        if (failure !== undefined && !accepted) throw notApplied(this.layout.ledger, failure)
        if (!accepted) continue
        await this.reveal()
        if (this.sure(() => this.store.ensureInPlace())) return true
      }
      throw new MusterError('BUSY', tell`Too many others are writing at the same time.`, { hint: tell`Try again.` })
    } finally {
      await this.turns.release()
    }
  }

  /** Appends lines that go on behind the head of what was left, as they are; to disk with {@link look}. @returns whether the head moved */
  bring(lines: readonly Buffer[]): boolean {
    const before = this.seq
    const { fs } = this.options
    const { reading, tail } = this.store
    // They left in the segment of the last line, and nothing of what comes back is there yet.
    const number = reading.isInside ? tail.number : reading.end.segment + 1
    try {
      if (number !== tail.number) {
        // Its name is on disk before it has a line.
        makeFile(fs, this.layout.segment(number), '')
        fs.fsyncFolder(this.layout.ledger)
      }
      const fd = fs.open(this.layout.segment(number), 'append')
      try {
        const bytes = Buffer.concat([...(number === tail.number && tail.tailOpen ? [FENCE] : []), ...lines])
        const written = fs.append(fd, bytes)
        if (written < bytes.length) throw Object.assign(new Error(`only ${written} of ${bytes.length} bytes could be written`), { code: 'ENOSPC' })
      } finally {
        fs.close(fd)
      }
    } catch (error) {
      throw folderProblem(this.layout.ledger, error)
    }
    this.catchUp()
    return this.seq > before
  }

  /** The line that says they are back, where the database never had them. */
  returnLine(): Buffer {
    const { replica, flusher } = this.store
    return encodeLine({ ...replica.nextStamp(this.options.clock), prev: replica.chain.sum, d: flusher.synced, kind: 'moved', body: `,"to":"folder","ledger":"${replica.id}"` }).bytes
  }

  close(): void {
    this.store.close()
  }

  private catchUp(): void {
    this.sure(() => {
      this.shared.look()
      this.store.catchUp()
      this.store.ensureInPlace()
    })
  }

  private async reveal(): Promise<void> {
    try {
      await this.store.flusher.reveal(this.seq)
    } catch (error) {
      throw outcomeUnknown(this.layout.ledger, [], error)
    }
  }

  private assertWritable(): void {
    const { blocked } = this.store.replica
    if (blocked !== undefined) throw new MusterError(blocked.code, blocked.message, blocked)
    if (this.store.lost !== undefined) throw damaged(tell`The folder was replaced by an older copy of itself while it was open.`)
  }

  /** Whatever is doubtful is damage: there is no window that could look again later. */
  private sure<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw error instanceof Suspect ? damaged(error.message, error.details) : folderProblem(this.layout.ledger, error)
    }
  }
}

const FENCE = Buffer.from('!\n')
