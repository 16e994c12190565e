import { MusterError } from '../errors.js'
import type { Machine, Op } from '../ledger/port.js'
import type { Event } from '../model/events.js'
import { tell } from '../tell.js'
import { fold } from './fold.js'
import { dumpState, loadState, tableNames } from './dump.js'
import { appliedOf } from './keys.js'
import { eventTypes, problemOf } from './shape.js'
import { createState, draftOf, type State } from './state.js'

/**
 * Goes up whenever the same events lead to another state than before, so that no state of the older fold is gone on with.
 * New tables and new types of events tell by themselves; test/unit/state/fold.test.ts notices when it was forgotten.
 */
const FOLD = 6

/** The fold of Muster's events, as ledgers drive it. */
export const machine: Machine<State, Event> = {
  create: createState,
  parse: parseOps,
  fold,
  draft: draftOf,
  applied: appliedOf,
  foldId: [FOLD, ...tableNames, ...eventTypes].join(' '),
  dump: dumpState,
  load: loadState,
}

/** @throws MusterError LEDGER_NEWER when an operation is not one this version understands. */
function parseOps(ops: unknown): readonly Op<Event>[] {
  if (!Array.isArray(ops)) throw notUnderstood('its operations are not a list')
  for (const op of ops as unknown[]) {
    const problem = problemOf(op)
    if (problem !== undefined) throw notUnderstood(problem)
  }
  return ops as Op<Event>[]
}

function notUnderstood(what: string): MusterError {
  return new MusterError('LEDGER_NEWER', tell`The records hold something this version of Muster does not understand (${what}).`, {
    hint: tell`Update Muster here; until then this folder can be read, not written.`,
  })
}
