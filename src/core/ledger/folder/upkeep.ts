import { archiveOld } from './archiver.js'
import { isBeingWritten, listSnapshots, prune, writeSnapshot, type UpkeepParts } from './writeSnapshot.js'

export interface UpkeepLimits {
  /** A snapshot is due after so many commits, or so many bytes of them. */
  commits: number
  bytes: number
}

export const upkeepLimits: UpkeepLimits = { commits: 5000, bytes: 4 * 1024 * 1024 }

/**
 * Keeps opening fast and the folder small: writes snapshots and archives old segments, beside the commits. *Idle* → *due*,
 * after a commit of this process → *working*, one thing at a time → *idle*. What fails is tried again some commits later;
 * the ledger needs none of it.
 */
export class Upkeep<S, E> {
  /** For people: why it does not get on. */
  problem: string | undefined
  private working: Promise<void> | undefined
  /** Not before this line, and in this generation. */
  private notBefore = { generation: -1, seq: 0 }

  constructor(private readonly parts: UpkeepParts<S, E>, private readonly limits: UpkeepLimits) {}

  /** To be called after a commit of this process that is on disk. */
  afterCommit(): void {
    if (this.working === undefined && this.isDue()) this.working = this.work().finally(() => (this.working = undefined))
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    while (this.working !== undefined) await this.working
  }

  private isDue(): boolean {
    const { reading, generation, lost } = this.parts.store
    const { replica, snapshot } = reading
    const { seq } = replica.chain
    if (seq - snapshot.seq < this.limits.commits && replica.bytes - snapshot.bytes < this.limits.bytes) return false
    if (generation === this.notBefore.generation && seq < this.notBefore.seq) return false
    return reading.isInside && lost === undefined && replica.blocked === undefined
  }

  private async work(): Promise<void> {
    const { store } = this.parts
    const later = Math.ceil(this.limits.commits / 10)
    this.notBefore = { generation: store.generation, seq: store.replica.chain.seq + later }
    try {
      if (this.adopt() || isBeingWritten(this.parts)) return
      await writeSnapshot(this.parts)
      prune(this.parts)
      this.problem = undefined
      await archiveOld(this.parts)
    } catch (error) {
      this.problem = `Old records could not be put together (${error instanceof Error ? error.message : String(error)}). Nothing is lost; it is tried again.`
    }
  }

  /** Takes note of a newer snapshot that another process has written. @returns whether that will do for now */
  private adopt(): boolean {
    const { reading } = this.parts.store
    const newest = listSnapshots(this.parts).fit[0]
    const { seq } = reading.replica.chain
    if (newest === undefined || newest.seq <= reading.snapshot.seq || newest.seq > seq || seq - newest.seq >= this.limits.commits) return false
    // How many bytes came after it, by the share of lines that did.
    const { snapshot, replica } = reading
    const share = (newest.seq - snapshot.seq) / Math.max(1, seq - snapshot.seq)
    reading.snapshot = { seq: newest.seq, bytes: snapshot.bytes + share * (replica.bytes - snapshot.bytes) }
    return replica.bytes - reading.snapshot.bytes < this.limits.bytes
  }
}
