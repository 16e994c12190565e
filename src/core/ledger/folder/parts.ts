import type { Clock, LedgerStatus, Machine } from '../port.js'
import type { Layout } from './layout.js'
import type { LedgerFs } from './ledgerFs.js'
import type { Store } from './store.js'
import type { TurnLock } from './turnLock.js'
import type { UpkeepLimits } from './upkeep.js'

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
  /** When snapshots are due. */
  upkeep: UpkeepLimits
}
