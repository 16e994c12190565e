import type { GrantFields, Wait } from '../model/claim.js'
import type { Resource } from '../model/resource.js'
import { nextId } from '../state/ids.js'
import { exactClaim } from './conflicts.js'
import type { Plan } from './rule.js'

/** Grants one resource to `agent`, or renews its claim on exactly that. The caller has made sure that nothing is in the way. */
export function grantOne(plan: Plan, agent: string, resource: Resource, grant: GrantFields, wait?: Wait): void {
  const own = exactClaim(plan.state, agent, resource)
  if (!own) return plan.add({ type: 'claim.granted', claim: nextId(plan.state, 'claim').id, agent, resource, grant, ...(wait && { wait: wait.id }) })
  plan.add({
    type: 'claim.renewed',
    claim: own.id,
    ttl: grant.ttl,
    mode: grant.mode,
    // A command of the same agent does not take a claim away from the process that stands behind it.
    ...(grant.attached && { attached: true }),
    ...(grant.note !== undefined && { note: grant.note }),
  })
}
