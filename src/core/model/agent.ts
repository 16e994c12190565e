import * as z from 'zod'
import type { Stamp } from '../ledger/port.js'
import type { AgentIdentity, sessionFields } from './agentIdentity.js'
import { agentStatuses, type AgentStatus } from './words.js'

export { agentKinds, agentRoles, agentStatuses, type AgentKind, type AgentRole, type AgentStatus } from './words.js'
export { agentIdentity, processPlace, sessionFields, type AgentIdentity, type ProcessPlace } from './agentIdentity.js'

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
  /** Files with changes in an editor that are not saved; replaces the last list. Whoever claims one of them is told. One of another working tree than the agent's is named `tree//path`. */
  unsaved: z.array(z.string()).max(200).optional(),
  branch: z.string().optional(),
  /** Why it failed. */
  error: z.string().optional(),
})
export type AgentFields = z.infer<typeof agentFields>

export interface Agent extends AgentIdentity, AgentFields {
  id: string
  status: AgentStatus
  joined: Stamp
  /** Since when it has its status, and since when it is at work. */
  changed?: Stamp
  started?: Stamp
  /** Somebody began it anew after it had stopped: since when it was gone, when that was, and when it really went on. Until it is done. */
  resumed?: { gone: Stamp; begun: Stamp; wentOn?: Stamp }
  /** When a file said that it was seen last (ms since 1970), and the change that was taken in with. */
  written?: { seq: number; at: number } | undefined
  /** When the last process that spoke for it ended, or was found to have ended. */
  left?: Stamp
}

export interface Session extends z.infer<typeof sessionFields> {
  id: string
  agent: string
  opened: Stamp
  /** A reload is pending: not to be taken as dead until `ttl` ms after `stamp`. */
  detached?: { stamp: Stamp; ttl: number }
}
