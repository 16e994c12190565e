import type { AgentView } from '../core/model/operations.js'
import type { World } from '../core/muster.js'

/**
 * Why agents that are here cannot go on, or not well, before somebody looks, by their ids: a request for help that is open, an
 * error that nobody resolved, or that they say so themselves. Who wrote into what another holds has a conflict, and goes on.
 */
export function inNeed({ agents, helpRequests, errors }: Pick<World, 'agents' | 'helpRequests' | 'errors'>): Map<string, 'help' | 'stuck' | 'error'> {
  const asking = new Set(helpRequests.map(({ from }) => from))
  const failing = new Set(errors.flatMap(({ agent, status, kind }) => (status === 'open' && kind !== 'conflict' ? [agent] : [])))
  const why = (agent: AgentView): 'help' | 'stuck' | 'error' | undefined =>
    asking.has(agent.id) ? 'help' : isStuck(agent) ? 'stuck' : failing.has(agent.id) ? 'error' : undefined
  return new Map(agents.flatMap((agent) => {
    const found = agent.me || agent.presence === 'gone' || agent.status === 'done' ? undefined : why(agent)
    return found === undefined ? [] : [[agent.id, found] as const]
  }))
}

function isStuck({ status, blocker }: AgentView): boolean {
  return status === 'blocked' || status === 'failed' || (blocker ?? '') !== ''
}
