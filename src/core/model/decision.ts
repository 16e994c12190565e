import * as z from 'zod'
import type { Stamp } from '../ledger/port.js'

export const impacts = ['low', 'medium', 'high'] as const

export const decisionStatuses = ['proposed', 'approved', 'rejected', 'implemented', 'superseded'] as const
export type DecisionStatus = (typeof decisionStatuses)[number]

export const decisionFields = z.object({
  category: z.string(),
  title: z.string(),
  context: z.string(),
  decision: z.string(),
  alternatives: z.array(z.string()),
  consequences: z.array(z.string()),
  impact: z.enum(impacts),
})
export type DecisionFields = z.infer<typeof decisionFields>

export interface Decision extends DecisionFields {
  /** `D-<number>`. */
  id: string
  number: number
  proposer: string
  status: DecisionStatus
  proposed: Stamp
  review?: { by: string; note: string; stamp: Stamp }
  implemented?: { by: string; stamp: Stamp }
  /** `replacement`: id of the decision that stands in its place. */
  superseded?: { by: string; replacement: string; stamp: Stamp }
}
