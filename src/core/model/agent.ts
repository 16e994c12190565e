import * as z from 'zod'
import type { Stamp } from '../ledger/port.js'
import { agentKinds, agentRoles, agentStatuses, type AgentStatus } from './words.js'

export { agentKinds, agentRoles, agentStatuses, type AgentKind, type AgentRole, type AgentStatus } from './words.js'

/** What an agent says about itself and its work; every field can be set by a check-in or `setAgent`. */
export const agentFields = z.object({
  status: z.enum(agentStatuses).optional(),
  /** Percent, 0 to 100. */
  progress: z.number().min(0, 'a percentage from 0 to 100, please').max(100, 'a percentage from 0 to 100, please').optional(),
  message: z.string().optional(),
  currentTask: z.string().optional(),
  nextTask: z.string().optional(),
  blocker: z.string().optional(),
  waitingFor: z.array(z.string()).optional(),
  /** ISO 8601 date and time. */
  eta: z.string().optional(),
  lastTest: z.string().optional(),
  filesModified: z.array(z.string()).optional(),
  /** Files with changes in an editor that are not saved; replaces the last list. Whoever claims one of them is told. */
  unsaved: z.array(z.string()).max(200).optional(),
  branch: z.string().optional(),
  /** Why it failed. */
  error: z.string().optional(),
})
export type AgentFields = z.infer<typeof agentFields>

/** What identifies an agent; set when it joins. */
export const agentIdentity = z.object({
  name: z.string(),
  kind: z.enum(agentKinds),
  role: z.enum(agentRoles).optional(),
  level: z.string().optional(),
  /** Agent id of the one it works under: the window's person, or the agent that started it. */
  parent: z.string().optional(),
  client: z.string().optional(),
  model: z.string().optional(),
  brief: z.string().optional(),
  /** Key of the workspace whose windows may take this identity up again; set for windows only. */
  workspace: z.string().optional(),
  /** The client's conversation it is, or the process of its program; set where no name was given. */
  conversation: z.string().optional(),
  /** Working tree it works in, as in Resource. */
  tree: z.string().optional(),
  /** How long its work was expected to take. */
  estimatedMinutes: z.number().optional(),
  /** Percent of a worker's capacity it was given. */
  load: z.number().optional(),
  /** Anything whoever started it wants to know again. */
  metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
})
export type AgentIdentity = z.infer<typeof agentIdentity>

export interface Agent extends AgentIdentity, AgentFields {
  id: string
  status: AgentStatus
  joined: Stamp
  /** Since when it has its status, and since when it is at work. */
  changed?: Stamp
  started?: Stamp
  /** When somebody went on for it after it had stopped; until it is done. */
  resumed?: Stamp
  /** When the last process that spoke for it ended, or was found to have ended. */
  left?: Stamp
}

/** Which process, and where; enough to find out whether it has ended. */
export const processPlace = z.object({
  pid: z.number().int(),
  /** Start time of the process in the operating system's own unit; with pid and boot it names one process. */
  start: z.string(),
  boot: z.string(),
  machine: z.string(),
})
export type ProcessPlace = z.infer<typeof processPlace>

/** One process speaking for an agent for as long as it lives (an attached connection). */
export const sessionFields = processPlace.extend({
  host: z.string(),
  client: z.string(),
  /** Milliseconds without any sign of life after which the connection counts as overdue. */
  ttl: z.number(),
})

export interface Session extends z.infer<typeof sessionFields> {
  id: string
  agent: string
  opened: Stamp
  /** A reload is pending: not to be taken as dead until `ttl` ms after `stamp`. */
  detached?: { stamp: Stamp; ttl: number }
}
