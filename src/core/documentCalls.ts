import type { Event } from './model/events.js'
import type { AgentView, ClaimView, DecisionView, MessageView } from './model/operations.js'
import type { Said, TakenIn } from './model/takenIn.js'
import type { PlanView } from './model/planOperations.js'
import type { CheckpointView, DeliverableView, ErrorView, SummaryView, TaskView } from './model/workOperations.js'

/**
 * What the records say, for documents. Lists are computed when they are first looked at. The same at the same place for
 * everybody, but for what follows from processes and the clock (`presence`, `stale`, `expired`, `unread`, `me`, `mine`):
 * documents do not go by that, so that they can be made again with the same bytes.
 */
export interface DocumentRecords {
  /** Number of the last change they show, and its time (ISO 8601); '' before the first. */
  readonly seq: number
  readonly at: string
  /** Without what each has locked (`claims` is empty), which takes long to list and is in {@link claims}. Who has not changed is the same object as before. */
  readonly agents: readonly AgentView[]
  readonly claims: readonly ClaimView[]
  readonly tasks: readonly TaskView[]
  readonly errors: readonly ErrorView[]
  readonly deliverables: readonly DeliverableView[]
  readonly plan: PlanView
  /** The last of each agent, by its id. */
  readonly checkpoints: ReadonlyMap<string, CheckpointView>
  readonly summaries: ReadonlyMap<string, SummaryView>
  /** Those to somebody who is asked for, oldest first; where documents are made anew those too that only the ledger has. Long ones of old may be cut: see {@link wholeMessage}. */
  messagesTo(wants: (recipient: string) => boolean): Iterable<MessageView>
  /** All decisions with all their texts, in the order they were proposed. */
  decisions(): Promise<readonly DecisionView[]>
  /** The message with its whole body. */
  wholeMessage(message: MessageView): Promise<MessageView>
}

/** One happening, as the ledger has it. */
export interface RecordedEvent {
  seq: number
  /** ISO 8601 */
  at: string
  /** Id of the agent whose act it was, and whether a file said so. */
  by: string
  fromFile: boolean
  event: Event
}

/** The part of {@link Muster} that documents are made from, and what is read of them goes to. */
export interface DocumentCalls {
  /** What documents are made from; loaded when somebody asks. */
  documentSource(): Promise<DocumentSource>
}

export interface DocumentSource {
  /** Id of the ledger: positions in another one mean nothing. */
  readonly ledger: string
  /** Newest records, on disk. `whole`: with messages that have left the state, read from the ledger's beginning. */
  records(options?: { whole?: boolean }): Promise<DocumentRecords>
  /** What happened after a change, by its number, oldest first. */
  since(seq: number): AsyncIterable<RecordedEvent>
  /** Working trees of the repository that are on this disk. */
  trees(): { id: string; root: string }[]
  /** Takes down what an agent said in a file, in its name; one not known yet joins. A person is not spoken for. */
  takeIn(said: Said): Promise<TakenIn>
}
