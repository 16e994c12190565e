import type { DecisionFields } from '../model/decision.js'
import type { DecisionResult } from '../model/operations.js'
import { nextId } from '../state/ids.js'
import type { State } from '../state/state.js'
import { isPerson, nameOf, type Rule } from './rule.js'

type Done = Extract<DecisionResult, { ok: true }>
type Refused = Extract<DecisionResult, { ok: false }>

export const proposeRule: Rule<DecisionFields, Done, Refused> = {
  decide(state, command, context) {
    const { id, number } = nextId(state, 'decision')
    return { events: [{ type: 'decision.proposed', decision: id, number, proposer: context.agent, fields: command }] }
  },
  answer(events) {
    const event = events[0]
    if (event?.type !== 'decision.proposed') throw new Error('a proposal always writes its event')
    return { ok: true, id: event.decision, number: event.number, status: 'proposed' }
  },
}

export interface ReviewCommand {
  decision: string
  verdict: 'approved' | 'rejected'
  note: string
}

/** A person decides. An agent never approves anything, its own proposals least of all. */
export const reviewRule: Rule<ReviewCommand, Done, Refused> = {
  decide(state, command, context) {
    const decision = findDecision(state, command.decision)
    if (!decision) return { refusal: { ok: false, reason: 'NOT_FOUND', hint: `There is no decision ${command.decision}. List the decisions to see their ids.` } }
    const act = command.verdict === 'approved' ? 'approve' : 'reject'
    if (!isPerson(state.agents.get(context.agent))) {
      const own = decision.proposer === context.agent
      return { refusal: { ok: false, reason: own ? 'OWN_DECISION' : 'PERSON_ONLY', hint: `Only a person may ${act} a decision. Ask one, and go on with something that does not depend on it.` } }
    }
    if (decision.status === command.verdict) return { events: [] }
    if (decision.status !== 'proposed') {
      const by = decision.review ? ` by ${nameOf(state, decision.review.by)}` : ''
      return { refusal: { ok: false, reason: 'WRONG_STATUS', hint: `${decision.id} is ${decision.status}${by} already. Propose a new decision to change course.` } }
    }
    return { events: [{ type: 'decision.reviewed', decision: decision.id, by: context.agent, verdict: command.verdict, note: command.note }] }
  },
  answer(_events, _stamp, state, command) {
    const decision = findDecision(state, command.decision)
    return { ok: true, id: decision?.id ?? command.decision, number: decision?.number ?? 0, status: decision?.status ?? command.verdict }
  },
}

/** By id (`D-3`, in any case) or bare number. */
export function findDecision(state: State, reference: string): ReturnType<State['decisions']['get']> {
  return state.decisions.get(reference) ?? state.decisions.get(`D-${reference.replace(/^d-/i, '')}`)
}
