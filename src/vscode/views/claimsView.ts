import type { MusterWindow } from '../musterWindow.js'
import type { LockOrder } from '../lockOrder.js'
import { locksByFolder, lockRows } from './lockRows.js'
import { RowTree } from './rowTree.js'

/** Who holds what, as a list or by folder. */
export function createClaimsView(window: MusterWindow, order: LockOrder): RowTree {
  return new RowTree({ id: 'muster.claims', window, rows: (world, now) => (order.byFolder ? locksByFolder : lockRows)(world, now), onDidChange: order.onDidChange })
}
