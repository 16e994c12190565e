import * as z from 'zod'
import type { OpenOptions } from './muster.js'
import { lineInput, textInput } from './model/operations.js'
import { agentKinds, agentRoles } from './model/words.js'

const name = z.string().min(1).max(200)
const path = z.string().min(1).max(4_096)
const duration = z.number().positive().max(60 * 60 * 24 * 365)

/** What callers give when they open a folder; all of it goes into the records or decides where they are. */
export const openOptions = z.strictObject({
  folder: path.optional(),
  ledger: path.optional(),
  agent: name.optional(),
  kind: z.enum(agentKinds).optional(),
  role: z.enum(agentRoles).optional(),
  level: z.string().max(100).optional(),
  parent: name.optional(),
  client: lineInput.optional(),
  model: lineInput.optional(),
  brief: textInput.optional(),
  root: path.optional(),
  attached: z.boolean().optional(),
  workspace: lineInput.optional(),
  window: name.optional(),
  conversation: lineInput.optional(),
  subagent: lineInput.optional(),
  process: z.number().int().positive().optional(),
  watch: z.boolean().optional(),
  readOnly: z.boolean().optional(),
  create: z.boolean().optional(),
  mode: z.literal('shared').optional(),
  examine: z.boolean().optional(),
  settings: z.strictObject({ leaseMinutes: duration, graceSeconds: duration, quietMinutes: duration, rescanSeconds: duration, durability: z.enum(['strict', 'relaxed']) }).partial().optional(),
}) satisfies z.ZodType<OpenOptions>
