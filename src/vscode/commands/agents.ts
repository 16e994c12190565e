import * as vscode from 'vscode'
import type { AgentView } from '../../core/model/operations.js'
import type { Muster } from '../../core/muster.js'
import { t } from '../l10n.js'
import { showInformationMessage } from '../say.js'
import { ago, lockCount, parts, short } from '../text.js'
import { agentStatuses } from '../words.js'
import { targetOf, type Target } from '../views/row.js'
import { takeOverLocks } from './claiming.js'
import { ask, done, finished, gone, pick, readable, refused, TEXT, writable, type Command } from './context.js'
import { messageOf } from './messages.js'

/** Opens what an agent locked last, or what a message is about. */
export const openAgentFile: Command = async (context, argument) => {
  const muster = readable(context)
  if (targetOf(argument, 'message')) {
    const { about } = await messageOf(argument, muster, '', () => true)
    return about && openLocked({ tree: '', heldBy: '', ...about })
  }
  const { agents, claims } = muster.state()
  const files = claims.filter((claim) => claim.kind !== 'name' && claim.kind !== 'glob').sort((a, b) => b.token - a.token)
  const id = targetOf(argument, 'agent')?.id
  const agent = id !== undefined ? (agents.find((one) => one.id === id) ?? gone(id)) : (await pick(agents.filter((one) => files.some(({ heldBy }) => heldBy === one.id)), { title: t('Open an agent\'s file'), none: t('No agent has a file locked.'), item: (one) => ({ label: one.name, description: files.find(({ heldBy }) => heldBy === one.id)?.resource }) }))
  const file = files.find(({ heldBy }) => heldBy === agent.id)
  if (!file) return void showInformationMessage(t('{0} has no file locked.', short(agent.name, 40)))
  await openLocked(file)
}

async function openLocked({ tree, resource, heldBy }: Omit<Extract<Target, { type: 'lock' }>, 'type'>): Promise<void> {
  await vscode.commands.executeCommand('muster.openFile', { target: { type: 'lock', tree, resource, heldBy } satisfies Target })
}

/** Takes over what an agent that is gone has left locked. */
export const takeOverAgent: Command = async (context, argument) => {
  const muster = await writable(context)
  const { agents, claims } = muster.state()
  const stale = claims.filter((claim) => claim.stale && !claim.mine)
  const id = targetOf(argument, 'agent')?.id ?? (await pick(agents.filter((one) => stale.some(({ heldBy }) => heldBy === one.id)), { title: t('Take over an agent\'s locks'), none: t('No lock is stale.'), item: (one) => ({ label: one.name, description: lockCount(one.claims.length) }) })).id
  const locks = stale.filter(({ heldBy }) => heldBy === id)
  if (locks.length === 0) return void showInformationMessage(t('{0} has left no lock that could be taken over.', short(agents.find((one) => one.id === id)?.name ?? '', 40)))
  await takeOverLocks(muster, locks)
}

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
  const why = await ask(t('Mark {0} as failed', short(agent.name, 40)), t('What went wrong? Whoever goes on with its work reads this.'), { most: TEXT, placeHolder: t('what went wrong') })
  const result = await muster.failAgent(agent.id, why)
  if (!result.ok) return refused(result.hint)
  done(t('{0} is marked as failed', short(agent.name, 40)))
}

async function unfinished(argument: unknown, muster: Muster, title: string): Promise<AgentView> {
  const agents = muster.state().agents.filter((agent) => agent.kind === 'agent' && agent.status !== 'done' && agent.status !== 'failed')
  const id = targetOf(argument, 'agent')?.id
  if (id !== undefined) return agents.find((agent) => agent.id === id) ?? finished(id, muster)
  return pick(agents, {
    title,
    none: t('There is no agent that has not finished.'),
    item: (agent) => ({ label: agent.name, description: parts(agentStatuses(agent.status), agent.presence === 'gone' && t('gone')), detail: parts(agent.currentTask ?? agent.brief, agent.claims.length > 0 && lockCount(agent.claims.length), t('seen {0}', ago(agent.seenAt, Date.now()))) }),
  })
}
