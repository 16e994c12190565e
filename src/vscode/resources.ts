import { join, sep } from 'node:path'
import type { ClaimView } from '../core/model/operations.js'
import { foldersAbove, overlaps, placeOf } from '../core/model/overlap.js'
import type { Resource } from '../core/model/resource.js'
import { rootOfTree, treeOf } from '../core/system/locate.js'
import { addTo } from './addTo.js'

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

/**
 * Claims of others on the same place in other working trees: allowed, and worth knowing before merging. Claims are filed by
 * place and under every folder above it, so that a list of them is not compared each with each.
 */
export class Overlaps {
  private readonly at = new Map<string, ClaimView[]>()
  private readonly below = new Map<string, ClaimView[]>()

  constructor(private readonly claims: readonly ClaimView[]) {
    const trees = new Set(claims.flatMap((claim) => (claim.kind === 'name' ? [] : [claim.tree])))
    if (trees.size < 2) return
    for (const claim of claims) {
      if (claim.kind === 'name') continue
      const place = placeOf(resourceOf(claim))
      addTo(this.at, place, claim)
      for (const folder of foldersAbove(place)) addTo(this.below, folder, claim)
    }
  }

  of(claim: ClaimView): ClaimView[] {
    if (claim.kind === 'name' || this.at.size === 0) return []
    const resource = resourceOf(claim)
    const place = placeOf(resource)
    const near = place === '' ? this.claims : [place, ...foldersAbove(place), ''].flatMap((folder) => this.at.get(folder) ?? []).concat(this.below.get(place) ?? [])
    return near.filter((other) => other.tree !== claim.tree && other.kind !== 'name' && other.heldBy !== claim.heldBy && overlaps(resource, resourceOf(other)))
  }
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
  const path = join(base, resource.path)
  // What others name leads nowhere outside.
  return path === base || path.startsWith(base.endsWith(sep) ? base : base + sep) ? path : undefined
}
