import type { Event } from '../model/events.js'
import { claimsOf } from './conflicts.js'
import { standing } from './grant.js'
import { agentPresence, claimPresence, hasProcess } from './presence.js'
import type { Rule } from './rule.js'

/**
 * An agent begins again by a command, and no process stands behind it: the locks that its last process left are its own to go
 * on with, by their lease from now on, and it counts as there. Where a process speaks for it, there is nothing to do.
 */
export const takeUpRule: Rule<Record<string, never>, { ok: true }, never> = {
  decide(state, _command, context) {
    const agent = state.agents.get(context.agent)
    if (!agent || hasProcess(state, agent.id, context)) return { events: [] }
    const events: Event[] = []
    for (const claim of claimsOf(state, agent.id)) {
      if (claimPresence(state, claim, context, () => false) === 'gone') events.push({ type: 'claim.renewed', claim: claim.id, ...standing(state, claim, false, context) })
    }
    if (events.length === 0 && agentPresence(state, agent, context) === 'gone') events.push({ type: 'agent.checkedIn', agent: agent.id, fields: {}, work: true })
    return { events }
  },
  answer: () => ({ ok: true }),
}
