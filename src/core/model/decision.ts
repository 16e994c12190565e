import * as z from 'zod'
import type { Stamp } from '../ledger/port.js'
import { impacts, type DecisionStatus } from './words.js'

export { impacts, decisionStatuses, type DecisionStatus } from './words.js'

export const decisionFields = z.object({
  category: z.string(),
  title: z.string(),
  context: z.string(),
  decision: z.string(),
  alternatives: z.array(z.string()),
  consequences: z.array(z.string()),
  impact: z.enum(impacts),
  /** What it is about, as people write it: files, folders, names. */
  resources: z.array(z.string()).optional(),
})
export type DecisionFields = z.infer<typeof decisionFields>

export interface Decision extends DecisionFields {
  /** `D-<number>`. */
  id: string
  number: number
  proposer: string
  status: DecisionStatus
  proposed: Stamp
  /** The texts are not here, or only their beginning; the commit of `proposed` has them. */
  cut?: true
  /** When a slip in its texts was put right, for the last time. */
  corrected?: Stamp
  review?: { by: string; note: string; stamp: Stamp }
  /** `commits`: ids of git, abbreviated or whole; `resources`: what was changed for it. */
  implemented?: { by: string; stamp: Stamp; commits?: readonly string[]; resources?: readonly string[] }
  /** `replacement`: id of the decision that stands in its place. */
  superseded?: { by: string; replacement: string; stamp: Stamp }
}
