import type { Ledger } from './ledger/port.js'
import type { Event } from './model/events.js'
import type { CheckpointView } from './model/workOperations.js'
import type { State } from './state/state.js'
import { iso } from './state/views.js'

/** Commits looked back over at first, and how many times more each time. */
const LOOK_BACK = 2048
const MORE = 8

/**
 * What an agent saved to go on from, and was handed, newest first: the state has the last only. Reads the records back until
 * enough is found, to their beginning where there is not. @throws what reading the ledger throws
 */
export async function checkpointsOf(ledger: Pick<Ledger<State, Event>, 'refresh' | 'history' | 'status'>, agent: string, limit: number): Promise<CheckpointView[]> {
  await ledger.refresh()
  let found: CheckpointView[] = []
  let end = ledger.status().head + 1
  for (let distance = LOOK_BACK; end > 1 && found.length < limit; distance *= MORE) {
    const begin = Math.max(1, end - distance)
    const here: CheckpointView[] = []
    for await (const { ops, stamp } of ledger.history({ from: begin })) {
      if (stamp.seq >= end) break
      for (const { events } of ops) {
        for (const event of events) {
          if (event.type === 'checkpoint.saved' && event.agent === agent) here.push({ ...event.fields, ...(event.from !== undefined && { from: event.from }), savedAt: iso(stamp) })
        }
      }
    }
    found = [...found, ...here.reverse()]
    end = begin
  }
  return found.slice(0, limit)
}
