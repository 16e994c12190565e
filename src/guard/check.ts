import type { AgentView, ClaimView } from '../core/model/operations.js'
import { touches } from '../core/model/overlap.js'
import type { PathResource } from '../core/model/resource.js'
import { foldName, type NameRules } from '../core/names.js'
import type { Change } from './changes.js'

/** A file that is somebody else's now. */
export interface Held {
  file: string
  resource: string
  heldBy: string
  since: string
  progress?: number
  /** Its holder is gone and may have left the changes that are being committed. */
  gone: boolean
  /** Its holder works under the one who commits. */
  under: boolean
}

export interface GuardFacts {
  changes: readonly Change[]
  claims: readonly ClaimView[]
  agents: readonly AgentView[]
  /** Id of the working tree. */
  tree: string
  /** Id of the one who commits, '' for somebody unknown here, such as an agent in a terminal of a person's window. */
  me: string
  names: NameRules
}

/**
 * Files of a commit that others hold in its tree; whether that stands in the way is for the caller to say. What was committed
 * before it was locked is nobody's business.
 */
export function heldByOthers({ changes, claims, agents, tree, me, names }: GuardFacts): Held[] {
  const above = new Map(agents.map(({ id, parent }) => [id, parent]))
  const others = claims.filter((claim) => claim.kind !== 'name' && claim.tree === tree && claim.mode === 'exclusive' && claim.heldBy !== me)
  const found = new Set<string>()
  return changes.flatMap(({ path, committed }) => {
    // Several commits may touch it.
    if (found.has(path)) return []
    const file = resource('file', path, tree, names)
    const claim = others.find((one) => touches(resourceOf(one, tree, names), file) && (committed === undefined || committed >= Date.parse(one.since)))
    if (claim) found.add(path)
    return claim ? [{ file: path, resource: claim.resource, heldBy: claim.heldBy, since: claim.since, ...(claim.progress !== undefined && { progress: claim.progress }), gone: claim.presence === 'gone', under: isUnder(above, claim.heldBy, me) }] : []
  })
}

function isUnder(above: ReadonlyMap<string, string | undefined>, agent: string, me: string): boolean {
  const seen = new Set<string>()
  for (let at: string | undefined = agent; at !== undefined && !seen.has(at); at = above.get(at)) {
    if (at === me) return true
    seen.add(at)
  }
  return false
}

/** What a lock is on, in its tree. */
export function resourceOf({ kind, resource: label }: Pick<ClaimView, 'kind' | 'resource'>, tree: string, names: NameRules): PathResource {
  if (kind === 'glob') return resource('glob', label, tree, names)
  const path = kind === 'symbol' ? label.slice(0, label.lastIndexOf('#')) : label.replace(/\/$/, '')
  return resource(kind === 'folder' ? 'folder' : 'file', path === '.' ? '' : path, tree, names)
}

export function resource(kind: 'file' | 'folder' | 'glob', path: string, tree: string, names: NameRules): PathResource {
  return { kind, tree, path, fold: foldName(path, names) }
}
