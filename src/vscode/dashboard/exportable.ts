import type { RunView } from '../../core/model/runs.js'
import type { World } from '../../core/muster.js'

/** What an export is made from, as it is at a moment: the state goes on while somebody chooses a file. */
export type Exported = ReturnType<typeof exportedNow>

/** @param runs those of now: their past is not known */
export function exportedNow({ agents, claims, messages, helpRequests, decisions, tasks, errors, deliverables }: World, runs: readonly RunView[], at: Date) {
  return { at, lists: { agents: agents.map(defined), locks: claims.map(({ token: _token, ...lock }) => lock), messages, helpRequests, decisions, tasks, errors, deliverables, runs } }
}

/** Without fields that are hidden by being undefined. */
function defined(thing: object): object {
  return Object.fromEntries(Object.entries(thing).filter(([, value]) => value !== undefined))
}
