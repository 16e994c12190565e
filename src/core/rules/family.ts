import { nextId } from '../state/ids.js'
import type { State } from '../state/state.js'
import { estimateLeft } from './grant.js'
import { Plan, type Context, type Rule } from './rule.js'

export interface PassCommand {
  /** Ids of claims; those that have ended meanwhile are passed over. */
  claims: readonly string[]
  /** Agent id. */
  to: string
  /** The new claims live with a process. */
  attached: boolean
}

/**
 * Passes claims between an agent and its subagent, in one commit: the subagent takes over what it is to work on, and gives
 * back what it leaves uncommitted. Only one of the two may do so, and nobody else's claim is touched.
 */
export const passRule: Rule<PassCommand, { ok: true; passed: string[] }, never> = {
  decide(state, { claims, to, attached }, context) {
    const plan = new Plan(state, context.stamp)
    for (const id of claims) {
      const claim = state.claims.get(id)
      if (!claim || !mayPass(state, claim.holder, to, context)) continue
      // Granted in this very line: two grants of a resource in one line would have the same token.
      if (claim.token === context.stamp.seq) return { later: true }
      const { resource, mode, ttl, note, branch } = claim
      plan.add({ type: 'claim.ended', claim: id, how: 'handed', by: context.agent })
      plan.add({
        type: 'claim.granted',
        claim: nextId(plan.state, 'claim').id,
        agent: to,
        resource,
        grant: { mode, attached, ttl, ...estimateLeft(claim, context), ...(note !== undefined && { note }), ...(branch !== undefined && { branch }) },
      })
    }
    return { events: plan.events }
  },
  answer: (events) => ({ ok: true, passed: events.flatMap((event) => (event.type === 'claim.granted' ? [event.claim] : [])) }),
}

function mayPass(state: State, from: string, to: string, { agent }: Context): boolean {
  if (from === to || (agent !== from && agent !== to)) return false
  return state.agents.get(to)?.parent === from || state.agents.get(from)?.parent === to
}
