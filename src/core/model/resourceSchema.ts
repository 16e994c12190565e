import * as z from 'zod'
import type { Resource } from './resource.js'

/** Of a resource, as it stands in the records. */
export const resourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['file', 'folder', 'glob']), tree: z.string(), path: z.string(), fold: z.string().optional() }),
  z.object({ kind: z.literal('symbol'), tree: z.string(), path: z.string(), fold: z.string().optional(), symbol: z.string() }),
  /** `name:build` or `port:3000`: one for the whole repository, in no working tree. */
  z.object({ kind: z.literal('name'), name: z.string() }),
]) satisfies z.ZodType<Resource>
