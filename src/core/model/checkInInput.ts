import * as z from 'zod'
import { agentFields } from './agent.js'
import { minutesInput } from './input.js'

export const checkInOptions = agentFields.omit({ error: true }).extend({
  /** Fencing token from the claim: refused when somebody else has taken over since. */
  token: z.number().int().optional(),
  minutes: minutesInput.optional(),
}).strict()
export type CheckInOptions = z.input<typeof checkInOptions>
