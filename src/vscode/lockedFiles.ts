import type { ClaimView } from '../core/model/operations.js'
import { pathOf } from './resources.js'

/** More files are not told to menus: the editor would be sent them all with each change. */
const MOST = 1_000

export interface LockedFiles {
  mine: Record<string, true>
  held: Record<string, true>
  /** There are more. Menus on those offer to lock them and to see who holds them, from where all else is done. */
  more: boolean
}

/**
 * Files and folders that are locked as such, by who holds them, as sets that when clauses can look into.
 * @param open paths of files in editors; where there are very many locks, these count before the newest
 */
export function lockedFiles(claims: readonly ClaimView[], root: string, open: ReadonlySet<string> = new Set()): LockedFiles {
  const found = claims.flatMap((claim) => {
    const path = claim.kind === 'file' || claim.kind === 'folder' ? pathOf(claim, root) : undefined
    return path === undefined ? [] : [{ claim, path: path.replace(/[\\/]$/, '') }]
  })
  if (found.length > MOST) found.sort((a, b) => Number(open.has(b.path)) - Number(open.has(a.path)) || b.claim.token - a.claim.token)
  const setOf = (mine: boolean): Record<string, true> => Object.fromEntries(found.filter(({ claim }) => claim.mine === mine).slice(0, MOST).map(({ path }) => [path, true]))
  return { mine: setOf(true), held: setOf(false), more: found.length > MOST }
}
