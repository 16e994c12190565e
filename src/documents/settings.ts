import { join } from 'node:path'
import { DEFAULT_RUNS } from '../core/model/words.js'
import { ensureFolder, writeDurably } from '../runs/durable.js'
import { bytesOf } from './replace.js'
import type { DocumentSettings } from './types.js'

/* Settings of a folder's documents are in the folder: every process that writes them has to go by the same. */

/** What can be used of what is there; by hand, since schemas take long to load. */
function usable(value: unknown): DocumentSettings {
  const { agentFiles, runs, workspaces } = (typeof value === 'object' && value !== null ? value : {}) as Record<keyof DocumentSettings, unknown>
  const isFolder = typeof runs === 'string' && runs !== '' && !/^\/|(?:^|\/)\.\.(?:\/|$)/.test(runs)
  const globs = Array.isArray(workspaces) ? workspaces.filter((glob): glob is string => typeof glob === 'string' && glob !== '') : []
  return { agentFiles: agentFiles === true, runs: isFolder ? runs : DEFAULT_RUNS, workspaces: globs.slice(0, 100) }
}

export async function readSettings(folder: string): Promise<DocumentSettings> {
  const bytes = await bytesOf(fileOf(folder)).catch(() => undefined)
  try {
    return usable(JSON.parse(bytes?.toString('utf8') ?? '{}'))
  } catch {
    return usable({})
  }
}

/** @returns whether anything changed. @throws what the file system throws */
export async function changeSettings(folder: string, change: Partial<DocumentSettings>): Promise<boolean> {
  const before = await readSettings(folder)
  const after = usable({ ...before, ...change })
  if (JSON.stringify(after) === JSON.stringify(before)) return false
  await ensureFolder(join(folder, 'documents'))
  await writeDurably(fileOf(folder), `${JSON.stringify(after, null, 2)}\n`)
  return true
}

function fileOf(folder: string): string {
  return join(folder, 'documents', 'settings.json')
}
