import { workspace } from 'vscode'
import type { World } from '../../core/muster.js'
import type { AgentTerminals } from '../agentTerminals.js'
import { LeftBehind } from '../leftBehind.js'
import type { MusterWindow } from '../musterWindow.js'
import { briefTroubleOf, wantsAddress } from '../statusText.js'
import { breakable } from '../text.js'
import { uncommittedRows } from './agentDetails.js'
import { agentRows } from './agentRows.js'
import type { Row } from './row.js'
import { RowTree } from './rowTree.js'

/** Who is here and what they do. Also the place that says what is wrong with the ledger. */
export function createAgentsView(window: MusterWindow, terminals: AgentTerminals): RowTree {
  const message = (): string | undefined => {
    // The view itself asks then, with a button, where it may be answered.
    if (window.state.kind === 'failed' && wantsAddress(window.state) && workspace.isTrusted) return undefined
    const trouble = briefTroubleOf(window.state)
    return trouble && breakable(trouble)
  }
  const leftBehind = new LeftBehind()
  const more = async ({ target }: Row, { claims }: World): Promise<Row[]> => {
    const { muster } = window
    if (!muster || target.type !== 'agent') return []
    const files = await leftBehind.of(muster, claims.filter((claim) => claim.heldBy === target.id)).catch(() => undefined)
    return uncommittedRows(target.id, files)
  }
  return new RowTree({ id: 'muster.agents', window, rows: (world, now) => agentRows(world, now, terminals.names()), message, more, onDidChange: terminals.onDidChange })
}
