import type { ClaimResult } from '../core/model/operations.js'
import type { RunView } from '../core/model/runs.js'
import type { RunPlace } from './readRun.js'

/** What acts on runs need of the connection that acts: where, who, and what goes into the records. */
export interface Ground {
  place: RunPlace
  /** Root of the working tree. */
  root: string
  /** The coordination folder. */
  folder: string
  /** Id of the one who acts. */
  agent: string
  isPerson: boolean
  /** Whether two names are one agent. */
  isSame(name: string, other: string): boolean
  /** Locks the run's folder, or renews that. */
  lock(path: string, run: string): Promise<ClaimResult>
  unlock(path: string): Promise<void>
  /** Ends the locks of runs' folders, and the errors of completed ones, in the name of those whose runs they were. */
  settle(runs: readonly RunView[]): Promise<void>
  logFailure(run: RunView, why: string, tail: string): Promise<void>
}
