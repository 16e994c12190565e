import { join } from 'node:path'
import type { ClaimView } from '../core/model/operations.js'
import { overlaps } from '../core/model/overlap.js'
import type { Resource } from '../core/model/resource.js'
import { rootOfTree, treeOf } from '../core/system/locate.js'

/** What a claim is on, from how it is shown. */
export function resourceOf(claim: Pick<ClaimView, 'resource' | 'kind' | 'tree'>): Resource {
  const { resource, kind, tree } = claim
  if (kind === 'name') return { kind, name: resource }
  if (kind === 'symbol') {
    const hash = resource.lastIndexOf('#')
    return { kind, tree, path: resource.slice(0, hash), symbol: resource.slice(hash + 1) }
  }
  if (kind === 'folder') return { kind, tree, path: resource.replace(/^\.?\/$|\/$/, '') }
  return { kind, tree, path: resource }
}

/** Claims of others on the same place in other working trees: allowed, and worth knowing before merging. */
export function overlapping(claim: ClaimView, claims: readonly ClaimView[]): ClaimView[] {
  if (claim.kind === 'name') return []
  const resource = resourceOf(claim)
  return claims.filter((other) => other.tree !== claim.tree && other.kind !== 'name' && other.heldBy !== claim.heldBy && overlaps(resource, resourceOf(other)))
}

/** Root of another working tree of the repository that `root` belongs to; undefined where there is none (any more). */
export function treeRoot(root: string, tree: string): string | undefined {
  const own = treeOf(root)
  if (own) return rootOfTree(own, tree)
  return tree === '' ? root : undefined
}

/** How to name a claim's resource to the coordinator from a window in `root`: claims in other trees need their whole path. */
export function addressOf(claim: Pick<ClaimView, 'resource' | 'kind' | 'tree'>, root: string): string {
  if (claim.kind === 'name') return claim.resource
  const base = treeRoot(root, claim.tree)
  return base === undefined ? claim.resource : join(base, claim.resource)
}

/** The file or folder on disk that a claim is about; undefined for names and patterns. */
export function pathOf(claim: Pick<ClaimView, 'resource' | 'kind' | 'tree'>, root: string): string | undefined {
  const resource = resourceOf(claim)
  const base = treeRoot(root, claim.tree)
  if (base === undefined || resource.kind === 'name' || resource.kind === 'glob') return undefined
  return join(base, resource.path)
}
