import type { UpdateOptions, UpdateResult } from './model/documentUpdate.js'
import type { DecisionResult, ImplementationInput, StopWaitingResult, TickInput, TickResult } from './model/operations.js'
import type { IntegrationVerdict } from './model/words.js'
import type * as op from './model/workOperations.js'

/** The part of {@link Muster} that is about work itself: tasks, errors, what agents report, and passing all that on. */
export interface WorkCalls {
  /** Ticks off steps of a message's checklist (`done`, counted from 1), or takes that back (`open`). For its sender and those it went to. */
  tickChecklist(id: string, steps: TickInput): Promise<TickResult>
  /** Says that an approved decision is put into practice, and by which commits and files; more of them may be named later. Refused for any other. */
  implementDecision(id: string, how?: ImplementationInput): Promise<DecisionResult>
  /** Puts another decision in the place of one; `by` is the id of the one that holds now. */
  supersedeDecision(id: string, by: string): Promise<DecisionResult>
  /** Writes down work to be done. Refused when it is to wait for a task that does not exist. */
  addTask(task: op.TaskInput, key?: string): Promise<op.TaskResult>
  /** Changes what a task says, gives it back (`status: 'open'`) or cancels it. What others are at work on only persons change so. */
  changeTask(id: string, change: op.TaskChange): Promise<op.TaskResult>
  /** What to do next: the most important task that is free for the caller. Changes nothing. */
  nextTask(): Promise<op.NextTaskResult>
  /** Takes a task: one agent only can, and not before those it waits for are over. */
  startTask(id: string): Promise<op.TaskResult>
  /** Ends a task as done, once: by the agent at work on it, or by a person. */
  completeTask(id: string, note?: string): Promise<op.TaskResult>
  /** Tasks in the order they were added. */
  listTasks(filter?: op.TaskFilter): Promise<op.TaskView[]>
  /** Logs an error; the same one again is counted while it is open (`count`). */
  logError(error: op.ErrorInput, key?: string): Promise<op.LogErrorResult>
  /** Says that an error is put right, and how. */
  resolveError(id: string, resolution?: string): Promise<op.ResolveErrorResult>
  /** Errors in the order they were first logged. */
  listErrors(filter?: op.ErrorFilter): Promise<op.ErrorView[]>
  /** Saves the caller's note on how to go on, for whoever does; the last one counts. */
  checkpoint(note: op.CheckpointInput): Promise<op.SavedResult>
  /** What an agent, the caller by default, saved to go on from, newest first; kept for as long as the records are. */
  listCheckpoints(filter?: op.CheckpointFilter): Promise<op.CheckpointView[]>
  /** Writes a line in the caller's work log. */
  logWork(text: string, key?: string): Promise<op.SavedResult>
  /** Lists what the caller made for others to take over. */
  deliver(deliverable: op.DeliverableInput, key?: string): Promise<op.DeliverResult>
  /** Says what became of a deliverable of somebody else. */
  integrate(id: string, verdict: IntegrationVerdict, note?: string): Promise<op.IntegrateResult>
  /** Deliverables, oldest first. */
  listDeliverables(): Promise<op.DeliverableView[]>
  /** Writes the summary of a day or session, numbered on from the caller's last where no number is given. */
  writeDailySummary(summary: op.SummaryInput, key?: string): Promise<op.SummaryResult>
  /** Files under the resources with changes that are not committed, untracked ones included; undefined where git cannot tell. Asks git: takes its time. */
  uncommittedFiles(resources: readonly string[]): Promise<string[] | undefined>
  /**
   * Changes a document that several edit: `edit` is given its text and answers the new one, which is written only if the
   * document is still the same. Refused otherwise; the caller's version is saved beside it then, as `NAME.<agent>.backup`.
   * Throws INVALID_INPUT for what is no text file, TOO_LARGE, and NOT_APPLIED when the disk refuses.
   */
  updateDocument(path: string, edit: (text: string) => string | Promise<string>, options?: UpdateOptions): Promise<UpdateResult>
  /** Gives up the caller's places in line for what a lock on the resource keeps it waiting for. */
  stopWaiting(resource: string): Promise<StopWaitingResult>
  /** Passes the caller's locks and tasks on with its last checkpoint, all in one commit; where neither are named, all of both. */
  handOff(handOff: op.HandOffInput, key?: string): Promise<op.HandOffResult>
}
