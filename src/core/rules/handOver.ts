import { agentIdOf } from '../model/agentId.js'
import type { HandOffResult } from '../model/workOperations.js'
import { tell } from '../tell.js'
import { unknownAgent } from './agent.js'
import { handOffRule, type HandOffCommand } from './handOff.js'
import { hasProcess } from './presence.js'
import { isPerson, nameOf, Plan, refuse, type Rule } from './rule.js'

/**
 * Passes on what an agent left that is gone: its locks, its tasks and its checkpoint, as it would have done itself. Its own
 * part is over then. For persons: nobody is left who could say what its uncommitted changes are worth.
 */
export const handOverRule: Rule<HandOffCommand & { from: string }, Extract<HandOffResult, { ok: true }>, Extract<HandOffResult, { ok: false }>> = {
  decide(state, command, context) {
    const giver = state.agents.get(agentIdOf(command.from))
    if (!giver) return { refusal: unknownAgent(command.from) }
    if (!isPerson(state.agents.get(context.agent))) return refuse('PERSON_ONLY', tell`Only a person may pass on what ${giver.name} left. Ask one.`)
    if (isPerson(giver)) return refuse('NOT_YOURS', tell`${giver.name} is a person, who hands on by themselves.`)
    if (hasProcess(state, giver.id, context)) return refuse('IN_USE', tell`A running process speaks for ${giver.name}. Let it hand on itself, or end it first.`)
    const verdict = handOffRule.decide(state, { ...command, evenNothing: true }, { ...context, agent: giver.id })
    if (!('events' in verdict)) return verdict
    const plan = new Plan(state, context.stamp)
    for (const event of verdict.events) plan.add(event)
    plan.add({ type: 'agent.checkedIn', agent: giver.id, fields: { status: 'done', message: `handed on to ${nameOf(state, agentIdOf(command.to))}` }, work: true })
    return { events: plan.events }
  },
  answer: (events, stamp, state, command, context) => handOffRule.answer(events, stamp, state, command, context),
}
