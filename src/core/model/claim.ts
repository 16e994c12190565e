import * as z from 'zod'
import type { Stamp } from '../ledger/port.js'
import type { ProcessPlace } from './agent.js'
import type { Resource } from './resource.js'
import { claimModes, type ClaimMode, type Priority } from './words.js'

export { claimModes, priorities, claimEnds, type ClaimMode, type Priority, type ClaimEnd } from './words.js'

/** A lease on a resource. Shown to people as a lock. */
export interface Claim {
  id: string
  resource: Resource
  /** Agent id. */
  holder: string
  mode: ClaimMode
  /** Sequence number of the granting commit: grows with every grant, never repeats (fencing token). */
  token: number
  /** Later tokens its holder was given for this and others together; the last few. */
  alsoUnder?: readonly number[]
  /** Held by a process that stays (its death ends the claim), not by a command that came and went. */
  attached: boolean
  /** Milliseconds from the last renewal. */
  ttl: number
  granted: Stamp
  /** Last renewal of this claim itself; work of its holder renews it as well. */
  renewed: Stamp
  /** Agent that doubted the holder, and when. */
  challenge?: { by: string; stamp: Stamp }
  estimatedMinutes?: number
  progress?: number
  /** What the holder last said about it. */
  message?: string
  note?: string
  branch?: string
}

/** Somebody waiting for resources held by others; granted all at once or not at all. */
export interface Wait {
  id: string
  agent: string
  resources: readonly Resource[]
  mode: ClaimMode
  priority: Priority
  attached: boolean
  /** Milliseconds: of the claims once granted, and of the waiting itself without a sign of life. */
  ttl: number
  since: Stamp
  /** Last sign of the process that stands by, where there is one. */
  renewed: Stamp
  /** A process stands by and renews its place within this many ms; undefined: the agent's own signs of life count. */
  patience?: number
  /** The process that stands by: nothing is granted to it once it has ended. */
  process?: ProcessPlace
  estimatedMinutes?: number
  note?: string
  branch?: string
}

export const grantFields = z.object({
  mode: z.enum(claimModes),
  attached: z.boolean(),
  ttl: z.number().positive(),
  estimatedMinutes: z.number().optional(),
  note: z.string().optional(),
  branch: z.string().optional(),
})
export type GrantFields = z.infer<typeof grantFields>
