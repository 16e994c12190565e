import { join } from 'node:path'
import type { RunView } from '../model/runs.js'
import type { CleanedFiles } from '../model/upkeep.js'
import { fileKinds, type FileKind } from '../model/words.js'
import type { Found } from '../saves/store.js'
import { trackedFiles } from '../system/git.js'
import { agentFiles, oldRequests, oldSaves, runLogs, type OldGroup } from './oldFiles.js'
import { removeGroup } from './removal.js'

/** What is known of files, to tell which are over. */
export interface FileFacts {
  /** The `.muster` folder, and the root of the working tree. */
  folder: string
  root: string
  /** ms since 1970; what was changed since stays. */
  before: number
  saves: readonly Found[]
  runs: readonly RunView[]
  /** Whether the records know an agent no more. */
  isForgotten(agent: string): boolean
  /** Whether an error of a run is open. */
  isLookedInto(run: RunView): boolean
}

export type Cleaned = { files: Record<FileKind, CleanedFiles>; warnings: string[] }

/** Files that are over and old. Logs of runs that are under version control are their repository's. */
export async function findOld(facts: FileFacts): Promise<{ groups: OldGroup[]; warnings: string[] }> {
  const { folder, root, before } = facts
  const logs = runLogs(root, facts.runs, facts.isLookedInto, before)
  const tracked = await trackedFiles(root, logs.flatMap(({ files }) => files.map(({ path }) => path)))
  const mine = tracked === 'unknown' ? [] : logs.map((group) => ({ ...group, files: group.files.filter(({ path }) => !tracked.has(path)) })).filter(({ files }) => files.length > 0)
  return {
    groups: [...agentFiles(folder, facts.isForgotten, before), ...oldSaves(facts.saves, before), ...mine, ...oldRequests(folder, before)],
    warnings: tracked === 'unknown' ? ['Logs of runs stay: git cannot tell which of them are committed.'] : [],
  }
}

/** How much there is of each kind. */
export function totalsOf(groups: readonly OldGroup[]): Record<FileKind, CleanedFiles> {
  const totals = noFiles()
  for (const { kind, files } of groups) {
    totals[kind].count += files.length
    totals[kind].bytes += files.reduce((sum, { bytes }) => sum + bytes, 0)
  }
  return totals
}

/** Removes the files, or compresses them into `.muster/archive`. @param isForgotten asked again for each agent: it may have been deployed anew */
export async function removeOld(groups: readonly OldGroup[], { folder, before }: Pick<FileFacts, 'folder' | 'before'>, archive: boolean, isForgotten: (agent: string) => Promise<boolean>, signal?: AbortSignal): Promise<Cleaned> {
  const [files, warnings] = [noFiles(), [] as string[]]
  for (const group of groups) {
    if (signal?.aborted) break
    if (group.kind === 'agents' && !(await isForgotten(group.name))) continue
    const done = await removeGroup(group, before, archive ? join(folder, 'archive') : undefined)
    files[group.kind].count += done.count
    files[group.kind].bytes += done.bytes
    warnings.push(...done.warnings)
  }
  return { files, warnings }
}

export function noFiles(): Record<FileKind, CleanedFiles> {
  return Object.fromEntries(fileKinds.map((kind) => [kind, { count: 0, bytes: 0 }])) as Record<FileKind, CleanedFiles>
}
