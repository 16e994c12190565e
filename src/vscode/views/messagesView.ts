import { plural } from '../l10n.js'
import type { MusterWindow } from '../musterWindow.js'
import { messageRows, unreadCount } from './messageRows.js'
import { RowTree } from './rowTree.js'

/** Messages to and from this window, with the number of unread ones on its icon. */
export function createMessagesView(window: MusterWindow): RowTree {
  return new RowTree({
    id: 'muster.messages',
    window,
    rows: messageRows,
    badge: (world) => ({ value: unreadCount(world), tooltip: plural(unreadCount(world), '1 unread message', '{n} unread messages') }),
  })
}
