import type { Claim, ClaimMode, Priority, Wait } from '../model/claim.js'
import { collides, overlaps, placeOf, placesAbove } from '../model/overlap.js'
import { comparedPath, resourceKey, type Resource } from '../model/resource.js'
import type { State } from '../state/state.js'
import { waiterLives } from './presence.js'
import type { Context } from './rule.js'

/**
 * Claims that overlap the resource in any working tree. A file, symbol or name looks at its own place and the folders above
 * (a handful of look-ups however many claims there are); a folder or pattern looks at every claim.
 */
export function overlappingClaims(state: State, resource: Resource): Claim[] {
  const found: Claim[] = []
  const wide = resource.kind === 'folder' || resource.kind === 'glob'
  const candidates = wide ? state.claims.values() : claimsAtPlaces(state, resource)
  for (const claim of candidates) if (overlaps(claim.resource, resource)) found.push(claim)
  return found
}

function* claimsAtPlaces(state: State, resource: Resource): Iterable<Claim> {
  const places = resource.kind === 'name' ? [placeOf(resource)] : placesAbove(comparedPath(resource))
  for (const place of places) {
    for (const id of state.claimsAt.ids(place)) {
      const claim = state.claims.get(id)
      if (claim) yield claim
    }
  }
}

export function* claimsOf(state: State, agent: string): Iterable<Claim> {
  for (const id of state.claimsOf.ids(agent)) {
    const claim = state.claims.get(id)
    if (claim) yield claim
  }
}

/** The agent's claim on exactly this resource. */
export function exactClaim(state: State, agent: string, resource: Resource): Claim | undefined {
  const key = resourceKey(resource)
  for (const id of state.claimsAt.ids(placeOf(resource))) {
    const claim = state.claims.get(id)
    if (claim && claim.holder === agent && resourceKey(claim.resource) === key) return claim
  }
  return undefined
}

/** Claims of others that keep `agent` from being granted the resource in this mode. */
export function conflictingClaims(state: State, agent: string, resource: Resource, mode: ClaimMode): Claim[] {
  return overlappingClaims(state, resource).filter(
    (claim) => claim.holder !== agent && !(mode === 'shared' && claim.mode === 'shared') && collides(claim.resource, resource),
  )
}

const rank: Record<Priority, number> = { urgent: 0, high: 1, normal: 2, low: 3 }

/** Waiting requests in the order they are served: by priority, then first come first served. */
export function waitQueue(state: State): Wait[] {
  return [...state.waits.values()].sort((a, b) => rank[a.priority] - rank[b.priority] || a.since.seq - b.since.seq)
}

export function waitsFor(wait: Wait, resource: Resource, mode: ClaimMode): boolean {
  return !(wait.mode === 'shared' && mode === 'shared') && wait.resources.some((wanted) => collides(wanted, resource))
}

/** The first living waiter, other than `agent`, that is served before a request for the resource; `before` bounds the queue. */
export function waiterAhead(state: State, agent: string, resource: Resource, mode: ClaimMode, context: Context, before?: Wait): Wait | undefined {
  for (const wait of waitQueue(state)) {
    if (wait.id === before?.id) return undefined
    if (wait.agent !== agent && waitsFor(wait, resource, mode) && waiterLives(state, wait, context)) return wait
  }
  return undefined
}

/** Whether `agent`, waiting for these resources, would end up waiting for itself through the holders it waits for. */
export function wouldDeadlock(state: State, agent: string, resources: readonly Resource[], mode: ClaimMode): boolean {
  const seen = new Set<string>()
  const pending: { agent: string; resources: readonly Resource[]; mode: ClaimMode }[] = [{ agent, resources, mode }]
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { agent: waiter, mode: wanted } = next
    const holders = next.resources.flatMap((resource) => conflictingClaims(state, waiter, resource, wanted)).map((claim) => claim.holder)
    for (const holder of holders) {
      if (holder === agent) return true
      if (seen.has(holder)) continue
      seen.add(holder)
      for (const wait of state.waits.values()) if (wait.agent === holder) pending.push(wait)
    }
  }
  return false
}
