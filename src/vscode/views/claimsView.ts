import type { MusterWindow } from '../musterWindow.js'
import { lockRows } from './lockRows.js'
import { RowTree } from './rowTree.js'

/** Who holds what. */
export function createClaimsView(window: MusterWindow): RowTree {
  return new RowTree({ id: 'muster.claims', window, rows: lockRows })
}
