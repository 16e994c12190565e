import * as z from 'zod'
import type { Stamp } from '../ledger/port.js'

export const errorKinds = ['conflict', 'dependency', 'code_error', 'timeout', 'other'] as const
export type ErrorKind = (typeof errorKinds)[number]

export const severities = ['low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof severities)[number]

export const errorStatuses = ['open', 'resolved'] as const
export type ErrorStatus = (typeof errorStatuses)[number]

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
