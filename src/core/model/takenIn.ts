import type { AgentFields } from './agent.js'
import type { DeliverableFields } from './report.js'
import type { MessageKind, Priority } from './words.js'

/** What one file, or one line of it, says. */
export interface Said {
  /** Name of the agent. */
  agent: string
  /** Id of the working tree it works in. */
  tree?: string
  /** A check-in. */
  fields?: AgentFields
  /** A line of its work log. */
  log?: string
  /** All it has made so far: what is new of it is a deliverable. */
  made?: Pick<DeliverableFields, 'files' | 'endpoints' | 'tests' | 'integrationReady'>
  message?: { to: string; subject: string; body: string; priority: Priority; kind: MessageKind; checklist?: string[]; deadlineMinutes?: number; replyTo?: string; writtenAt?: string; /** Steps that are done, counted from 1. */ done?: number[] }
  /** Messages to it that it has read. */
  read?: { message: string; status: 'seen' | 'acknowledged' }
  /** Steps of a message to it that it has done, and that are not done after all. */
  ticked?: { message: string; done: number[]; open: readonly number[] }
  /** When it was written (ms since 1970), as the file says, or its time on disk: when the agent was last seen. */
  at?: number
  /** Names it, so that taking it in again does nothing; for what happens once. */
  key?: string
}

/** `message`: id of the one that was sent; `recipients`: ids of those it goes to. */
export type TakenIn = { ok: true; agent: string; message?: string; recipients?: readonly string[] } | { ok: false; reason: 'PERSON' | 'NO_RECIPIENT' | 'NOT_FOUND' | 'NO_STEP'; hint: string }
