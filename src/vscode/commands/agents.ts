import type { AgentView } from '../../core/model/operations.js'
import type { Muster } from '../../core/muster.js'
import { t } from '../l10n.js'
import { ago, lockCount, parts, short } from '../text.js'
import { agentStatuses } from '../words.js'
import { targetOf } from '../views/row.js'
import { ask, done, pick, refused, writable, type Command } from './context.js'

/** For agents that cannot say so themselves any more. */
export const markAgentDone: Command = async (context, argument) => {
  const muster = await writable(context)
  const agent = await unfinished(argument, muster, t('Mark an agent as done'))
  const result = await muster.completeAgent(agent.id)
  if (!result.ok) return refused(result.hint)
  done(t('{0} is marked as done', short(agent.name, 40)))
}

export const markAgentFailed: Command = async (context, argument) => {
  const muster = await writable(context)
  const agent = await unfinished(argument, muster, t('Mark an agent as failed'))
  const why = await ask(t('Mark {0} as failed', short(agent.name, 40)), t('What went wrong? Whoever goes on with its work reads this.'), { placeHolder: t('what went wrong') })
  const result = await muster.failAgent(agent.id, why)
  if (!result.ok) return refused(result.hint)
  done(t('{0} is marked as failed', short(agent.name, 40)))
}

async function unfinished(argument: unknown, muster: Muster, title: string): Promise<AgentView> {
  const agents = muster.state().agents.filter((agent) => agent.kind === 'agent' && agent.status !== 'done' && agent.status !== 'failed')
  const id = targetOf(argument, 'agent')?.id
  const clicked = agents.find((agent) => agent.id === id)
  if (clicked) return clicked
  return pick(agents, {
    title,
    none: t('There is no agent that has not finished.'),
    item: (agent) => ({ label: agent.name, description: parts(agentStatuses(agent.status), agent.presence === 'gone' && t('gone')), detail: parts(agent.currentTask ?? agent.brief, agent.claims.length > 0 && lockCount(agent.claims.length), t('seen {0}', ago(agent.seenAt, Date.now()))) }),
  })
}
