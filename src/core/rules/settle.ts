import type { Claim } from '../model/claim.js'
import { resourceLabel } from '../model/resource.js'
import type { Stamp } from '../ledger/port.js'
import type { Event } from '../model/events.js'
import type { State } from '../state/state.js'
import { conflictingClaims } from './conflicts.js'
import { notify } from './notify.js'
import { nameOf, Plan } from './rule.js'

/**
 * After entries were lost: of claims that collide, because the end of the first is among what is gone, the later one holds;
 * it was granted by somebody who saw that end. Holders of the others are told.
 */
export function settle(state: State, stamp: Stamp): Event[] {
  const plan = new Plan(state, stamp)
  for (const claim of state.claims.values()) {
    const later = latest(conflictingClaims(state, claim.holder, claim.resource, claim.mode))
    if (later === undefined || later.token <= claim.token) continue
    const message = 'the records were damaged and have been repaired'
    plan.add({ type: 'claim.ended', claim: claim.id, how: 'taken', by: later.holder, message })
    notify(plan, later.holder, claim.holder, 'taken', claim, `${resourceLabel(claim.resource)} is no longer yours`, `The records were damaged and have been repaired: your lock had ended, or was taken, before ${nameOf(state, later.holder)} got it.`)
  }
  return plan.events
}

function latest(claims: readonly Claim[]): Claim | undefined {
  return claims.reduce<Claim | undefined>((last, claim) => (last === undefined || claim.token > last.token ? claim : last), undefined)
}
