import * as z from 'zod'
import { agentKinds, agentRoles } from './words.js'

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
