import * as z from 'zod'
import { lineInput, minutesInput } from './input.js'
import { claimModes, priorities } from './words.js'

export const claimOptions = z.strictObject({
  mode: z.enum(claimModes).default('exclusive'),
  /** Lease; default from the settings (30). */
  minutes: minutesInput.optional(),
  /** Expected work; shown as ETA. */
  estimatedMinutes: minutesInput.optional(),
  note: lineInput.optional(),
  /** Queue up when held by somebody else; granted as soon as it is free. */
  wait: z.boolean().default(false),
  /** How long to wait for the grant before answering `queued`; default: answer at once. */
  timeoutMinutes: minutesInput.optional(),
  /** With a timeout: stay in line for a minute after it, for a next call that goes on waiting. */
  keepPlace: z.boolean().default(false),
  priority: z.enum(priorities).default('normal'),
  /** Take a stale claim over; a living holder is asked first and has a grace period to answer. */
  takeOver: z.boolean().default(false),
  /** Over-broad globs; taking over a claim with uncommitted changes. */
  force: z.boolean().default(false),
})
/** `signal` ends the waiting; `key` makes a retry of the same call apply once, across restarts of the caller. */
export type ClaimOptions = z.input<typeof claimOptions> & { signal?: AbortSignal; key?: string }

export const releaseOptions = z.strictObject({ message: lineInput.optional(), token: z.number().int().optional() })
export type ReleaseOptions = z.input<typeof releaseOptions>

/** Names a lock as the records do, `tree` and `resource` as a list of locks has them, whatever is on disk: a working tree may be gone. */
export interface LockPlace {
  tree?: string | undefined
}
