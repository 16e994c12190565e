import type { Deployment, HostedProcess } from '../core/model/deployment.js'
import type { RestartResult } from '../core/model/deployOperations.js'
import type { AgentView } from '../core/model/operations.js'
import type { Muster } from '../core/muster.js'
import { again } from './deploy.js'
import type { Setting } from './setting.js'

/** Agent id → number of the deployment that was made for it without asking. */
export type ResumedBefore = Readonly<Record<string, number>>

/**
 * Deployed agents of this machine that were killed together with their keepers, before they were done or said that they need
 * somebody. One that was gone on with without asking, and was killed again, is for a person to look at.
 */
export function interrupted(deployments: readonly Deployment[], agents: readonly AgentView[], here: HostedProcess, before: ResumedBefore): Deployment[] {
  const views = new Map(agents.map((agent) => [agent.id, agent]))
  return deployments.filter(({ agent, made, phase, exit, keeper, asked }) => {
    const view = views.get(agent)
    const isAtWork = view?.status === 'waiting' || view?.status === 'starting' || view?.status === 'working'
    // Records come with a repository, too: only what was started here is started again.
    return isAtWork && view.presence !== 'live' && phase === 'ended' && exit?.known !== true && asked?.what !== 'stop' && keeper?.machine === here.machine && before[agent] !== made.seq
  })
}

export interface Resumed {
  agent: string
  name: string
  result: RestartResult
}

/**
 * Starts them again with the same command and their last checkpoint, each once, whoever else does so at the same time.
 * @param note remembers what was made without asking, before anything can go wrong with it
 */
export async function resumeInterrupted(muster: Muster, setting: Setting, before: ResumedBefore, note: (agent: string, number: number) => void): Promise<Resumed[]> {
  const [deployments, agents] = [await muster.keeping.list(), await muster.listAgents()]
  const resumed: Resumed[] = []
  for (const { agent, made } of interrupted(deployments, agents, muster.keeping.here, before)) {
    const result = await again(muster, agent, setting, made.seq)
    if (result === undefined) continue
    if (result.ok) note(agent, result.number)
    resumed.push({ agent, name: agents.find(({ id }) => id === agent)?.name ?? agent, result })
  }
  return resumed
}
