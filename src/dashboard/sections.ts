import { html, nothing, type TemplateResult } from 'lit'
import type { AgentItem, DecisionItem, ErrorItem, Lists, LockItem, MessageItem, RunItem, TaskItem } from '../protocol/dashboard.js'
import { plural, t } from '../vscode/l10n.js'
import { ago, doneText, dueText, lasting, lockCount, nameOfPath, parentOfPath, parts, percent } from '../vscode/text.js'
import { agentRoles, agentStatuses, decisionStatuses, errorKinds, errorStatuses, levels, runStatuses, taskStatuses } from '../vscode/words.js'
import type { IconName } from './icons.js'
import { row, section, type View } from './parts.js'

export function agentsSection(view: View, agents: Lists['agents'], choose: (agent: string) => void): TemplateResult {
  const here = agents.filter(({ presence, me, locks, left }) => me || presence !== 'gone' || locks > 0 || left)
  return section(view, { list: 'agents', title: t('Agents'), icon: 'agents', count: here.length, none: t('Nobody has been here yet.') }, here, (agent) => agentRow(view, agent, choose))
}

function agentRow({ now, past, facts, act }: View, agent: AgentItem, choose: (agent: string) => void): TemplateResult {
  const { id, name, presence, status } = agent
  const word = agentStatuses(status)
  const gone = presence === 'gone'
  const target = { type: 'agent', id } as const
  return row({
    icon: gone ? 'gone' : agent.kind === 'person' ? 'agents' : 'robot',
    tone: gone ? (agent.left ? 'warn' : 'dim') : presence === 'overdue' || agent.blocked ? 'warn' : status === 'failed' ? 'error' : agent.need ? 'warn' : status === 'working' ? 'good' : '',
    title: name,
    open: () => choose(id),
    state: gone ? t('gone') : presence === 'overdue' ? t('{0}, not heard from', word) : word,
    detail: parts(
      agent.me && t('you'),
      gone ? t('gone') : presence === 'overdue' ? t('not heard from') : word,
      agent.left && t('left unfinished'),
      agent.need === 'help' && t('asks for help'),
      agent.need === 'error' && t('has an error'),
      percent(agent.progress),
      agent.role && agentRoles(agent.role),
      agent.branch && t('on {0}', agent.branch),
      agent.locks > 0 && lockCount(agent.locks),
      agent.eta !== undefined && doneText(agent.eta, now),
      agent.model,
      ago(agent.seen, now),
    ),
    text: agent.blocked && agent.doing !== '' ? t('blocked: {0}', agent.doing) : agent.doing,
    progress: gone ? undefined : agent.progress,
    buttons: [
      !past && facts.writable && agent.left && { label: t('Recover…'), about: name, press: () => act('muster.recoverAgents', target) },
      agent.terminal && { label: t('Terminal'), about: name, press: () => act('muster.showTerminal', target) },
      !past && facts.writable && !agent.me && { label: t('Message'), about: name, press: () => act('muster.sendMessage', target) },
    ],
  })
}

export function locksSection(view: View, locks: Lists['locks']): TemplateResult {
  return section(view, { list: 'locks', title: t('Locks'), icon: 'locks', count: locks.length, none: t('Nothing is locked.') }, locks, (lock) => lockRow(view, lock))
}

function lockRow({ now, past, facts, act }: View, lock: LockItem): TemplateResult {
  const { resource, tree, heldBy, stale, mine } = lock
  const target = { type: 'lock', tree, resource, heldBy } as const
  const writes = !past && facts.writable
  return row({
    icon: stale ? 'warning' : 'locks',
    tone: stale || lock.trouble !== '' ? 'warn' : mine ? 'good' : 'info',
    title: nameOfPath(resource),
    open: () => act(lock.opens ? 'muster.openFile' : 'muster.showLock', target),
    state: stale && t('stale'),
    detail: parts(
      mine ? t('you') : lock.holder,
      lock.trouble,
      percent(lock.progress),
      timeLeft(lock, now) || t('for {duration}', { duration: lasting(lock.since, now) }),
      lock.waiters !== '' && t('{0} waiting', lock.waiters),
      lock.shared && t('shared'),
      lock.branch && t('on {0}', lock.branch),
      parentOfPath(resource),
    ),
    text: lock.note,
    progress: lock.progress,
    buttons: [
      writes && mine && { label: t('Check In'), about: resource, press: () => act('muster.checkIn', target) },
      writes && mine && { label: t('Release'), about: resource, press: () => act('muster.release', target) },
      writes && !mine && stale && { label: t('Take Over'), about: resource, press: () => act('muster.takeOver', target) },
      writes && !mine && !stale && { label: t('Ask'), about: resource, press: () => act('muster.askForRelease', target) },
    ],
  })
}

/** When its holder expects to be done; else how long the lock lasts without work. */
function timeLeft({ eta, expires, stale }: Pick<LockItem, 'eta' | 'expires' | 'stale'>, now: number): string | false {
  if (eta !== undefined) return doneText(eta, now)
  return !stale && expires > now && t('kept for {0}', lasting(now, expires))
}

export function decisionsSection(view: View, decisions: Lists['decisions']): TemplateResult {
  const proposed = decisions.filter(({ status }) => status === 'proposed').length
  return section(view, { list: 'decisions', title: t('Decisions'), icon: 'decisions', count: proposed, none: t('No decisions yet.') }, decisions, (decision) => decisionRow(view, decision))
}

const decisionLooks: Record<DecisionItem['status'], [IconName, string]> = { proposed: ['help', 'info'], approved: ['decisions', 'good'], implemented: ['decisions', 'good'], rejected: ['gone', 'error'], superseded: ['waits', 'dim'] }

function decisionRow({ now, past, facts, act }: View, { id, title, status, by, impact, category, at, text }: DecisionItem): TemplateResult {
  const target = { type: 'decision', id } as const
  const decides = !past && facts.decides && status === 'proposed'
  return row({
    icon: decisionLooks[status][0],
    tone: decisionLooks[status][1],
    title: `${id} ${title}`,
    open: () => act('muster.openDecision', target),
    detail: parts(decisionStatuses(status), t('by {0}', by), impact === 'high' && t('high impact'), category !== 'general' && category, ago(at, now)),
    text: status === 'proposed' ? text : undefined,
    buttons: [
      decides && { label: t('Approve'), about: `${id} ${title}`, main: true, press: () => act('muster.approveDecision', target) },
      decides && { label: t('Reject'), about: `${id} ${title}`, press: () => act('muster.rejectDecision', target) },
    ],
  })
}

export function messagesSection(view: View, messages: Lists['messages']): TemplateResult {
  return section(view, { list: 'messages', title: t('Messages'), icon: 'messages', count: view.facts.unread, none: t('No messages yet.') }, messages, (message) => messageRow(view, message))
}

export function helpSection(view: View, help: Lists['help']): TemplateResult {
  return section(view, { list: 'help', title: t('Help Requests'), icon: 'help', count: help.length, none: t('Nobody is asking for help.') }, help, (message) => messageRow(view, message))
}

function messageRow({ now, past, facts, act }: View, message: MessageItem): TemplateResult {
  const { id, title, mine, unread, priority } = message
  const target = { type: 'message', id } as const
  return row({
    icon: mine ? 'sent' : message.kind === 'help' ? 'help' : 'messages',
    tone: mine ? 'dim' : unread ? (priority === 'urgent' ? 'warn' : 'info') : message.kind === 'help' ? 'warn' : 'dim',
    title,
    open: () => act('muster.openMessage', target),
    state: unread && t('unread'),
    detail: parts(unread && t('unread'), mine ? t('to {0}', message.to) : t('from {0} to {1}', message.from, message.to), priority !== 'normal' && levels(priority), message.state, message.deadline !== undefined && dueText(message.deadline, now), ago(message.sent, now)),
    text: message.text,
    buttons: [!past && facts.writable && !mine && !message.answered && { label: t('Reply'), about: title, press: () => act('muster.replyMessage', target) }],
  })
}

/** @param tools the filters */
export function errorsSection(view: View, all: Lists['errors'], filtered: readonly ErrorItem[], tools: TemplateResult): TemplateResult {
  const none = all.length === 0 ? t('No errors.') : t('No errors of this kind.')
  return section(view, { list: 'errors', title: t('Errors'), icon: 'errors', count: filtered.length, none, tools: all.length === 0 ? nothing : tools }, filtered, (error) => errorRow(view, error))
}

function errorRow({ now, past, facts, act }: View, { id, message, severity, kind, agent, count: times, status, resource, at }: ErrorItem): TemplateResult {
  const target = { type: 'error', id } as const
  const grave = severity === 'critical' || severity === 'high'
  return row({
    icon: status === 'resolved' ? 'decisions' : grave ? 'errors' : 'warning',
    tone: status === 'resolved' ? 'good' : grave ? 'error' : 'warn',
    title: message,
    open: () => act('muster.openError', target),
    state: errorStatuses(status),
    detail: parts(status === 'resolved' && errorStatuses('resolved'), levels(severity), kind !== 'other' && errorKinds(kind), times > 1 && plural(times, '1 time', '{n} times'), agent, resource, ago(at, now)),
    buttons: [!past && facts.writable && status === 'open' && { label: t('Resolve'), about: message, press: () => act('muster.resolveError', target) }],
  })
}

export function tasksSection(view: View, tasks: Lists['tasks']): TemplateResult {
  const { tasksDone, tasksWanted } = view.facts
  const tools = html`<div class="overall"><vscode-progress-bar aria-label=${t('Tasks done')} .value=${tasksWanted === 0 ? 0 : (100 * tasksDone) / tasksWanted}></vscode-progress-bar></div>`
  const open = tasks.filter(({ status }) => status === 'open' || status === 'started').length
  return section(view, { list: 'tasks', title: t('Tasks'), icon: 'tasks', count: open, none: t('No tasks are planned.'), ...(tasksWanted > 0 && { tools }) }, tasks, (task) => taskRow(view, task))
}

const taskLooks: Record<TaskItem['status'], [IconName, string]> = { started: ['started', 'good'], open: ['open', ''], done: ['decisions', 'good'], cancelled: ['gone', 'dim'] }

function taskRow({ now, past, facts, act }: View, { id, title, status, priority, phase, who, mine, after, at }: TaskItem): TemplateResult {
  const target = { type: 'task', id } as const
  const writes = !past && facts.writable
  return row({
    icon: after !== '' ? 'waits' : taskLooks[status][0],
    tone: after !== '' ? 'dim' : status === 'open' && priority === 'P0' ? 'warn' : taskLooks[status][1],
    title,
    open: () => act('muster.openTask', target),
    state: after !== '' ? t('waits for other tasks') : taskStatuses(status),
    detail: parts(id, priority, status !== 'open' && taskStatuses(status), who, phase, after !== '' && t('after {0}', after), ago(at, now)),
    buttons: [
      writes && status === 'open' && after === '' && { label: t('Start'), about: title, press: () => act('muster.startTask', target) },
      writes && status === 'started' && mine && { label: t('Done'), about: title, press: () => act('muster.completeTask', target) },
    ],
  })
}

/** Missing where there are none: most repositories have no runs. */
export function runsSection(view: View, runs: Lists['runs']): TemplateResult | typeof nothing {
  if (runs.length === 0) return nothing
  const current = runs.filter(({ status }) => status !== 'completed').length
  return section(view, { list: 'runs', title: t('Runs'), icon: 'runs', count: current, none: '' }, runs, (run) => runRow(view, run))
}

const runLooks: Record<RunItem['status'], [IconName, string]> = {
  running: ['started', 'good'], stale: ['warning', 'warn'], interrupted: ['warning', 'warn'], failed: ['errors', 'error'], resumable: ['errors', 'error'], completed: ['decisions', 'good'], not_started: ['open', 'dim'],
}

function runRow({ now, past, facts, act }: View, run: RunItem): TemplateResult {
  const { id, name, status, hung, dead, state, agent, progress, items, eta, metrics, error, at } = run
  const target = { type: 'run', id } as const
  return row({
    icon: hung ? 'warning' : runLooks[status][0],
    tone: hung ? 'warn' : runLooks[status][1],
    title: name,
    open: () => act('muster.openRunLog', target),
    state: runStatuses(status),
    detail: parts(state, status !== 'completed' && percent(progress), items, eta !== undefined && doneText(eta, now), agent, at !== undefined && ago(at, now)),
    text: error || metrics,
    progress: status === 'completed' ? undefined : progress,
    buttons: [
      !past && { label: t('Folder'), about: name, press: () => act('muster.openRunFolder', target) },
      !past && facts.writable && dead && { label: t('Recover'), about: name, press: () => act('muster.recoverRun', target) },
    ],
  })
}
