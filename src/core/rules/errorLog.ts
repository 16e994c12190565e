import type { ErrorFields, ErrorRecord } from '../model/errorRecord.js'
import { severities, type Severity } from '../model/words.js'
import type { LogErrorResult, ResolveErrorResult } from '../model/workOperations.js'
import { idMeant, nextId, wasGiven } from '../state/ids.js'
import type { State } from '../state/state.js'
import { tell } from '../tell.js'
import { nameOf, refuse, type Rule } from './rule.js'

/** Logs an error; the same one of the same agent, while it is open, is counted. It gets no less severe by being repeated. */
export const logErrorRule: Rule<ErrorFields, LogErrorResult, never> = {
  decide(state, command, context) {
    const known = same(state, context.agent, command)
    if (known) {
      const severity = worse(known.severity, command.severity)
      return { events: [{ type: 'error.repeated', error: known.id, severity, ...(command.stack !== undefined && { stack: command.stack }) }] }
    }
    const { id, number } = nextId(state, 'error')
    return { events: [{ type: 'error.logged', error: id, number, agent: context.agent, fields: command }] }
  },
  answer(events, _stamp, state) {
    const [event] = events
    if (event?.type !== 'error.logged' && event?.type !== 'error.repeated') throw new Error('logging an error always writes its event')
    const error = state.errors.get(event.error)
    return { ok: true, id: event.error, number: error?.number ?? 0, count: error?.count ?? 1 }
  },
}

export interface ResolveErrorCommand {
  error: string
  resolution: string
}

export const resolveErrorRule: Rule<ResolveErrorCommand, Extract<ResolveErrorResult, { ok: true }>, Extract<ResolveErrorResult, { ok: false }>> = {
  decide(state, command, context) {
    const error = state.errors.get(idMeant('error', command.error))
    if (!error && wasGiven(state, 'error', idMeant('error', command.error))) return refuse('WRONG_STATUS', tell`${idMeant('error', command.error)} was resolved a while ago and is off the list; the log tells how. If it happens again, log it again.`)
    if (!error) return refuse('NOT_FOUND', tell`There is no error ${command.error}. List the errors to see their ids.`)
    if (error.resolved) return refuse('WRONG_STATUS', tell`${error.id} was resolved by ${nameOf(state, error.resolved.by)} already. If it happens again, log it again.`)
    return { events: [{ type: 'error.resolved', error: error.id, by: context.agent, resolution: command.resolution }] }
  },
  answer: (_events, _stamp, _state, command) => ({ ok: true, id: idMeant('error', command.error), status: 'resolved' }),
}

function same(state: State, agent: string, fields: ErrorFields): ErrorRecord | undefined {
  for (const id of state.errorsOf.ids(agent)) {
    const error = state.errors.get(id)
    if (error && error.kind === fields.kind && error.message === fields.message && error.resource === fields.resource) return error
  }
  return undefined
}

function worse(a: Severity, b: Severity): Severity {
  return severities.indexOf(a) >= severities.indexOf(b) ? a : b
}
