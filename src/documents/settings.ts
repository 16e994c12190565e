import { join } from 'node:path'
import * as z from 'zod'
import { DEFAULT_RUNS } from '../core/model/words.js'
import { ensureFolder, writeDurably } from '../runs/durable.js'
import { bytesOf } from './replace.js'
import type { DocumentSettings } from './types.js'

/* Settings of a folder's documents are in the folder: every process that writes them has to go by the same. */

const schema = z.object({
  agentFiles: z.boolean().catch(false),
  runs: z.string().min(1).max(1_000).regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))/).catch(DEFAULT_RUNS),
  workspaces: z.array(z.string().min(1).max(1_000)).max(100).catch([]),
})

export async function readSettings(folder: string): Promise<DocumentSettings> {
  const bytes = await bytesOf(fileOf(folder)).catch(() => undefined)
  try {
    return schema.parse(JSON.parse(bytes?.toString('utf8') ?? '{}'))
  } catch {
    return schema.parse({})
  }
}

/** @returns whether anything changed. @throws what the file system throws */
export async function changeSettings(folder: string, change: Partial<DocumentSettings>): Promise<boolean> {
  const before = await readSettings(folder)
  const after = schema.parse({ ...before, ...change })
  if (JSON.stringify(after) === JSON.stringify(before)) return false
  await ensureFolder(join(folder, 'documents'))
  await writeDurably(fileOf(folder), `${JSON.stringify(after, null, 2)}\n`)
  return true
}

function fileOf(folder: string): string {
  return join(folder, 'documents', 'settings.json')
}
