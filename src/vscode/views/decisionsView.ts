import { plural } from '../l10n.js'
import type { MusterWindow } from '../musterWindow.js'
import { decisionRows, waitingDecisions } from './decisionRows.js'
import { RowTree } from './rowTree.js'

/** Decisions, with the number of those that wait for this person on its icon. */
export function createDecisionsView(window: MusterWindow): RowTree {
  return new RowTree({
    id: 'muster.decisions',
    window,
    rows: decisionRows,
    badge: (world) => {
      const { length } = waitingDecisions(world)
      return { value: length, tooltip: plural(length, '1 decision to review', '{n} decisions to review') }
    },
  })
}
