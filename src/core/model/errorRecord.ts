import * as z from 'zod'
import type { Stamp } from '../ledger/port.js'
import { errorKinds, severities } from './words.js'

export const errorFields = z.object({
  kind: z.enum(errorKinds),
  message: z.string(),
  severity: z.enum(severities),
  stack: z.string().optional(),
  /** As people write it, from the root of the working tree. */
  resource: z.string().optional(),
})
export type ErrorFields = z.infer<typeof errorFields>

/** Something that went wrong for an agent; the same again while it is open is counted, not listed anew. */
export interface ErrorRecord extends ErrorFields {
  /** `E-<number>`. */
  id: string
  number: number
  agent: string
  count: number
  first: Stamp
  last: Stamp
  resolved?: { by: string; text: string; stamp: Stamp }
}
