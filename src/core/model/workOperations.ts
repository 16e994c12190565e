import * as z from 'zod'
import { priorities } from './claim.js'
import type { ErrorRecord } from './errorRecord.js'
import { lineInput, resourceInput, textInput, type LostRefusal, type Refusal } from './operations.js'
import type { Checkpoint, DailySummary, Deliverable } from './report.js'
import type { Task } from './task.js'
import { errorKinds, severities, taskPriorities, taskStatuses, verdicts, type ErrorStatus, type IntegrationVerdict, type TaskStatus } from './words.js'

/* Inputs and results of operations on work itself: tasks, errors, hand-offs, and what agents say about what they did. */

/** Text, or a list of texts that become its lines. */
const linesInput = z.union([textInput, z.array(textInput).max(1_000)]).transform((value) => (typeof value === 'string' ? value : value.join('\n')))
const idText = z.string().min(1).max(200)

export const taskInput = z.strictObject({
  title: lineInput.min(1),
  resources: z.array(resourceInput).max(500).default([]),
  priority: z.enum(taskPriorities).default('P1'),
  /** Name or id of an agent; it need not be here yet. */
  assignee: z.string().max(200).optional(),
  phase: lineInput.optional(),
  /** Ids of tasks that have to be over before. */
  dependsOn: z.array(idText).max(500).default([]),
  acceptance: z.array(lineInput).max(100).default([]),
})
export type TaskInput = z.input<typeof taskInput>

export const taskChange = z.strictObject({
  title: taskInput.shape.title.optional(),
  resources: z.array(resourceInput).max(500).optional(),
  priority: z.enum(taskPriorities).optional(),
  /** '' for nobody in particular. */
  assignee: z.string().max(200).optional(),
  phase: lineInput.optional(),
  dependsOn: z.array(idText).max(500).optional(),
  acceptance: z.array(lineInput).max(100).optional(),
  /** `open` gives a started task back; `cancelled` ends it undone. */
  status: z.enum(['open', 'cancelled']).optional(),
  note: textInput.default(''),
})
export type TaskChange = z.input<typeof taskChange>

export const taskFilter = z.strictObject({
  status: z.enum(taskStatuses).optional(),
  phase: z.string().optional(),
  /** Only those I work on or am meant to. */
  mine: z.boolean().optional(),
})
export type TaskFilter = z.input<typeof taskFilter>

export interface TaskView extends Omit<Task, 'added' | 'started' | 'closed'> {
  addedByName: string
  assigneeName?: string
  workerName?: string
  mine: boolean
  addedAt: string
  startedAt?: string
  closed?: { by: string; byName: string; note: string; at: string }
  /** Ids of tasks that have to be over first. */
  blockedBy: string[]
}

export type TaskResult =
  | { ok: true; id: string; number: number; status: TaskStatus; task?: TaskView }
  | (Refusal & { reason: 'NOT_FOUND' | 'WRONG_STATUS' | 'CYCLE' | 'BLOCKED' | 'STARTED' | 'ASSIGNED' | 'NOT_STARTED' | 'SCOPE_TAKEN'; id?: string; heldBy?: string; worker?: string; blockedBy?: string[] })
export type NextTaskResult = { ok: true; task: TaskView } | (Refusal & { reason: 'NONE'; open: number })

export const errorInput = z.strictObject({
  kind: z.enum(errorKinds).default('other'),
  message: textInput.min(1),
  severity: z.enum(severities).default('medium'),
  stack: z.string().max(50_000).optional(),
  resource: resourceInput.optional(),
})
export type ErrorInput = z.input<typeof errorInput>

export const errorFilter = z.strictObject({
  agent: z.string().optional(),
  kind: z.enum(errorKinds).optional(),
  severity: z.enum(severities).optional(),
  status: z.enum(['open', 'resolved']).optional(),
})
export type ErrorFilter = z.input<typeof errorFilter>

export interface ErrorView extends Omit<ErrorRecord, 'first' | 'last' | 'resolved'> {
  agentName: string
  status: ErrorStatus
  firstAt: string
  lastAt: string
  resolved?: { by: string; byName: string; text: string; at: string }
}

/** `count`: how often it was logged since it is open. */
export type LogErrorResult = { ok: true; id: string; number: number; count: number }
export type ResolveErrorResult = { ok: true; id: string; status: ErrorStatus } | (Refusal & { reason: 'NOT_FOUND' | 'WRONG_STATUS' })

export const checkpointInput = z.strictObject({
  done: linesInput.default(''),
  next: linesInput.default(''),
  files: z.array(resourceInput).max(1_000).default([]),
  verify: linesInput.default(''),
  notes: linesInput.default(''),
})
export type CheckpointInput = z.input<typeof checkpointInput>

export interface CheckpointView extends Omit<Checkpoint, 'saved'> {
  savedAt: string
}

export const checkpointFilter = z.strictObject({
  /** Name or id; default: the caller. */
  agent: z.string().min(1).max(200).optional(),
  limit: z.number().int().min(1).max(1_000).default(20),
})
export type CheckpointFilter = z.input<typeof checkpointFilter>

export type SavedResult = { ok: true; agent: string; at: string }

const fileInput = z.union([resourceInput, z.strictObject({ path: resourceInput, size: z.number().int().nonnegative().optional(), purpose: lineInput.optional() })])

export const deliverableInput = z.strictObject({
  title: lineInput.default(''),
  /** Paths, or paths with size in bytes and purpose; the size is looked up where it is not given. */
  files: z.array(fileInput).max(1_000).transform((files) => files.map((file) => (typeof file === 'string' ? { path: file } : file))).default([]),
  endpoints: z.array(lineInput).max(1_000).default([]),
  /** Tests that pass, with what they show. */
  tests: z.array(lineInput).max(1_000).default([]),
  integrationReady: z.boolean().default(false),
  notes: textInput.default(''),
  /** Id of the task it belongs to. */
  task: idText.optional(),
})
export type DeliverableInput = z.input<typeof deliverableInput>
export const integrationVerdict = z.enum(verdicts)

export interface DeliverableView extends Omit<Deliverable, 'delivered' | 'integration'> {
  agentName: string
  deliveredAt: string
  integration?: { verdict: IntegrationVerdict; by: string; byName: string; note: string; at: string }
}

export type DeliverResult = { ok: true; id: string; number: number } | (Refusal & { reason: 'NOT_FOUND' })
export type IntegrateResult = { ok: true; id: string; verdict: IntegrationVerdict } | (Refusal & { reason: 'NOT_FOUND' | 'OWN_DELIVERABLE' })

const metricsInput = z.union([linesInput, z.record(z.string().max(200), z.union([z.string().max(2_000), z.number(), z.boolean()])).transform((metrics) => Object.entries(metrics).map(([name, value]) => `${name}: ${value}`).join('\n'))])

export const summaryInput = z.strictObject({
  /** Of the day or session; default: one more than the last. */
  number: z.number().int().nonnegative().optional(),
  completed: linesInput.default(''),
  next: linesInput.default(''),
  messages: linesInput.default(''),
  blockers: linesInput.default(''),
  metrics: metricsInput.default(''),
})
export type SummaryInput = z.input<typeof summaryInput>

export interface SummaryView extends Omit<DailySummary, 'written'> {
  writtenAt: string
}

export type SummaryResult = { ok: true; agent: string; number: number; at: string }

export const handOffInput = z.strictObject({
  /** Name or id of an agent that is known here. */
  to: z.string().min(1).max(200),
  /** For persons: an agent that is gone, whose work this is; default: the caller. Its part is over then. */
  from: z.string().min(1).max(200).optional(),
  /** Locks of mine. Where neither locks nor tasks are named, all of both. */
  claims: z.array(resourceInput).max(500).optional(),
  tasks: z.array(idText).max(500).optional(),
  message: textInput.default(''),
  priority: z.enum(priorities).default('high'),
})
export type HandOffInput = z.input<typeof handOffInput>

/** `id`: of the message that tells the receiver. Tokens are those of the receiver; the old ones are refused. */
export type HandOffResult =
  | { ok: true; id: string; to: string; claims: { resource: string; token: number; expiresAt: string }[]; tasks: string[]; checkpoint: boolean }
  | LostRefusal
  | (Refusal & { reason: 'NOT_FOUND' | 'NOTHING' | 'NOT_YOURS' | 'HELD' | 'DEADLOCK' | 'PERSON_ONLY' | 'IN_USE' })
