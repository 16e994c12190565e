import type { Resource } from '../model/resource.js'
import type { State } from '../state/state.js'
import type { Claim } from '../model/claim.js'
import { claimsOf, conflictingClaims } from './conflicts.js'
import { isChallenged, takeOverState } from './presence.js'
import type { Context, Rule } from './rule.js'

export interface ChallengeCommand {
  resources: readonly Resource[]
}

/**
 * Asks the holders of stale claims to show themselves; who does not within the grace period may be replaced. A question that
 * is open already is not asked again: whoever joins in waits a grace period of its own. Answers with all that are open.
 */
export const challengeRule: Rule<ChallengeCommand, { claims: Claim[] }, never> = {
  decide(state, command, context) {
    const claims = challengeable(state, command.resources, context).filter((claim) => !isChallenged(state, claim))
    return { events: claims.map((claim) => ({ type: 'claim.challenged' as const, claim: claim.id, by: context.agent })) }
  },
  answer: (_events, _stamp, state, command, context) => ({ claims: challengeable(state, command.resources, context).filter((claim) => isChallenged(state, claim)) }),
}

function challengeable(state: State, resources: readonly Resource[], context: Context): Claim[] {
  const found = resources.flatMap((resource) => conflictingClaims(state, context.agent, resource, 'exclusive'))
  return [...new Set(found)].filter((claim) => takeOverState(state, claim, context) === 'challenge')
}

/** Claims of an agent that its living process has to speak for: doubted ones, and those granted while it waited. */
export function claimsToKeep(state: State, agent: string): Claim[] {
  return [...claimsOf(state, agent)].filter((claim) => state.offers.has(claim.id) || isChallenged(state, claim))
}

/** A living holder keeps its doubted claims, and takes up what it was granted. */
export const keepRule: Rule<{ claims: readonly string[] }, { ok: true }, never> = {
  decide(state, command, context) {
    const mine = claimsToKeep(state, context.agent).filter((claim) => command.claims.includes(claim.id))
    return { events: mine.map((claim) => ({ type: 'claim.kept' as const, claim: claim.id })) }
  },
  answer: () => ({ ok: true }),
}
