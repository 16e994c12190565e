import { relative, sep } from 'node:path'
import type { ClaimView } from '../core/model/operations.js'
import { pathOf } from './resources.js'

/** With more locks than this, menus know of others' only those on files in editors: the editor would be sent them all with each change. */
const MANY = 1_000

export interface LockedFiles {
  mine: Record<string, true>
  held: Record<string, true>
  /** Others hold more. Menus on those offer to lock them and to see who holds them, from where all else is done. */
  more: boolean
}

/**
 * Files and folders that are locked as such, by who holds them, as sets that when clauses can look into.
 * @param open paths of files in editors
 */
export function lockedFiles(claims: readonly ClaimView[], root: string, open: ReadonlySet<string> = new Set()): LockedFiles {
  const more = claims.length > MANY
  const inEditors = new Set(Array.from(open, (path) => relative(root, path).replaceAll(sep, '/')))
  const [mine, held]: [Record<string, true>, Record<string, true>] = [{}, {}]
  for (const claim of claims) {
    if ((claim.kind !== 'file' && claim.kind !== 'folder') || (more && !claim.mine && !inEditors.has(claim.resource))) continue
    const path = pathOf(claim, root)
    if (path !== undefined) (claim.mine ? mine : held)[path.replace(/[\\/]$/, '')] = true
  }
  return { mine, held, more }
}
