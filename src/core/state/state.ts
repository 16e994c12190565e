import type { Stamp } from '../ledger/port.js'
import type { Agent, Session } from '../model/agent.js'
import type { Claim, Wait } from '../model/claim.js'
import type { Decision } from '../model/decision.js'
import type { Deployment } from '../model/deployment.js'
import type { ErrorRecord } from '../model/errorRecord.js'
import type { Message } from '../model/message.js'
import type { Plan } from '../model/plan.js'
import type { Checkpoint, DailySummary, Deliverable, WorkLine } from '../model/report.js'
import type { Task } from '../model/task.js'
import { MultiTable } from './multiTable.js'
import { Table } from './table.js'

/**
 * Everything Muster knows: a fold over the ledger. Records are immutable; a change replaces the record in its table.
 * Tables named `…Of` and `…At` are indexes and follow from the others.
 */
export interface State {
  agents: Table<Agent>
  /** Agent id → its last operation of any kind: shows presence. */
  seen: Table<Stamp>
  /** Agent id → its last operation that was work (a claim, check-in, message …, not a timer): renews its claims. */
  worked: Table<Stamp>
  sessions: Table<Session>
  /** Session id → the last operation over it. */
  heard: Table<Stamp>
  /** Agent id → ids of its open sessions. */
  sessionsOf: MultiTable
  claims: Table<Claim>
  /** Path or name as compared, in any tree → ids of claims placed there (globs at their fixed part). */
  claimsAt: MultiTable
  /** Folder, in any tree → ids of claims placed somewhere below it. */
  claimsBelow: MultiTable
  /** Agent id → ids of its claims. */
  claimsOf: MultiTable
  /** Ids of claims granted from the queue and not taken up yet. */
  offers: Table<true>
  waits: Table<Wait>
  messages: Table<Message>
  /** Agent id → ids of messages it has not seen. */
  unreadOf: MultiTable
  /** Ids of requests for help that are not closed. */
  openHelp: Table<true>
  /** Agent id → ids of the last messages it sent, oldest first: identical ones within ten minutes are one. */
  sentBy: Table<readonly string[]>
  decisions: Table<Decision>
  tasks: Table<Task>
  /** Agent id → ids of tasks not closed that it works on, or else is meant to. */
  tasksOf: MultiTable
  errors: Table<ErrorRecord>
  /** Agent id → ids of its errors that are not resolved. */
  errorsOf: MultiTable
  /** Agent id → its last checkpoint. */
  checkpoints: Table<Checkpoint>
  /** Agent id → how its process was started and is kept, where Muster did. */
  deployments: Table<Deployment>
  /** Files that agents, by id, have unsaved changes of, as they name them; only where there are some. */
  unsaved: Table<readonly string[]>
  /** Agent id → the last lines of its work log, oldest first. */
  workLogs: Table<readonly WorkLine[]>
  deliverables: Table<Deliverable>
  /** Agent id → its last daily summary. */
  summaries: Table<DailySummary>
  /** What is to be reached; one record at most. */
  plan: Table<Plan>
  /** Next numbers of ids, by kind. */
  counters: Table<number>
  /** Connection → highest counter applied. */
  marks: Table<number>
  /** Who owns a ring of keys → the keys in it, oldest first. */
  rings: Table<readonly string[]>
  /** Idempotency key → number of the commit it was applied in; see state/keys.ts for how many are kept. */
  outcomes: Table<number>
}

export function createState(): State {
  return {
    agents: new Table(),
    seen: new Table(),
    worked: new Table(),
    sessions: new Table(),
    heard: new Table(),
    sessionsOf: new MultiTable(),
    claims: new Table(),
    claimsAt: new MultiTable(),
    claimsBelow: new MultiTable(),
    offers: new Table(),
    claimsOf: new MultiTable(),
    waits: new Table(),
    messages: new Table(),
    unreadOf: new MultiTable(),
    openHelp: new Table(),
    sentBy: new Table(),
    decisions: new Table(),
    tasks: new Table(),
    tasksOf: new MultiTable(),
    errors: new Table(),
    errorsOf: new MultiTable(),
    checkpoints: new Table(),
    deployments: new Table(),
    unsaved: new Table(),
    workLogs: new Table(),
    deliverables: new Table(),
    summaries: new Table(),
    plan: new Table(),
    counters: new Table(),
    marks: new Table(),
    rings: new Table(),
    outcomes: new Table(),
  }
}

/** A state that reads through to `state` and keeps its changes to itself. */
export function draftOf(state: State): State {
  const tables = Object.entries(state) as [keyof State, State[keyof State]][]
  return Object.fromEntries(tables.map(([name, table]) => [name, table.overlay()])) as unknown as State
}
