import type * as op from './model/runs.js'

/**
 * The part of {@link Muster} that is about runs: long jobs in folders of their own, `<runs>/YYYY-MM-DD_HH-MM_name`. A run is
 * named by its folder, a path to it, or its name. `runs` is the folder they are in, from the root of the working tree;
 * default `experiments`. What goes wrong with REGISTRY.md or STATE.md is a warning.
 */
export interface RunCalls {
  /** Runs, the oldest first, as their folders tell. Writes nothing. */
  listRuns(filter?: op.RunFilter): Promise<op.RunsResult>
  /** Lists runs, locks the folders of those that other programs began, in the names of their agents, lets go of what is over, and keeps the registry. */
  followRuns(options?: op.FollowRunsInput): Promise<op.FollowRunsResult>
  /** Begins a run: folder, `.LOCK`, a lock on the folder. Refused while one of that name runs, and where one is completed. */
  startRun(name: string, options?: op.StartRunInput): Promise<op.StartRunResult>
  /** Writes how far a run of mine is, and renews its lock. */
  reportRun(run: string, progress?: op.RunProgressInput): Promise<op.RunResult>
  /** Ends a run of mine as completed: results, `.DONE`, registry. */
  finishRun(run: string, results?: op.FinishRunInput): Promise<op.RunResult>
  /** Ends a run of mine as failed: `.ERROR`, registry, and an error with the end of its log. With `interrupted` it is to be gone on with: its `.LOCK` stays. */
  failRun(run: string, error: string, options?: op.FailRunInput): Promise<op.RunResult>
  /** Marks runs that are stale, or whose process is gone, as failed; says from which item each can be resumed. */
  recoverRuns(options?: op.RecoverRunsInput): Promise<op.RecoverRunsResult>
  /** Writes the plan of a run: README with hypothesis, parameters, checklist and prompt. Refused as starting it would be. */
  planRun(name: string, plan?: op.PlanRunInput): Promise<op.PlanRunResult>
  /** Checks what a run left: summary, metrics, its checklist. */
  validateRun(run: string, options?: op.RunsInput): Promise<op.ValidateRunResult>
  /** Where config, data source and metrics of two runs differ. */
  compareRuns(first: string, second: string, options?: op.RunsInput): Promise<op.CompareRunsResult>
}
