import { lstatSync, readdirSync, type Stats } from 'node:fs'
import { basename, join } from 'node:path'
import { errnoOf } from '../errors.js'
import { agentIdOf } from '../model/agentId.js'
import type { RunView } from '../model/runs.js'
import type { FileKind } from '../model/words.js'
import type { Found } from '../saves/store.js'

export interface OldFile {
  /** Absolute. */
  path: string
  bytes: number
}

/** Files that go together, or not at all. */
export interface OldGroup {
  kind: FileKind
  /** Whose they are; names their place in the archive: no separators. */
  name: string
  files: OldFile[]
  /** Removed afterwards, where it is empty then. */
  home?: string
}

/** Files that Muster writes for an agent. Whatever else is in its folder is somebody else's, and stays. */
const AGENT_FILE = /^(log(\.\d+)?\.txt(\.tmp)?|keeper\.log|command\.json|prompt\.txt|status\.json|\.agent_(status|work_log|deliverables))$/
const RESPONSE = '_response.json'
/** What a run has printed. Its results, progress and marks are the run itself. */
const RUN_LOGS = ['output.txt', 'errors.txt']

/**
 * Files of agents that nobody knows any more, where none of them was changed since.
 * @param isForgotten whether the records have left an agent out
 * @param before ms since 1970
 */
export function agentFiles(folder: string, isForgotten: (id: string) => boolean, before: number): OldGroup[] {
  const groups = new Map<string, OldGroup>()
  const add = (id: string, path: string, home?: string): void => {
    const stats = fileAt(path)
    if (!stats || !isForgotten(id)) return
    const group = groups.get(id) ?? { kind: 'agents', name: id, files: [] }
    group.files.push({ path, bytes: stats.size })
    if (home !== undefined) group.home = home
    groups.set(id, group)
  }
  const agents = join(folder, 'agents')
  for (const id of namesIn(agents)) for (const name of namesIn(join(agents, id))) if (AGENT_FILE.test(name)) add(id, join(agents, id, name), join(agents, id))
  for (const name of namesIn(join(folder, 'state'))) if (name.endsWith('.json')) add(agentIdOf(name.slice(0, -'.json'.length)), join(folder, 'state', name))
  for (const name of namesIn(join(folder, 'responses'))) if (name.endsWith(RESPONSE)) add(agentIdOf(name.slice(0, -RESPONSE.length)), join(folder, 'responses', name))
  return [...groups.values()].filter(({ files }) => files.every(({ path }) => isOlder(path, before)))
}

/** Saves of windows but the newest of each, which is what a crash is recovered from. What cannot be read is left. @param found newest first */
export function oldSaves(found: readonly Found[], before: number): OldGroup[] {
  const newest = new Set<string>()
  return found.flatMap((one): OldGroup[] => {
    if (!('save' in one)) return []
    const stats = fileAt(one.path)
    const isNewest = !newest.has(one.window)
    newest.add(one.window)
    if (isNewest || !stats || Date.parse(one.save.savedAt) >= before) return []
    return [{ kind: 'saves', name: basename(join(one.path, '..')), files: [{ path: one.path, bytes: stats.size }] }]
  })
}

/** Logs of runs that came to their end, of those that failed only where nobody has to look into it any more. */
export function runLogs(root: string, runs: readonly RunView[], isLookedInto: (run: RunView) => boolean, before: number): OldGroup[] {
  return runs.flatMap((run): OldGroup[] => {
    const isOver = run.status === 'completed' || (run.status === 'failed' && run.resumeFrom === undefined && !isLookedInto(run))
    if (!isOver || run.locked || run.endedAt === undefined || Date.parse(run.endedAt) >= before) return []
    const logs = join(root, run.path, 'logs')
    if (!isFolder(logs) || !isFolder(join(root, run.path))) return []
    const files = RUN_LOGS.flatMap((name) => {
      const path = join(logs, name)
      const stats = fileAt(path)
      return stats && stats.size > 0 && isOlder(path, before) ? [{ path, bytes: stats.size }] : []
    })
    return files.length > 0 ? [{ kind: 'runs', name: run.run, files }] : []
  })
}

/** Requests that were answered. What could not be read stays until somebody has seen it. */
export function oldRequests(folder: string, before: number): OldGroup[] {
  const done = join(folder, 'requests', 'done')
  if (!isFolder(join(folder, 'requests'))) return []
  return namesIn(done).flatMap((name): OldGroup[] => {
    const path = join(done, name)
    const stats = name.endsWith('.json') ? fileAt(path) : undefined
    return stats && isOlder(path, before) ? [{ kind: 'requests', name: 'done', files: [{ path, bytes: stats.size }] }] : []
  })
}

/** Whether it is there as it was, and has not been changed since `before`. */
export function isOlder(path: string, before: number): boolean {
  const stats = fileAt(path)
  return stats !== undefined && stats.mtimeMs < before
}

/** A file of its own: no link, and under no second name. */
export function fileAt(path: string): Stats | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  return stats?.isFile() && stats.nlink === 1 ? stats : undefined
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

/** Links are not followed. */
function namesIn(folder: string): string[] {
  if (!isFolder(folder)) return []
  try {
    return readdirSync(folder)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}
