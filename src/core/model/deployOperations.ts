import * as z from 'zod'
import type { AgentStatus } from './agent.js'
import type { DeploymentExit, DeploymentPhase } from './deployment.js'
import { lineInput, resourceInput, textInput, type Refusal } from './operations.js'
import { restartPolicies } from './words.js'

export type { DeploymentView } from './deployment.js'

/* Inputs and results of operations on agents whose processes Muster starts. Durations are minutes unless the name says otherwise. */

const name = z.string().min(1).max(200)
const part = z.string().max(100_000)

/** A program and its arguments, started without a shell. A list within it goes as a whole where one of its placeholders has no value. */
export const commandInput = z.array(z.union([part, z.array(part).min(1).max(100)])).min(1).max(1_000)
export type CommandTemplate = z.infer<typeof commandInput>

const deployFields = {
  /** Of the agent: a new one, or one that has no process now and goes on. */
  name,
  /** Which of the user's command templates; default: their only one. */
  template: name.optional(),
  brief: textInput.optional(),
  model: lineInput.optional(),
  role: z.enum(['lead', 'executor', 'guide', 'worker']).optional(),
  level: z.string().max(100).optional(),
  /** Agent it works under; default: the caller. */
  parent: name.optional(),
  /** Part of the pool it counts in: `claude`, `codex`, `gemini` or a word of your own. Default: told by the program. */
  kind: z.string().min(1).max(40).optional(),
  /** Files, folders and patterns it may work on; refused where they overlap with those of another that runs. */
  scopes: z.array(resourceInput).max(200).optional(),
  /** It reports and locks nothing. */
  readOnly: z.boolean().optional(),
  restart: z.enum(restartPolicies).optional(),
  maxRestarts: z.number().int().min(0).max(1_000).optional(),
  /** Minutes from its first start after which it is stopped. */
  budgetMinutes: z.number().positive().max(525_600).optional(),
  estimatedMinutes: z.number().nonnegative().optional(),
  /** Percent of a worker's capacity it is given. */
  load: z.number().min(0).max(100).optional(),
  metadata: z.record(z.string().max(200), z.union([z.string().max(10_000), z.number(), z.boolean(), z.null()])).optional(),
}

/** What may come from anybody: a template by its name, never a command. */
export const deployRequest = z.strictObject(deployFields)

export const deployInput = z.strictObject({
  ...deployFields,
  /** Instead of a template. */
  command: commandInput.optional(),
  /** Where it runs; default: the root of the caller's working tree. */
  cwd: z.string().max(4_096).optional(),
  /** Added to its environment. Kept in the file of its user's, like the command. */
  env: z.record(z.string().max(200), z.string().max(100_000)).optional(),
  /** Default true. */
  background: z.boolean().optional(),
})
export type DeployInput = z.input<typeof deployInput>

/** `pid`: of its process, where it has started. `state`: file that tells how it is. `warnings`: what could not be written. `run`: what to run in a terminal, where it is to be in one. */
export type DeployResult =
  | { ok: true; agent: string; status: AgentStatus; number: number; pid?: number; keeper?: number; state: string; startedAt?: string; warnings: string[]; run?: string[] }
  | DeployRefusal
export type DeployRefusal = Refusal & {
  reason: 'AGENT_IN_USE' | 'NOT_AN_AGENT' | 'CYCLE' | 'KIND_OFF' | 'SCOPE_TAKEN' | 'NO_TEMPLATE' | 'START_FAILED'
  /** Agent id of whose scope it is. */
  heldBy?: string
  warnings?: string[]
}

/** `pending`: asked, and its keeper, which cannot be waited for from here, has to do it. `left`: its process was gone; what that had left running, and is ended now, by pid. */
export type StopResult =
  | { ok: true; agent: string; status: AgentStatus; phase: DeploymentPhase; pending?: true; left?: number[]; exit?: DeploymentExit }
  | (Refusal & { reason: 'NOT_FOUND' | 'NOT_DEPLOYED' | 'NOT_RUNNING' | 'PERSON_ONLY' })
export type RestartResult = DeployResult | (Refusal & { reason: 'NOT_FOUND' | 'NOT_DEPLOYED' | 'PERSON_ONLY' | 'NO_COMMAND' })
/** `lines`: the last ones. `file`: where all of it is. */
export type AgentLogResult = { ok: true; agent: string; file: string; lines: string[] } | (Refusal & { reason: 'NOT_FOUND' | 'NOT_DEPLOYED' | 'NO_LOG' })
