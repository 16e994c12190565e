import * as z from 'zod'
import { resourceInput } from './operations.js'
import { DEFAULT_RUNS, retentionProfiles, type RetentionProfile } from './words.js'

/* Inputs and results of cleaning up what is over. */

export const cleanUpOptions = z.strictObject({
  /** Days that what is over is kept; fractions allowed. Default: those of the profile. */
  keepDays: z.number().min(0).max(36_500).optional(),
  /** See {@link retentionProfiles}. */
  profile: z.enum(retentionProfiles).default('default'),
  /** The folder that runs are in. */
  runs: resourceInput.default(DEFAULT_RUNS),
  dryRun: z.boolean().default(false),
})
export type CleanUpOptions = z.input<typeof cleanUpOptions>

/**
 * Files that are cleaned: of supervised agents that are not on the lists any more (logs, command, state), saves of windows
 * but the newest of each, what runs that are over have printed, requests for agents that were answered.
 */
export const fileKinds = ['agents', 'saves', 'runs', 'requests'] as const
export type FileKind = (typeof fileKinds)[number]

/** `count` files that take up `bytes`. */
export interface CleanedFiles {
  count: number
  bytes: number
}

export interface CleanUpResult {
  ok: true
  dryRun: boolean
  profile: RetentionProfile
  /** Absent where everything is kept for ever. */
  keepDays?: number
  /** Number of records. */
  total: number
  /** Ids. */
  removed: { agents: string[]; messages: string[]; tasks: string[]; errors: string[]; deliverables: string[] }
  files: Record<FileKind, CleanedFiles>
  /** The files are not removed: they are compressed in `.muster/archive/`. */
  archived: boolean
  /** Finished agents that stay since they left changes nobody has committed. */
  kept: string[]
  /** What could not be done, in words. */
  warnings: string[]
}
