import { concernsOf } from '../../core/concerns.js'
import type { World } from '../../core/muster.js'
import type { Facts } from '../../protocol/dashboard.js'
import type { WindowState } from '../musterWindow.js'
import { troubleOf } from '../statusText.js'
import { short } from '../text.js'

/** What is the case besides what is listed. @param world undefined while there is none */
export function factsOf(state: WindowState, writable: boolean, world: World | undefined): Facts {
  const wanted = world?.tasks.filter(({ status }) => status !== 'cancelled') ?? []
  return {
    state: state.kind,
    name: short(world?.me?.name ?? '', 60),
    writable,
    decides: writable && world?.me?.kind === 'person',
    trouble: troubleOf(state),
    concerns: world ? concernsOf(world.ledger) : [],
    messages: world?.messages.length ?? 0,
    unread: world?.me?.unread ?? 0,
    tasksDone: wanted.filter(({ status }) => status === 'done').length,
    tasksWanted: wanted.length,
  }
}
