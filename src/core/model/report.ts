import * as z from 'zod'
import type { Stamp } from '../ledger/port.js'
import { type IntegrationVerdict } from './words.js'

/** An agent's own note on how to go on, for whoever does. */
export const checkpointFields = z.object({
  done: z.string(),
  next: z.string(),
  files: z.array(z.string()),
  /** How to see that it works. */
  verify: z.string(),
  notes: z.string(),
})
export type CheckpointFields = z.infer<typeof checkpointFields>

export interface Checkpoint extends CheckpointFields {
  saved: Stamp
  /** Agent id of the one it was handed on by; its own otherwise. */
  from?: string
}

export interface WorkLine {
  text: string
  stamp: Stamp
}

export const deliverableFields = z.object({
  title: z.string(),
  /** `size` in bytes. */
  files: z.array(z.object({ path: z.string(), size: z.number().optional(), purpose: z.string().optional() })),
  endpoints: z.array(z.string()),
  tests: z.array(z.string()),
  integrationReady: z.boolean(),
  notes: z.string(),
  /** Id of the task it belongs to. */
  task: z.string().optional(),
})
export type DeliverableFields = z.infer<typeof deliverableFields>

/** Something an agent made for others to take over. */
export interface Deliverable extends DeliverableFields {
  /** `V-<number>`. */
  id: string
  number: number
  agent: string
  delivered: Stamp
  integration?: { verdict: IntegrationVerdict; by: string; note: string; stamp: Stamp }
}

export const summaryFields = z.object({
  /** Of the day or session, counted by the agent. */
  number: z.number().int(),
  completed: z.string(),
  next: z.string(),
  messages: z.string(),
  blockers: z.string(),
  metrics: z.string(),
})
export type SummaryFields = z.infer<typeof summaryFields>

export interface DailySummary extends SummaryFields {
  written: Stamp
}
