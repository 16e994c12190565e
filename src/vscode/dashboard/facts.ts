import { concernsOf } from '../../core/concerns.js'
import type { World } from '../../core/muster.js'
import type { Facts } from '../../protocol/dashboard.js'
import type { WindowState } from '../musterWindow.js'
import { isPartial, troubleOf } from '../statusText.js'
import { TaskTotals } from '../taskTotals.js'
import { short } from '../text.js'
import { translated } from '../translated.js'

/** What is the case besides what is listed. @param world undefined while there is none */
export function factsOf(state: WindowState, writable: boolean, world: World | undefined): Facts {
  const tasks = world && new TaskTotals(world)
  return {
    state: state.kind,
    name: short(world?.me?.name ?? '', 60),
    writable,
    decides: writable && world?.me?.kind === 'person',
    trouble: troubleOf(state),
    partial: isPartial(state),
    concerns: world ? concernsOf(world.ledger).map(translated) : [],
    messages: world?.messages.length ?? 0,
    olderMessages: world?.olderMessages ?? false,
    // Before this person joined, what was sent to them is counted as it is listed.
    unread: world?.me?.unread ?? world?.messages.filter(({ unread }) => unread).length ?? 0,
    tasksDone: tasks?.done ?? 0,
    tasksWanted: tasks?.wanted ?? 0,
  }
}
