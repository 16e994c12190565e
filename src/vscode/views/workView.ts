import type { MusterWindow } from '../musterWindow.js'
import { RowTree } from './rowTree.js'
import { workRows } from './workRows.js'

/** Tasks and errors. Draws no attention by a number: who works on them sees them in the answers to its own calls. */
export function createWorkView(window: MusterWindow): RowTree {
  return new RowTree({ id: 'muster.work', window, rows: workRows })
}
