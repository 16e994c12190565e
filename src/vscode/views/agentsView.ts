import type { MusterWindow } from '../musterWindow.js'
import { troubleOf } from '../statusText.js'
import { agentRows } from './agentRows.js'
import { RowTree } from './rowTree.js'

/** Who is here and what they do. Also the place that says what is wrong with the ledger. */
export function createAgentsView(window: MusterWindow): RowTree {
  return new RowTree({ id: 'muster.agents', window, rows: agentRows, message: () => troubleOf(window.state) })
}
