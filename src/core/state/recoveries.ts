import type { Stamp } from '../ledger/port.js'
import type { Agent } from '../model/agent.js'
import { isClosed } from '../model/agentStatus.js'
import type { RecoveryCounts } from '../model/agentOperations.js'
import type { State } from './state.js'

/*
 * How often agents that had stopped were gone on with, and what became of it. Counters, and not records: they last longer
 * than the agents.
 */

type Counter = 'recovery.resumed' | 'recovery.succeeded' | 'recovery.cleared' | 'recovery.minutes'

function add(state: State, counter: Counter, amount = 1): void {
  state.counters.set(counter, (state.counters.get(counter) ?? 0) + amount)
}

/** Somebody begins the agent anew. That is a recovery once it goes on. */
export function resumed(state: State, agent: Agent, stamp: Stamp): Agent {
  return { ...agent, resumed: { gone: agent.left ?? state.seen.get(agent.id) ?? agent.joined, begun: stamp } }
}

/** The agent does something again, or its process runs: what was begun anew goes on. */
export function noteGoingOn(state: State, id: string, stamp: Stamp): void {
  const agent = state.agents.get(id)
  if (!agent?.resumed || agent.resumed.wentOn) return
  const { gone } = agent.resumed
  add(state, 'recovery.resumed')
  add(state, 'recovery.minutes', Math.max(0, stamp.at - gone.at) / 60_000)
  const begins = agent.status === 'waiting' || agent.status === 'starting'
  state.agents.set(id, { ...agent, resumed: { ...agent.resumed, wentOn: stamp }, ...(begins && { status: 'working', changed: stamp, error: undefined }) })
}

/** The agent as it is from now on, where that is done after it had been resumed: the recovery has succeeded, if it went on. */
export function noteSuccess(state: State, agent: Agent): Agent {
  if (agent.status !== 'done' || agent.resumed === undefined) return agent
  if (agent.resumed.wentOn) add(state, 'recovery.succeeded')
  const { resumed: _resumed, ...rest } = agent
  return rest
}

/** An agent that had not finished is forgotten. */
export function noteCleared(state: State, agent: Agent | undefined): void {
  if (agent && agent.kind !== 'person' && !isClosed(agent.status)) add(state, 'recovery.cleared')
}

/** @param gone agents that stopped and wait for somebody to decide */
export function recoveryCounts(state: State, gone: number): RecoveryCounts {
  const of = (counter: Counter): number => state.counters.get(counter) ?? 0
  const [resumedCount, cleared] = [of('recovery.resumed'), of('recovery.cleared')]
  return {
    found: resumedCount + cleared + gone,
    resumed: resumedCount,
    succeeded: of('recovery.succeeded'),
    cleared,
    ...(resumedCount > 0 && { meanMinutes: Math.round((of('recovery.minutes') / resumedCount) * 10) / 10 }),
  }
}
