import type { Arrival } from '../postgres/arrival.js'
import type { MovingStoreOptions } from '../folder/movingStore.js'

/** Where a move is. Between any two of these it may be cut off, and goes on when it is asked for again. */
export type MoveStep =
  | { step: 'copying'; done: number; total: number }
  /** Nobody writes to the records from now on, until they have arrived. */
  | { step: 'leaving' }
  | { step: 'left' }
  | { step: 'arrived' }

export interface MoveParts {
  /** The folder, which must not be a link. */
  folder: MovingStoreOptions
  arrival: Arrival
  /** Tells this folder of this machine from others. */
  mark: string
  dryRun: boolean
  onStep(step: MoveStep): void | Promise<void>
}

export interface Moved {
  /** `moved`; `undone`: they had not arrived in the database, and go on in the folder; `already`: they were where they were to go. */
  outcome: 'moved' | 'undone' | 'already'
  ledger: string
  /** Lines of the whole history, and number and sum of the last. */
  head: { seq: number; sum: string }
  /** Lines that this run copied, or would copy. */
  copied: number
}
