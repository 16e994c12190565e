import type { ClaimView } from '../core/model/operations.js'
import { pathOf } from './resources.js'

/** With more locks than this, menus do not know who holds a file: the editor would be sent them all with each change. */
const MANY = 1_000

/** Files and folders that are locked as such, by who holds them, as sets that when clauses can look into. */
export function lockedFiles(claims: readonly ClaimView[], root: string): { mine: Record<string, true>; held: Record<string, true>; many: boolean } {
  const [mine, held]: Record<string, true>[] = [{}, {}]
  if (claims.length > MANY) return { mine: mine!, held: held!, many: true }
  for (const claim of claims) {
    if (claim.kind !== 'file' && claim.kind !== 'folder') continue
    const path = pathOf(claim, root)
    if (path !== undefined) (claim.mine ? mine : held)![path.replace(/[\\/]$/, '')] = true
  }
  return { mine: mine!, held: held!, many: false }
}
