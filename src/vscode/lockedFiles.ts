import { relative, sep } from 'node:path'
import type { ClaimView } from '../core/model/operations.js'
import { pathOf, realFile, type TreeRoots } from './resources.js'

/** With more locks than this, menus know of others' only those on files in editors: the editor would be sent them all with each change. */
const MANY = 1_000

export interface LockedFiles {
  mine: Record<string, true>
  held: Record<string, true>
  /** Of these, what may be taken over. */
  stale: Record<string, true>
  /** Others hold more. Menus on those offer to lock them and to see who holds them, from where all else is done. */
  more: boolean
}

/**
 * Files and folders that are locked as such, by who holds them, as sets that when clauses can look into.
 * @param open paths of files in editors; `shown` is how the editor names a file: through a link, too, where a folder is open so
 */
export function lockedFiles(claims: readonly ClaimView[], root: string, open: ReadonlySet<string> = new Set(), shown = (path: string): readonly string[] => [path]): LockedFiles {
  const more = claims.length > MANY
  const roots: TreeRoots = new Map()
  const inEditors = new Set(Array.from(more ? open : [], (path) => relative(root, realFile(path)).replaceAll(sep, '/')))
  const found: Omit<LockedFiles, 'more'> = { mine: {}, held: {}, stale: {} }
  for (const claim of claims) {
    if ((claim.kind !== 'file' && claim.kind !== 'folder') || (more && !claim.mine && !inEditors.has(claim.resource))) continue
    const path = pathOf(claim, root, roots)
    if (path === undefined) continue
    for (const one of shown(path)) {
      const name = one.replace(/[\\/]$/, '')
      found[claim.mine ? 'mine' : 'held'][name] = true
      if (claim.stale && !claim.mine) found.stale[name] = true
    }
  }
  return { ...found, more }
}
