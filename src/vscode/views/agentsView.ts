import type { AgentTerminals } from '../agentTerminals.js'
import type { MusterWindow } from '../musterWindow.js'
import { troubleOf } from '../statusText.js'
import { breakable } from '../text.js'
import { agentRows } from './agentRows.js'
import { RowTree } from './rowTree.js'

/** Who is here and what they do. Also the place that says what is wrong with the ledger. */
export function createAgentsView(window: MusterWindow, terminals: AgentTerminals): RowTree {
  const message = (): string | undefined => {
    const trouble = troubleOf(window.state)
    return trouble && breakable(trouble)
  }
  return new RowTree({ id: 'muster.agents', window, rows: (world, now) => agentRows(world, now, terminals.names()), message, onDidChange: terminals.onDidChange })
}
