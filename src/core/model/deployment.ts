import * as z from 'zod'
import type { Stamp } from '../ledger/port.js'
import { processPlace } from './agent.js'
import { resourceSchema } from './resourceSchema.js'
import { deploymentPhases, restartPolicies, type DeploymentPhase, type RestartPolicy } from './words.js'

export { deploymentPhases, restartPolicies, type DeploymentPhase, type RestartPolicy } from './words.js'

/** How an agent is to be run. Never the command itself, which may hold secrets: that is in a file of its user's. */
export const deploymentFields = z.object({
  /** Agent id of the one who deployed it. */
  by: z.string(),
  /** Name of the command template, where it has one. */
  template: z.string().optional(),
  /** Its output goes to a log; otherwise it runs in a terminal. */
  background: z.boolean(),
  /** Where it may work; nobody else's who may write may overlap. */
  scopes: z.array(resourceSchema),
  /** It reports and changes nothing. */
  readOnly: z.boolean(),
  restart: z.enum(restartPolicies),
  /** How many times it is started again without being asked. */
  maxRestarts: z.number().int().nonnegative(),
  /** Minutes from its first start after which it is stopped. */
  budgetMinutes: z.number().positive().optional(),
  /** Seconds it has to end after being asked to. */
  graceSeconds: z.number().nonnegative(),
  /** The part of the pool it counts in, how many of that may run at once, and how many of all. */
  pool: z.object({ kind: z.string(), size: z.number().int(), total: z.number().int() }),
})
export type DeploymentFields = z.infer<typeof deploymentFields>

/** A process with the name of its machine, for people. */
const hostedProcess = processPlace.extend({ host: z.string() })
export type HostedProcess = z.infer<typeof hostedProcess>

const deploymentExit = z.object({
  /** Exit code; null where a signal ended it, or nobody knows. */
  code: z.number().int().nullable(),
  signal: z.string().nullable(),
  /** False: nobody was there to see it end. */
  known: z.boolean(),
  /** Why, where that says more than the code. */
  reason: z.string().optional(),
  /** Last lines of its log. */
  tail: z.array(z.string()),
})
export type DeploymentExit = z.infer<typeof deploymentExit>

/** What its keeper says about it while it runs. */
export const deploymentChanges = z.object({
  phase: z.enum(deploymentPhases).optional(),
  keeper: hostedProcess.optional(),
  process: hostedProcess.optional(),
  restarts: z.number().int().nonnegative().optional(),
  exit: deploymentExit.optional(),
  /** Its last line of output. */
  lastLine: z.string().optional(),
  /** What its keeper could not do: a log that cannot be written. */
  warning: z.string().optional(),
})
export type DeploymentChanges = z.infer<typeof deploymentChanges>

/** An agent whose process Muster started. Its number is that of the commit that made it. */
export interface Deployment extends DeploymentFields, DeploymentChanges {
  agent: string
  made: Stamp
  phase: (typeof deploymentPhases)[number]
  restarts: number
  /** When its process was first there. */
  began?: Stamp
  /** When the process it has now, or had last, was there. */
  ran?: Stamp
  ended?: Stamp
  /** Last sign of its keeper. */
  heard: Stamp
  /** It is to end, or to begin again. */
  asked?: { by: string; what: 'stop' | 'restart'; reason: string; stamp: Stamp }
}

/** What is shown of an agent whose process Muster started. */
export interface DeploymentView {
  number: number
  phase: DeploymentPhase
  background: boolean
  template?: string
  kind: string
  readOnly: boolean
  scopes: string[]
  restart: RestartPolicy
  restarts: number
  maxRestarts: number
  budgetMinutes?: number
  by: string
  madeAt: string
  beganAt?: string
  /** Since when the process it has now, or had last, was there. */
  ranAt?: string
  endedAt?: string
  /** Whether somebody sees to it: its keeper runs, or cannot be asked from here. */
  kept: boolean
  /** It and its keeper were killed, and nobody has seen to that yet; `phase` and `exit` say so already. */
  lost?: true
  keeper?: HostedProcess
  process?: HostedProcess
  exit?: DeploymentExit
  lastLine?: string
  warning?: string
  asked?: { what: 'stop' | 'restart'; by: string; reason: string }
}
