import type { Claim, ClaimMode, Priority, Wait } from '../model/claim.js'
import { collides, foldersAbove, overlaps, placeOf } from '../model/overlap.js'
import { resourceKey, type Resource } from '../model/resource.js'
import type { State } from '../state/state.js'
import { waiterLives } from './presence.js'
import type { Context } from './rule.js'

/**
 * Claims that overlap the resource in any working tree. Looks at its place, the folders above it and what is claimed below:
 * a handful of look-ups for a file, however many claims there are. Only the root and patterns without a fixed part look at all.
 */
export function overlappingClaims(state: State, resource: Resource): Claim[] {
  const found: Claim[] = []
  for (const claim of candidates(state, resource)) if (overlaps(claim.resource, resource)) found.push(claim)
  return found
}

function* candidates(state: State, resource: Resource): Iterable<Claim> {
  const place = placeOf(resource)
  if (place === '') return yield* state.claims.values()
  yield* claimsIn(state, state.claimsAt.ids(place))
  if (resource.kind === 'name') return
  for (const folder of foldersAbove(place)) yield* claimsIn(state, state.claimsAt.ids(folder))
  yield* claimsIn(state, state.claimsAt.ids(''))
  yield* claimsIn(state, state.claimsBelow.ids(place))
}

function* claimsIn(state: State, ids: Iterable<string>): Iterable<Claim> {
  for (const id of ids) {
    const claim = state.claims.get(id)
    if (claim) yield claim
  }
}

export function claimsOf(state: State, agent: string): Iterable<Claim> {
  return claimsIn(state, state.claimsOf.ids(agent))
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

/** The agent's claim on exactly this resource, where it is one in the mode asked for: who has it alone may share it, not the other way round. */
export function claimInMode(state: State, agent: string, resource: Resource, mode: ClaimMode): Claim | undefined {
  const claim = exactClaim(state, agent, resource)
  return mode === 'shared' || claim?.mode === 'exclusive' ? claim : undefined
}

/** Claims of others that keep `agent` from being granted the resource in this mode. */
export function conflictingClaims(state: State, agent: string, resource: Resource, mode: ClaimMode): Claim[] {
  return overlappingClaims(state, resource).filter(
    (claim) => claim.holder !== agent && !(mode === 'shared' && claim.mode === 'shared') && collides(claim.resource, resource),
  )
}

/** What is more urgent comes first. */
export const priorityRank: Record<Priority, number> = { urgent: 0, high: 1, normal: 2, low: 3 }

/** Waiting requests in the order they are served: by priority, then first come first served. */
export function waitQueue(state: State): Wait[] {
  return [...state.waits.values()].sort(servedBefore)
}

export function servedBefore(a: Wait, b: Wait): number {
  return priorityRank[a.priority] - priorityRank[b.priority] || a.since.seq - b.since.seq
}

/** Place of somebody who waits among those who wait for the same, from 1. Who waits for something else is in nobody's way. */
export function placeOfWait(state: State, mine: Wait, context: Context): number {
  const queue = waitQueue(state)
  return 1 + queue.slice(0, queue.findIndex((wait) => wait.id === mine.id)).filter((wait) => wait.agent !== mine.agent && mine.resources.some((resource) => waitsFor(wait, resource, mine.mode)) && waiterLives(state, wait, context)).length
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

/**
 * Whether `agent`, waiting for these resources, would end up waiting for itself: through those who hold them, those who are
 * ahead of it in line for them, and whom these wait for in turn.
 * @param place Where it stands in line already; default: at the end
 */
export function wouldDeadlock(state: State, agent: string, resources: readonly Resource[], mode: ClaimMode, context: Context, place?: Wait): boolean {
  const seen = new Set<string>()
  const pending: { agent: string; resources: readonly Resource[]; mode: ClaimMode; wait: Wait | undefined }[] = [{ agent, resources, mode, wait: place }]
  for (let next = pending.pop(); next; next = pending.pop()) {
    for (const other of waitedFor(state, next.agent, next.resources, next.mode, context, next.wait)) {
      if (other === agent) return true
      if (seen.has(other)) continue
      seen.add(other)
      for (const wait of state.waits.values()) if (wait.agent === other) pending.push({ agent: other, resources: wait.resources, mode: wait.mode, wait })
    }
  }
  return false
}

/** Whom a request waits for: the holders of what it wants, and those ahead of it in line. */
function waitedFor(state: State, agent: string, resources: readonly Resource[], mode: ClaimMode, context: Context, wait: Wait | undefined): string[] {
  return resources.flatMap((resource) => {
    const holders = conflictingClaims(state, agent, resource, mode).map((claim) => claim.holder)
    const ahead = waiterAhead(state, agent, resource, mode, context, wait)
    return ahead ? [...holders, ahead.agent] : holders
  })
}
