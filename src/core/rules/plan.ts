import type { z } from 'zod'
import type { Checklist, Criterion, Milestone, Plan, PlanFields, PlanPhase } from '../model/plan.js'
import type { Event } from '../model/events.js'
import type { AdvanceResult, planChange, PlanResult, TestsResult } from '../model/planOperations.js'
import { idMeant, nextId } from '../state/ids.js'
import { nameKey, pendingTransition, PLAN, planView } from '../state/planViews.js'
import type { State } from '../state/state.js'
import { iso } from '../state/iso.js'
import { list } from '../state/text.js'
import { tell } from '../tell.js'
import { isPerson, refusal, refuse, type Rule } from './rule.js'

type Refused = Extract<PlanResult, { ok: false }>

/** Changes the plan. What is not named stays as it is; one commit holds all of it or nothing. */
export const changePlanRule: Rule<z.output<typeof planChange>, Extract<PlanResult, { ok: true }>, Refused> = {
  decide(state, command, context) {
    const known = state.plan.get(PLAN)
    const unknown = command.milestones.find(({ phase }) => phase && !find([...(known?.phases ?? []), ...command.phases], phase))
    if (unknown) return { refusal: notFound(`phase ${unknown.phase ?? ''}`) }
    const kept = without(known, command.remove)
    if ('reason' in kept) return { refusal: kept }
    const lists = { phases: withPhases(kept.phases, command.phases), milestones: withMilestones(kept.milestones, command.milestones), checklists: withChecklists(kept.checklists, command.checklists) }
    const problem = tick(lists, command.tick)
    if (problem) return { refusal: problem }
    const { project, deliverable } = command
    const fields: Partial<PlanFields> = {
      ...(project !== undefined && { project }),
      ...(deliverable && { deliverable }),
      ...changedOf(known, lists),
    }
    return { events: Object.keys(fields).length === 0 ? [] : [{ type: 'plan.changed', by: context.agent, fields }] }
  },
  answer: (_events, _stamp, state) => ({ ok: true, plan: planView(state) }),
}

export const setTestsRule: Rule<PlanFields['tests'], TestsResult, never> = {
  decide: (_state, tests, context) => ({ events: [{ type: 'plan.changed', by: context.agent, fields: { tests } }] }),
  answer: (_events, stamp, _state, { passed, total }) => ({ ok: true, passed, total, at: iso(stamp) }),
}

export interface AdvanceCommand {
  to?: string | undefined
  note: string
  force: boolean
}

/**
 * Ends the current phase and begins the next, in one act with its decision: at once for a person; what an agent wants waits
 * for a person to approve the decision.
 */
export const advanceRule: Rule<AdvanceCommand, Extract<AdvanceResult, { ok: true }>, Extract<AdvanceResult, { ok: false }>> = {
  decide(state, command, context) {
    const phases = state.plan.get(PLAN)?.phases ?? []
    const at = phases.findIndex(({ status }) => status === 'current')
    const current = phases[at]
    const to = command.to === undefined ? phases[at + 1] : find(phases, command.to)
    if (!to) return refuse('NOT_FOUND', command.to === undefined ? tell`The plan has no phase after this one. Add one to the plan first.` : tell`The plan has no phase ${command.to}. Look at the plan for their names.`)
    if (to.status === 'current') return refuse('WRONG_STATUS', tell`${to.name} is the current phase already. Nothing is left to do.`)
    const person = isPerson(state.agents.get(context.agent))
    if (command.force && !person) return refuse('PERSON_ONLY', tell`Only a person may end a phase before all that must be true is. Ask one.`)
    const open = current?.acceptance.filter(({ done }) => !done).map(({ text }) => text) ?? []
    if (open.length > 0 && !command.force) return { refusal: { ok: false, reason: 'OPEN_CRITERIA', open, hint: tell`Of ${current?.name ?? ''} is not yet true: ${list(open)}. Tick off what is, then try again.` } }
    const pending = pendingTransition(state)
    if (pending && !person) return { refusal: { ok: false, reason: 'WRONG_STATUS', id: pending.decision, hint: tell`${pending.decision} waits for a person's word on going on to ${pending.to}. Go on with the current phase until then.` } }
    const { id, number } = nextId(state, 'decision')
    const from = current?.name ?? ''
    const proposed: Event = { type: 'decision.proposed', decision: id, number, proposer: context.agent, fields: decisionOf(state, from, to.name, command.note, open) }
    if (!person) return { events: [proposed, { type: 'plan.changed', by: context.agent, fields: { transition: { to: to.name, decision: id } } }] }
    return { events: [proposed, { type: 'decision.reviewed', decision: id, by: context.agent, verdict: 'approved', note: command.note }, moved(phases, to.name, context.agent)] }
  },
  answer(events, _stamp, state) {
    const [proposed, ...others] = events
    if (proposed?.type !== 'decision.proposed') throw new Error('going on always begins with its decision')
    const [after = '', phase = ''] = proposed.fields.title.replace(TITLE, '').split(ARROW)
    return { ok: true, id: proposed.decision, status: others.some(({ type }) => type === 'decision.reviewed') || state.decisions.get(proposed.decision)?.status === 'approved' ? 'approved' : 'proposed', phase, after }
  },
}

/** What follows from a person's approval of a decision, where a phase waited for it. */
export function approved(state: State, decision: string, by: string): Event[] {
  const transition = pendingTransition(state)
  return transition?.decision === decision ? [moved(state.plan.get(PLAN)?.phases ?? [], transition.to, by)] : []
}

const TITLE = 'Phase transition: '
const ARROW = ' → '

function decisionOf(state: State, from: string, to: string, note: string, open: readonly string[]): Extract<Event, { type: 'decision.proposed' }>['fields'] {
  const plan = planView(state)
  const { tasks, acceptance } = plan.phase ?? { tasks: { done: 0, total: 0 }, acceptance: [] }
  const tests = plan.tests ? ` Tests: ${plan.tests.passed} of ${plan.tests.total} pass.` : ''
  const context = `${tasks.done} of ${tasks.total} tasks of the phase are done, ${acceptance.length - open.length} of ${acceptance.length} acceptance criteria are met.${tests}${note === '' ? '' : `\n${note}`}`
  return { category: 'phase', title: `${TITLE}${from}${ARROW}${to}`, context, decision: from === '' ? `Begin ${to}.` : `End ${from} and begin ${to}.`, alternatives: [], consequences: open.map((text) => `Negative: still open: ${text}`), impact: 'high' }
}

function moved(phases: readonly PlanPhase[], to: string, by: string): Event {
  const next = phases.map((phase): PlanPhase => (nameKey(phase.name) === nameKey(to) ? { ...phase, status: 'current' } : phase.status === 'current' ? { ...phase, status: 'done' } : phase))
  return { type: 'plan.changed', by, fields: { phases: next } }
}

interface Lists {
  phases: PlanPhase[]
  milestones: Milestone[]
  checklists: Checklist[]
}

function find<T extends { name: string }>(among: readonly T[], name: string): T | undefined {
  return among.find((one) => nameKey(one.name) === nameKey(name))
}

function without(plan: Plan | undefined, names: readonly string[]): Lists | Refused {
  const lists: Lists = { phases: [...(plan?.phases ?? [])], milestones: [...(plan?.milestones ?? [])], checklists: [...(plan?.checklists ?? [])] }
  for (const name of names) {
    const phase = find(lists.phases, name)
    if (phase && phase.status !== 'planned') return { ok: false, reason: 'WRONG_STATUS', hint: tell`${phase.name} is ${phase.status === 'done' ? ['done'] : tell`the current phase`} and stays in the plan. Only phases that were not begun can be taken away.` }
    const among = (Object.values(lists) as { name: string }[][]).find((one) => find(one, name))
    if (!among) return notFound(name)
    among.splice(among.findIndex((one) => nameKey(one.name) === nameKey(name)), 1)
  }
  return lists
}

function withPhases(phases: readonly PlanPhase[], changes: z.output<typeof planChange>['phases']): PlanPhase[] {
  const next = [...phases]
  for (const { name, acceptance } of changes) {
    const known = find(next, name)
    if (!known) next.push({ name, acceptance: stepsOf(acceptance ?? []), status: next.some(({ status }) => status !== 'planned') ? 'planned' : 'current' })
    else next[next.indexOf(known)] = { ...known, name, ...(acceptance && { acceptance: stepsOf(acceptance, known.acceptance) }) }
  }
  return next
}

function withMilestones(milestones: readonly Milestone[], changes: z.output<typeof planChange>['milestones']): Milestone[] {
  const next = [...milestones]
  for (const { name, phase, tasks, reached } of changes) {
    const known = find(next, name)
    const { phase: before, ...rest } = known ?? { tasks: [], reached: false }
    const of = phase ?? before ?? ''
    const made: Milestone = { ...rest, name, ...(of !== '' && { phase: of }), ...(tasks && { tasks: tasks.map((id) => idMeant('task', id)) }), ...(reached !== undefined && { reached }) }
    if (known) next[next.indexOf(known)] = made
    else next.push(made)
  }
  return next
}

function withChecklists(checklists: readonly Checklist[], changes: z.output<typeof planChange>['checklists']): Checklist[] {
  const next = [...checklists]
  for (const { name, items } of changes) {
    const known = find(next, name)
    const made = { name, items: stepsOf(items, known?.items) }
    if (known) next[next.indexOf(known)] = made
    else next.push(made)
  }
  return next
}

/** What was true before and is worded the same still is. */
function stepsOf(texts: readonly string[], before: readonly Criterion[] = []): Criterion[] {
  return texts.map((text) => ({ text, done: before.some((one) => one.done && one.text === text) }))
}

function tick(lists: Lists, ticks: z.output<typeof planChange>['tick']): Refused | undefined {
  for (const { list: name, step, done } of ticks) {
    const phase = find(lists.phases, name)
    const checklist = find(lists.checklists, name)
    const steps = phase?.acceptance ?? checklist?.items
    if (!steps) return notFound(name)
    if (step > steps.length) return { ok: false, reason: 'NO_STEP', hint: steps.length === 0 ? tell`${name} has no steps. Add what must be true first.` : tell`${name} has no step ${step}. Its steps are 1 to ${steps.length}.` }
    const next = steps.map((one, index) => (index === step - 1 ? { ...one, done } : one))
    if (phase) lists.phases[lists.phases.indexOf(phase)] = { ...phase, acceptance: next }
    else if (checklist) lists.checklists[lists.checklists.indexOf(checklist)] = { ...checklist, items: next }
  }
  return undefined
}

/** Those of the lists that are not as they were: so that two who change different ones do not undo each other. */
function changedOf(plan: Plan | undefined, lists: Lists): Partial<Lists> {
  const names = (['phases', 'milestones', 'checklists'] as const).filter((name) => JSON.stringify(plan?.[name] ?? []) !== JSON.stringify(lists[name]))
  return Object.fromEntries(names.map((name) => [name, lists[name]]))
}

function notFound(name: string): Refused {
  return refusal('NOT_FOUND', tell`The plan has no ${name}. Look at the plan for the names in it.`)
}
