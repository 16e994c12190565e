import * as z from 'zod'
import { resourceInput, type Refusal } from './operations.js'
import { DEFAULT_RUNS, retentionProfiles, type FileKind, type RetentionProfile } from './words.js'

export type { FileKind } from './words.js'

/* Inputs and results of cleaning up what is over, and of commits of checkpoints. */

export const cleanUpOptions = z.strictObject({
  /** Days that what is over is kept; fractions allowed. Default: those of the profile. */
  keepDays: z.number().min(0).max(36_500).optional(),
  /** See {@link retentionProfiles}. */
  profile: z.enum(retentionProfiles).default('keep'),
  /** The folder that runs are in. */
  runs: resourceInput.default(DEFAULT_RUNS),
  dryRun: z.boolean().default(false),
})
/** `signal`: ends it between two steps; what is done by then stays done, and is told. */
export type CleanUpOptions = z.input<typeof cleanUpOptions> & { signal?: AbortSignal }

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
  /** It was ended by its signal: there is more. */
  stopped?: true
  /** What could not be done, in words. */
  warnings: string[]
}

/** `branch`: as people name it. `changed`: false where the branch had these files already. */
export type CommitCheckpointResult = { ok: true; agent: string; branch: string; commit: string; changed: boolean } | (Refusal & { reason: 'NOT_FOUND' | 'NO_GIT' })
