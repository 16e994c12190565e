import type { Claim, GrantFields, Wait } from '../model/claim.js'
import type { Resource } from '../model/resource.js'
import { nextId } from '../state/ids.js'
import type { State } from '../state/state.js'
import { exactClaim } from './conflicts.js'
import { hasProcess } from './presence.js'
import type { Context, Plan } from './rule.js'

/**
 * Grants one resource to `agent`, or renews its claim on exactly that. The caller has made sure that nothing is in the way.
 * @param under Token that the agent is answered with for all it claims together.
 */
export function grantOne(plan: Plan, agent: string, resource: Resource, grant: GrantFields, context: Context, { wait, under }: { wait?: Wait; under?: number } = {}): void {
  const own = exactClaim(plan.state, agent, resource)
  if (!own) return plan.add({ type: 'claim.granted', claim: nextId(plan.state, 'claim').id, agent, resource, grant, ...(wait && { wait: wait.id }) })
  plan.add({
    type: 'claim.renewed',
    claim: own.id,
    ttl: grant.ttl,
    mode: grant.mode,
    ...(grant.estimatedMinutes !== undefined && { estimatedMinutes: Math.max(0, (context.stamp.at - own.granted.at) / 60_000) + grant.estimatedMinutes }),
    ...standing(plan.state, own, grant.attached, context),
    ...(grant.note !== undefined && { note: grant.note }),
    ...(under !== undefined && under !== own.token && { alsoUnder: under }),
  })
}

/** What is left of a claim's estimate, in minutes, for whoever gets it now. */
export function estimateLeft({ estimatedMinutes, granted }: Claim, { stamp }: Context): { estimatedMinutes?: number } {
  return estimatedMinutes === undefined ? {} : { estimatedMinutes: Math.max(0, estimatedMinutes - (stamp.at - granted.at) / 60_000) }
}

/**
 * How a claim stands after its holder renewed it. A command does not take a claim away from the process that stands behind
 * it; where that process has ended, the claim goes on by its lease.
 */
export function standing(state: State, claim: Claim, attached: boolean, context: Context): { attached?: boolean } {
  if (attached) return { attached: true }
  return claim.attached && !hasProcess(state, claim.holder, context) ? { attached: false } : {}
}
