import { MusterError } from '../errors.js'
import type { Machine, Op } from '../ledger/port.js'
import { operationSchema, type Event } from '../model/events.js'
import { fold, isKnownEvent } from './fold.js'
import { appliedOf } from './keys.js'
import { createState, draftOf, type State } from './state.js'

/** The fold of Muster's events, as ledgers drive it. */
export const machine: Machine<State, Event> = {
  create: createState,
  parse: parseOps,
  fold,
  draft: draftOf,
  applied: appliedOf,
}

/** @throws MusterError LEDGER_NEWER when an operation is not one this version understands. */
function parseOps(ops: unknown, trusted: boolean): readonly Op<Event>[] {
  if (!Array.isArray(ops)) throw notUnderstood('its operations are not a list')
  for (const op of ops as unknown[]) {
    const problem = trusted ? cheapProblem(op) : fullProblem(op)
    if (problem !== undefined) throw notUnderstood(problem)
  }
  return ops as Op<Event>[]
}

/** Enough for lines that were checked by whoever wrote them: the fold knows the types it is given. */
function cheapProblem(op: unknown): string | undefined {
  if (typeof op !== 'object' || op === null || !('key' in op) || typeof op.key !== 'string') return 'an operation has no key'
  if (!('events' in op) || !Array.isArray(op.events)) return 'an operation has no events'
  for (const event of op.events as unknown[]) {
    const type = typeof event === 'object' && event !== null && 'type' in event ? event.type : undefined
    if (!isKnownEvent(type)) return `an event of type "${String(type)}"`
  }
  return undefined
}

function fullProblem(op: unknown): string | undefined {
  const problem = cheapProblem(op)
  if (problem !== undefined) return problem
  const result = operationSchema.safeParse(op)
  if (result.success) return undefined
  const issue = result.error.issues[0]
  return `${issue?.path.join('.') ?? 'operation'}: ${issue?.message ?? 'not understood'}`
}

function notUnderstood(what: string): MusterError {
  return new MusterError('LEDGER_NEWER', `The ledger holds something this version of Muster does not understand (${what}).`, {
    hint: 'Update Muster here; until then this folder can be read, not written.',
  })
}
