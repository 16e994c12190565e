import type { AgentView } from '../core/model/operations.js'
import type { World } from '../core/muster.js'
import { numberText, plural, t } from './l10n.js'
import { agentStatuses } from './words.js'

/** Agents that stopped before their work was done, and left something to go on with. */
export function unfinished({ agents }: Pick<World, 'agents'>): AgentView[] {
  return agents.filter((agent) => agent.unfinished)
}

/** These, and those that are gone, failed or have delivered what nobody took over: all that somebody has to see to. */
export function leftOver(world: World): AgentView[] {
  const stopped = new Set(unfinished(world))
  const waiting = new Set(world.deliverables.flatMap((one) => (one.integration === undefined ? [one.agent] : [])))
  return world.agents.filter((agent) => stopped.has(agent) || (agent.kind === 'agent' && agent.presence === 'gone' && (agent.status === 'failed' || (agent.status === 'done' && waiting.has(agent.id)))))
}

/** "4 incomplete agents: 4 working, 4 L2" */
export function totalsOf(some: readonly AgentView[], { agents }: World): string {
  const counts = [...tally(some.map(({ status }) => agentStatuses(status))), ...tally(some.map((agent) => levelOf(agent, agents)))].map(([name, count]) => `${numberText(count)} ${name}`)
  return t('{0}: {1}', plural(some.length, '1 incomplete agent', '{n} incomplete agents'), counts.join(', '))
}

/** As it was set, else its place below people: L1, L2 … */
export function levelOf(agent: AgentView, agents: readonly AgentView[]): string {
  if (agent.level !== undefined) return agent.level
  let level = 1
  const seen = new Set([agent.id])
  for (let above = parentOf(agent, agents); above && above.kind !== 'person' && !seen.has(above.id); above = parentOf(above, agents)) {
    seen.add(above.id)
    level++
  }
  return `L${level}`
}

function parentOf({ parent }: AgentView, agents: readonly AgentView[]): AgentView | undefined {
  return parent === undefined ? undefined : agents.find(({ id }) => id === parent)
}

function tally(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}
