import * as z from 'zod'
import { agentFields, agentKinds, agentRoles, type AgentStatus } from './agent.js'
import { lineInput, textInput, type AgentView, type ClaimView, type Refusal, type StatusRefusal } from './operations.js'
import type { CheckpointView, TaskView } from './workOperations.js'

/* Inputs and results of operations on agents as such, and on recovery. */

export const agentInput = z.strictObject({
  ...agentFields.shape,
  /** Name or id; default: the caller. */
  id: z.string().min(1).max(200).optional(),
  name: z.string().min(1).max(200).optional(),
  kind: z.enum(agentKinds).optional(),
  role: z.enum(agentRoles).optional(),
  level: z.string().max(100).optional(),
  /** Agent it works under. */
  parent: z.string().max(200).optional(),
  client: lineInput.optional(),
  model: lineInput.optional(),
  brief: textInput.optional(),
  estimatedMinutes: z.number().nonnegative().optional(),
  load: z.number().min(0).max(100).optional(),
  metadata: z.record(z.string().max(200), z.union([z.string().max(10_000), z.number(), z.boolean(), z.null()])).optional(),
})
export type AgentInput = z.input<typeof agentInput>

export type AgentResult =
  | { ok: true; agent: string; status: AgentStatus }
  | StatusRefusal
  | (Refusal & { reason: 'NOT_FOUND' | 'PERSON_ONLY' | 'CYCLE' })
export type RemoveAgentResult =
  | { ok: true; agent: string; tasks: string[] }
  | (Refusal & { reason: 'NOT_FOUND' | 'PERSON_ONLY' | 'IN_USE' | 'HOLDS'; claims?: string[] })

/** What is to be done about an agent that stopped: by its status. */
export type RecoveryStep = 'integrate' | 'resume' | 'unblock' | 'restart'

export interface RecoveryAgent extends AgentView {
  /** As it was set, else by its place below people: L1, L2 … */
  level: string
  step: RecoveryStep
  checkpoint?: CheckpointView
  /** With `details` only. */
  locks?: ClaimView[]
  /** With `details` only: files it held, named or changed that have changes nobody committed; absent where git cannot tell. */
  uncommitted?: string[]
  /** With `details` only: the last lines of its work log, oldest first. */
  lastWork?: { text: string; at: string }[]
}

/** `found`: resumed, cleared, or still waiting for somebody to decide. `resumed`: begun anew, and gone on with. `succeeded`: done after that. `meanMinutes`: from their end until they went on. */
export interface RecoveryCounts {
  found: number
  resumed: number
  succeeded: number
  cleared: number
  meanMinutes?: number
}

/** Agents that stopped before their work was done and left something to go on with. `gone`: all of them but those somebody has just begun anew. `atWork`: others that have not finished, and are there; one that is only registered and waits is not. `byCommands`: those of them that no process is known of, so that nothing but silence would tell that they ended. */
export interface RecoverySummary {
  ok: true
  total: number
  gone: number
  atWork: number
  byCommands: number
  byStatus: Partial<Record<AgentStatus, number>>
  byLevel: Record<string, number>
  incomplete: RecoveryAgent[]
  failed: RecoveryAgent[]
  /** Done, with deliverables that nobody has accepted or rejected. */
  notIntegrated: RecoveryAgent[]
  /** Since when the oldest of them is at work. */
  oldestAt?: string
  /** Since the records began. */
  recoveries: RecoveryCounts
}

/** `kept`: not cleared since they are at work. `released`: how many locks ended. */
export type ClearRecoveryResult =
  | { ok: true; cleared: string[]; kept: string[]; released: number; tasks: string[] }
  | (Refusal & { reason: 'PERSON_ONLY' | 'NOT_FOUND' | 'WRONG_STATUS' | 'IN_USE' })

/** What somebody who goes on for the agent needs. */
export type ResumeResult =
  | { ok: true; agent: AgentView; claims: ClaimView[]; tasks: TaskView[]; checkpoint?: CheckpointView; workLog: { text: string; at: string }[] }
  | (Refusal & { reason: 'NOT_FOUND' | 'WRONG_STATUS' | 'IN_USE' })

export const recoveryOptions = z.strictObject({
  /** Also what each holds, did last and left uncommitted. Asks git: takes its time. */
  details: z.boolean().default(false),
  /** Name or id: only this one. */
  agent: z.string().min(1).max(200).optional(),
})
export type RecoveryOptions = z.input<typeof recoveryOptions>
