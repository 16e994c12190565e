import type { CheckpointFields, DeliverableFields, SummaryFields } from '../model/report.js'
import type { IntegrationVerdict } from '../model/words.js'
import type { DeliverResult, IntegrateResult, SavedResult, SummaryResult } from '../model/workOperations.js'
import { idMeant, nextId } from '../state/ids.js'
import { findTask } from '../state/tasks.js'
import { iso } from '../state/views.js'
import { tell } from '../tell.js'
import { isPerson, noTask, refuse, type Rule } from './rule.js'

/** An agent's note on how to go on; the last one counts. */
export const checkpointRule: Rule<CheckpointFields, SavedResult, never> = {
  decide: (_state, command, context) => ({ events: [{ type: 'checkpoint.saved', agent: context.agent, fields: command }] }),
  answer: (_events, stamp, _state, _command, context) => ({ ok: true, agent: context.agent, at: iso(stamp) }),
}

export const logWorkRule: Rule<{ text: string }, SavedResult, never> = {
  decide: (_state, command, context) => ({ events: [{ type: 'work.logged', agent: context.agent, text: command.text }] }),
  answer: (_events, stamp, _state, _command, context) => ({ ok: true, agent: context.agent, at: iso(stamp) }),
}

export const deliverRule: Rule<DeliverableFields, Extract<DeliverResult, { ok: true }>, Extract<DeliverResult, { ok: false }>> = {
  decide(state, command, context) {
    const task = command.task === undefined ? undefined : findTask(state, command.task)
    if (command.task !== undefined && !task) return { refusal: noTask(command.task) }
    const { id, number } = nextId(state, 'deliverable')
    return { events: [{ type: 'deliverable.added', deliverable: id, number, agent: context.agent, fields: { ...command, ...(task && { task: task.id }) } }] }
  },
  answer(events) {
    const [event] = events
    if (event?.type !== 'deliverable.added') throw new Error('delivering always writes its event')
    return { ok: true, id: event.deliverable, number: event.number }
  },
}

export interface IntegrateCommand {
  deliverable: string
  verdict: IntegrationVerdict
  note: string
}

/** What became of a deliverable. The last word counts; an agent has none on its own. */
export const integrateRule: Rule<IntegrateCommand, Extract<IntegrateResult, { ok: true }>, Extract<IntegrateResult, { ok: false }>> = {
  decide(state, command, context) {
    const deliverable = state.deliverables.get(idMeant('deliverable', command.deliverable))
    if (!deliverable) return refuse('NOT_FOUND', tell`There is no deliverable ${command.deliverable}. List them to see their ids.`)
    if (deliverable.agent === context.agent && !isPerson(state.agents.get(context.agent))) {
      return refuse('OWN_DELIVERABLE', tell`${deliverable.id} is your own. Ask the lead or a person to take it over.`)
    }
    return { events: [{ type: 'deliverable.integrated', deliverable: deliverable.id, by: context.agent, verdict: command.verdict, note: command.note }] }
  },
  answer: (_events, _stamp, _state, command) => ({ ok: true, id: idMeant('deliverable', command.deliverable), verdict: command.verdict }),
}

export type SummaryCommand = Omit<SummaryFields, 'number'> & { number?: number | undefined }

/** Numbered on from the last one, where no number is given. */
export const summaryRule: Rule<SummaryCommand, SummaryResult, never> = {
  decide(state, command, context) {
    const number = command.number ?? (state.summaries.get(context.agent)?.number ?? 0) + 1
    return { events: [{ type: 'summary.written', agent: context.agent, fields: { ...command, number } }] }
  },
  answer(events, stamp, _state, _command, context) {
    const [event] = events
    return { ok: true, agent: context.agent, number: event?.type === 'summary.written' ? event.fields.number : 0, at: iso(stamp) }
  },
}
