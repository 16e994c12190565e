import type { AgentView } from '../../core/model/operations.js'
import type { Muster } from '../../core/muster.js'
import { ago, count, parts, short } from '../text.js'
import { targetOf } from '../views/row.js'
import { ask, done, pick, refused, writable, type Command } from './context.js'

/** For agents that cannot say so themselves any more. */
export const markAgentDone: Command = async (context, argument) => {
  const muster = await writable(context)
  const agent = await unfinished(argument, muster, 'Mark an agent as done')
  const result = await muster.completeAgent(agent.id)
  if (!result.ok) return refused(result.hint)
  done(`${short(agent.name, 40)} is marked as done`)
}

export const markAgentFailed: Command = async (context, argument) => {
  const muster = await writable(context)
  const agent = await unfinished(argument, muster, 'Mark an agent as failed')
  const why = await ask(`Mark ${short(agent.name, 40)} as failed`, 'What went wrong? Whoever goes on with its work reads this.', { placeHolder: 'what went wrong' })
  const result = await muster.failAgent(agent.id, why)
  if (!result.ok) return refused(result.hint)
  done(`${short(agent.name, 40)} is marked as failed`)
}

async function unfinished(argument: unknown, muster: Muster, title: string): Promise<AgentView> {
  const agents = muster.state().agents.filter((agent) => agent.kind === 'agent' && agent.status !== 'done' && agent.status !== 'failed')
  const id = targetOf(argument, 'agent')?.id
  const clicked = agents.find((agent) => agent.id === id)
  if (clicked) return clicked
  return pick(agents, {
    title,
    none: 'There is no agent that has not finished.',
    item: (agent) => ({ label: agent.name, description: parts(agent.status, agent.presence === 'gone' && 'gone'), detail: parts(agent.currentTask ?? agent.brief, agent.claims.length > 0 && count(agent.claims.length, 'lock'), `seen ${ago(agent.seenAt, Date.now())}`) }),
  })
}
