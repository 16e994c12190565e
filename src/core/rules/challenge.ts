import type { Resource } from '../model/resource.js'
import type { State } from '../state/state.js'
import type { Claim } from '../model/claim.js'
import { conflictingClaims } from './conflicts.js'
import { takeOverState } from './presence.js'
import type { Context, Rule } from './rule.js'

export interface ChallengeCommand {
  resources: readonly Resource[]
}

/** Asks the holders of stale claims to show themselves; who does not within the grace period may be replaced. */
export const challengeRule: Rule<ChallengeCommand, { claims: string[] }, never> = {
  decide(state, command, context) {
    const claims = challengeable(state, command.resources, context)
    return { events: claims.map((claim) => ({ type: 'claim.challenged' as const, claim: claim.id, by: context.agent })) }
  },
  answer: (events) => ({ claims: events.flatMap((event) => (event.type === 'claim.challenged' ? [event.claim] : [])) }),
}

function challengeable(state: State, resources: readonly Resource[], context: Context): Claim[] {
  const found = resources.flatMap((resource) => conflictingClaims(state, context.agent, resource, 'exclusive'))
  return [...new Set(found)].filter((claim) => takeOverState(state, claim, context) === 'challenge')
}

export interface AnswerChallengeCommand {
  claims: readonly string[]
}

/** A living holder keeps its challenged claims by renewing them. */
export const answerChallengeRule: Rule<AnswerChallengeCommand, { ok: true }, never> = {
  decide(state, command, context) {
    const mine = command.claims.filter((id) => state.claims.get(id)?.holder === context.agent)
    return { events: mine.map((claim) => ({ type: 'claim.renewed' as const, claim })) }
  },
  answer: () => ({ ok: true }),
}
