import type { AgentView } from '../core/model/operations.js'
import { touches } from '../core/model/overlap.js'
import { isRunNote, OUTSIDE_RUN, runFolderOf } from '../core/rules/runs.js'
import { resource, resourceOf, type GuardFacts } from './check.js'

export interface RoleFacts extends GuardFacts {
  /** Whether a folder, from the root of the tree, is that of a run that has begun. */
  isRun(folder: string): boolean
}

/** Files of a commit that its maker's role leaves to others. */
export interface AgainstRole {
  role: 'executor' | 'guide'
  files: string[]
}

/**
 * What an executor with a run commits outside of its folder and locks, and what a guide commits inside of a run. Told to the
 * one who commits, and refused to nobody.
 */
export function againstRole(facts: RoleFacts): AgainstRole | undefined {
  const { changes, agents, me, isRun } = facts
  const role = agents.find(({ id }: AgentView) => id === me)?.role
  if (role !== 'executor' && role !== 'guide') return undefined
  const paths = [...new Set(changes.map(({ path }) => path))]
  const files = role === 'executor' ? outsideOwn(facts, paths) : paths.filter((path) => isInside(path, isRun))
  return files.length > 0 ? { role, files } : undefined
}

function isInside(path: string, isRun: (folder: string) => boolean): boolean {
  const folder = runFolderOf(path)
  return folder !== undefined && isRun(folder)
}

/** A lock that only an edit outside has taken does not make it meant. */
function outsideOwn({ claims, tree, me, names }: RoleFacts, paths: readonly string[]): string[] {
  const own = claims.filter((claim) => claim.heldBy === me && claim.kind !== 'name' && claim.tree === tree)
  if (!own.some(({ note }) => isRunNote(note))) return []
  const meant = own.filter(({ note }) => note?.startsWith(OUTSIDE_RUN) !== true).map((claim) => resourceOf(claim, tree, names))
  return paths.filter((path) => !meant.some((one) => touches(one, resource('file', path, tree, names))))
}
