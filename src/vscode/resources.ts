import { join, sep } from 'node:path'
import type { ClaimView } from '../core/model/operations.js'
import type { Muster } from '../core/muster.js'
import { exactNames, foldName } from '../core/names.js'
import { collides, foldersAbove, overlaps, placeOf } from '../core/model/overlap.js'
import type { Resource } from '../core/model/resource.js'
import { rootOfTree, treeAround, treeOf } from '../core/system/locate.js'
import { realPath, resolveResource } from '../core/system/resolve.js'
import { addTo } from './addTo.js'
import type { MusterWindow } from './musterWindow.js'

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

/** Whether a claim is in the way of one on this resource, which is given as the coordinator was. */
export function collidesWith(resource: string, muster: Pick<Muster, 'root' | 'state'>): (claim: ClaimView) => boolean {
  const { root } = muster
  const names = muster.state().ledger.names ?? exactNames
  const wanted = resolveResource(resource, { tree: treeAround(root), base: root, names })
  return (claim) => {
    const one = resourceOf(claim)
    return collides(one.kind === 'name' ? one : { ...one, fold: foldName(one.path, names) }, wanted)
  }
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

/**
 * How to name a claim's resource to the coordinator from a window in `root`, which may have been opened on a folder below it: by
 * its whole path. Undefined where its tree was removed: its bare path would be the same place in this tree.
 * @param roots as for {@link pathOf}
 */
export function addressOf(claim: Pick<ClaimView, 'resource' | 'kind' | 'tree'>, root: string, roots: TreeRoots = new Map()): string | undefined {
  if (claim.kind === 'name') return claim.resource
  const base = rootIn(roots, root, claim.tree)
  return base && join(base, claim.resource)
}

/** Roots of working trees that were looked up, by how claims name them: looking one up asks the disk. */
export type TreeRoots = Map<string, string | undefined>

function rootIn(roots: TreeRoots, root: string, tree: string): string | undefined {
  if (!roots.has(tree)) roots.set(tree, treeRoot(root, tree))
  return roots.get(tree)
}

/**
 * The file or folder on disk that a claim is about, as the editor names it; undefined for names and patterns.
 * @param roots to be given where many are asked for, and only for that long: trees come and go
 */
export function pathOf(claim: Pick<ClaimView, 'resource' | 'kind' | 'tree'>, root: string, roots: TreeRoots = new Map()): string | undefined {
  const resource = resourceOf(claim)
  const base = rootIn(roots, root, claim.tree)
  if (base === undefined || resource.kind === 'name' || resource.kind === 'glob') return undefined
  const path = join(base, resource.path)
  // What others name leads nowhere outside.
  return path === base || path.startsWith(base.endsWith(sep) ? base : base + sep) ? inEditor(path) : undefined
}

/** The file that the editor names so, as {@link pathOf} has it: a folder may have been opened through a link. */
export function realFile(path: string): string {
  return inEditor(realPath(path))
}

/** The other way round: names what is in a window's folder as it was opened. */
export function openedAs({ state }: Pick<MusterWindow, 'state'>): (path: string) => string {
  return openedIn('place' in state ? state.place.root : '')
}

/** The same of any folder that is open. */
export function openedIn(opened: string): (path: string) => string {
  const real = opened && realFile(opened)
  return (path) => {
    const named = inEditor(path)
    return real !== '' && (named === real || named.startsWith(real + sep)) ? opened + named.slice(real.length) : named
  }
}

/** A path as the editor names it, which writes drives of Windows in lower case, whatever the system says. */
export function inEditor(path: string): string {
  return path.replace(/^[A-Z]:/, (drive) => drive.toLowerCase())
}
