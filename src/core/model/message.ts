import * as z from 'zod'
import type { Stamp } from '../ledger/port.js'
import { priorities } from './claim.js'
import { checkpointFields } from './report.js'
import { messageKinds, requestAnswers, type DeliveryStatus } from './words.js'

export { messageKinds, deliveryStatuses, requestAnswers, type MessageKind, type DeliveryStatus, type RequestAnswer } from './words.js'

/** What a message is about: what its sender named, or the claim by an act on which it was sent. */
const messageAbout = z.object({
  act: z.enum(['ask', 'answer', 'taken', 'forced', 'granted']).optional(),
  /** What the holder of a lock answered to an `ask`. */
  answer: z.enum(requestAnswers).optional(),
  claim: z.string().optional(),
  resource: z.string(),
  tree: z.string().optional(),
  token: z.number().optional(),
})

export const messageFields = z.object({
  from: z.string(),
  /** As addressed: an agent id, `role:<role>` or `all`. */
  to: z.string(),
  /** Agent ids it goes to, settled when it was sent. */
  recipients: z.array(z.string()),
  kind: z.enum(messageKinds),
  subject: z.string(),
  body: z.string(),
  priority: z.enum(priorities),
  /** Id of the first message of the conversation. */
  thread: z.string(),
  replyTo: z.string().optional(),
  deadlineMinutes: z.number().positive().optional(),
  checklist: z.array(z.string()).optional(),
  /** What the file it came in says about when it was written (ISO 8601). */
  writtenAt: z.string().optional(),
  about: messageAbout.optional(),
  /** What a hand-off passed on, with the giver's last checkpoint. */
  handed: z.object({ claims: z.array(z.object({ resource: z.string(), token: z.number() })), tasks: z.array(z.string()), checkpoint: checkpointFields.optional() }).optional(),
})
export type MessageFields = z.infer<typeof messageFields>

export interface Message extends MessageFields {
  id: string
  sent: Stamp
  delivery: Readonly<Record<string, { status: DeliveryStatus; stamp: Stamp }>>
  /** Only the beginning of the body is here; the commit of `sent` has all of it. */
  cut?: true
  /** Steps of the checklist that are done, counted from 1. */
  ticked?: Readonly<Record<number, { by: string; stamp: Stamp }>>
  /** Set when a request for help is over. */
  closed?: { by: string; stamp: Stamp }
}
