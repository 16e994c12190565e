import type { Decision, DecisionFields } from '../model/decision.js'
import type { DecisionResult } from '../model/operations.js'
import type { CorrectResult } from '../model/planOperations.js'
import { nextId } from '../state/ids.js'
import type { State } from '../state/state.js'
import { tell } from '../tell.js'
import { approved } from './plan.js'
import { isPerson, nameOf, refusal, refuse, type Rule } from './rule.js'

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
    if (!decision) return { refusal: unknown(command.decision) }
    if (!isPerson(state.agents.get(context.agent))) {
      const own = decision.proposer === context.agent
      return refuse(own ? 'OWN_DECISION' : 'PERSON_ONLY', tell`${command.verdict === 'approved' ? tell`Only a person may approve a decision.` : tell`Only a person may reject a decision.`} Ask one, and go on with something that does not depend on it.`)
    }
    if (decision.status === command.verdict) return { events: [] }
    if (decision.status !== 'proposed') {
      const by = decision.review ? tell` by ${nameOf(state, decision.review.by)}` : ''
      return refuse('WRONG_STATUS', tell`${decision.id} is ${[decision.status]}${by} already. Propose a new decision to change course.`)
    }
    return { events: [{ type: 'decision.reviewed', decision: decision.id, by: context.agent, verdict: command.verdict, note: command.note }, ...(command.verdict === 'approved' ? approved(state, decision.id, context.agent) : [])] }
  },
  answer: (_events, _stamp, state, command) => standing(state, command.decision),
}

export interface ImplementCommand {
  decision: string
  /** By what: ids of commits, and resources that were changed. */
  commits?: readonly string[]
  resources?: readonly string[]
}

/** What was approved is done. Anybody may say so, and again by what else. */
export const implementRule: Rule<ImplementCommand, Done, Refused> = {
  decide(state, command, context) {
    const decision = findDecision(state, command.decision)
    if (!decision) return { refusal: unknown(command.decision) }
    const { implemented } = decision
    const commits = (command.commits ?? []).filter((commit) => !implemented?.commits?.includes(commit))
    const resources = (command.resources ?? []).filter((resource) => !implemented?.resources?.includes(resource))
    if (decision.status === 'implemented' && commits.length + resources.length === 0) return { events: [] }
    if (decision.status !== 'approved' && decision.status !== 'implemented') {
      const next = decision.status === 'proposed' ? tell`A person has to approve it first.` : tell`Propose a new decision to change course.`
      return refuse('WRONG_STATUS', tell`${decision.id} is ${[decision.status]}, so it cannot be marked as implemented. ${next}`)
    }
    return { events: [{ type: 'decision.implemented', decision: decision.id, by: context.agent, ...(commits.length > 0 && { commits }), ...(resources.length > 0 && { resources }) }] }
  },
  answer: (_events, _stamp, state, command) => standing(state, command.decision),
}

export interface SupersedeCommand {
  decision: string
  /** The decision that stands in its place. */
  by: string
}

/**
 * Puts another decision in the place of one. What a person approved is replaced by what a person approved, or by a person;
 * what is only proposed, by whoever proposed it as well.
 */
export const supersedeRule: Rule<SupersedeCommand, Done, Refused> = {
  decide(state, command, context) {
    const [decision, replacement] = [findDecision(state, command.decision), findDecision(state, command.by)]
    if (!decision || !replacement) return { refusal: unknown(decision ? command.by : command.decision) }
    if (decision.superseded?.replacement === replacement.id) return { events: [] }
    const ended = (status: string): boolean => status === 'rejected' || status === 'superseded'
    if (decision.id === replacement.id || ended(replacement.status)) {
      return refuse('WRONG_STATUS', decision.id === replacement.id ? tell`${decision.id} cannot replace itself. Propose the new decision first.` : tell`${replacement.id} is ${[replacement.status]} and stands for nothing. Name the decision that holds now.`)
    }
    if (ended(decision.status)) return refuse('WRONG_STATUS', tell`${decision.id} is ${[decision.status]} already. Nothing is left to do.`)
    const decided = replacement.status === 'approved' || replacement.status === 'implemented'
    const own = decision.status === 'proposed' && decision.proposer === context.agent
    if (!decided && !own && !isPerson(state.agents.get(context.agent))) {
      return refuse('PERSON_ONLY', tell`${replacement.id} is only proposed. Once a person has approved it, it can replace ${decision.id}.`)
    }
    return { events: [{ type: 'decision.superseded', decision: decision.id, by: context.agent, replacement: replacement.id }] }
  },
  answer: (_events, _stamp, state, command) => standing(state, command.decision),
}

export interface CorrectCommand {
  decision: string
  /** All of it, as it was when somebody looked; the newest counts where the state has it whole. */
  before?: Decision | undefined
  fields: { readonly [K in 'title' | 'context' | 'decision' | 'alternatives' | 'consequences']?: DecisionFields[K] | undefined }
}

/** A slip is put right by a person, and only that: what was decided otherwise is a new decision. */
export const correctRule: Rule<CorrectCommand, Extract<CorrectResult, { ok: true }>, Extract<CorrectResult, { ok: false }>> = {
  decide(state, { decision: reference, before, fields }, context) {
    const known = findDecision(state, reference)
    if (!known) return refuse('NOT_FOUND', unknown(reference).hint)
    if (!isPerson(state.agents.get(context.agent))) return refuse('PERSON_ONLY', tell`Only a person may correct what was written down. Propose a new decision to change course.`)
    const whole = known.cut === true ? (before ?? known) : known
    const { title, context: why, decision, alternatives, consequences } = { ...whole, ...fields } as DecisionFields
    const corrected = { title, context: why, decision, alternatives, consequences }
    if (JSON.stringify(corrected) === JSON.stringify({ title: whole.title, context: whole.context, decision: whole.decision, alternatives: whole.alternatives, consequences: whole.consequences })) return { events: [] }
    return { events: [{ type: 'decision.corrected', decision: known.id, by: context.agent, fields: corrected }] }
  },
  answer: (_events, _stamp, state, { decision }) => ({ ok: true, id: findDecision(state, decision)?.id ?? decision }),
}

function standing(state: State, reference: string): Done {
  const decision = findDecision(state, reference)
  return { ok: true, id: decision?.id ?? reference, number: decision?.number ?? 0, status: decision?.status ?? 'proposed' }
}

function unknown(reference: string): Refused {
  return refusal('NOT_FOUND', tell`There is no decision ${reference}. List the decisions to see their ids.`)
}

/** By id (`D-3`, in any case) or bare number. */
export function findDecision(state: State, reference: string): ReturnType<State['decisions']['get']> {
  return state.decisions.get(reference) ?? state.decisions.get(`D-${reference.replace(/^d-/i, '')}`)
}
