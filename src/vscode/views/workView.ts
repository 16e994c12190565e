import type { MusterWindow } from '../musterWindow.js'
import type { Runs } from '../runs.js'
import { RowTree } from './rowTree.js'
import { workRows } from './workRows.js'

/** Runs, tasks and errors. Draws no attention by a number: who works on them sees them in the answers to its own calls. */
export function createWorkView(window: MusterWindow, runs: Runs): RowTree {
  const tree = new RowTree({ id: 'muster.work', window, rows: (world, now) => workRows(world, now, runs.list), onDidChange: runs.onDidChange })
  runs.show(tree.view)
  return tree
}
