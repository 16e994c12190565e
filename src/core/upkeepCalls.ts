import type * as op from './model/upkeep.js'

/** The part of {@link Muster} that is about what is over. */
export interface UpkeepCalls {
  /**
   * Takes closed records older than `keepDays` off the lists, and removes old files that belong to nothing any more, or with
   * the profile `archive` compresses them; without `keepDays`, by the profile (default: 7 days). Never anything open, unread
   * or uncommitted. The ledger keeps what happened. Files are removed for persons only.
   */
  cleanUp(options?: op.CleanUpOptions): Promise<op.CleanUpResult>
  /**
   * Commits `.agent_status`, `.agent_work_log` and `.agent_deliverables` of an agent, the caller by default, to the branch
   * `muster/checkpoints/<agent>`, which holds nothing else. Index, HEAD and files are not touched. Throws NOT_APPLIED where git refuses.
   */
  commitCheckpoint(agent?: string): Promise<op.CommitCheckpointResult>
}
