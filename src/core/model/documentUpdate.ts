import * as z from 'zod'
import type { Refusal } from './operations.js'

export const updateOptions = z.strictObject({
  /** SHA-256, in hexadecimal, of the version the new text was made from; default: as it is when it is read. */
  base: z.string().regex(/^[0-9a-f]{64}$/i, 'the SHA-256 of the version it was made from, in hexadecimal').optional(),
  /** How long to wait for somebody else's lock on the file. Seconds. */
  waitSeconds: z.number().min(0).max(3_600).default(10),
  /** Where somebody else was first, the edit is made to what they wrote: for one that is as right there. It may be asked several times. */
  again: z.boolean().default(false),
})
export type UpdateOptions = z.input<typeof updateOptions>

/** `file` and `backup` are relative to the root of the working tree. `conflict`: its id among the errors. */
export type UpdateResult =
  | { ok: true; file: string; changed: boolean }
  | (Refusal & { reason: 'CONFLICT'; file: string; backup: string; conflict: string })
  | (Refusal & { reason: 'HELD'; file: string; backup: string; heldBy?: string; holderName?: string })

/** Two versions of a document that are still to be merged; a file of its own in the folder. */
export const mergeFields = z.object({
  version: z.literal(1),
  /** Absolute paths. */
  file: z.string(),
  backup: z.string(),
  agent: z.string(),
  at: z.string(),
  /** What both were made from; absent where that is not known. */
  base: z.string().optional(),
})
export type Merge = z.infer<typeof mergeFields>
