import { html, type TemplateResult } from 'lit'
import type { AgentItem, DecisionItem, ErrorItem, Lists, LockItem, MessageItem, TaskItem } from '../protocol/dashboard.js'
import { ago, count, lasting, nameOfPath, parentOfPath, parts, percent, until } from '../vscode/text.js'
import type { IconName } from './icons.js'
import { row, section, type View } from './parts.js'

export function agentsSection(view: View, agents: Lists['agents'], choose: (agent: string) => void): TemplateResult {
  const here = agents.filter(({ presence, me, locks }) => me || presence !== 'gone' || locks > 0)
  return section(view, { list: 'agents', title: 'Agents', icon: 'agents', count: here.length, none: 'Nobody has been here yet.' }, here, (agent) => agentRow(view, agent, choose))
}

function agentRow({ now, past, facts, act }: View, agent: AgentItem, choose: (agent: string) => void): TemplateResult {
  const { id, name, presence, status } = agent
  const gone = presence === 'gone'
  const target = { type: 'agent', id } as const
  return row({
    icon: gone ? 'gone' : agent.kind === 'person' ? 'agents' : 'robot',
    tone: gone ? 'dim' : presence === 'overdue' || agent.blocked ? 'warn' : status === 'failed' ? 'error' : status === 'working' ? 'good' : '',
    title: name,
    open: () => choose(id),
    state: gone ? 'gone' : presence === 'overdue' ? `${status}, not heard from` : status,
    detail: parts(
      agent.me && 'you',
      gone ? 'gone' : presence === 'overdue' ? 'not heard from' : status,
      percent(agent.progress),
      agent.role,
      agent.branch && `on ${agent.branch}`,
      agent.locks > 0 && count(agent.locks, 'lock'),
      agent.eta !== undefined && `done ${until(agent.eta, now)}`,
      agent.model,
      ago(agent.seen, now),
    ),
    text: agent.blocked && agent.doing !== '' ? `blocked: ${agent.doing}` : agent.doing,
    progress: gone ? undefined : agent.progress,
    buttons: [
      agent.terminal && { label: 'Terminal', about: name, press: () => act('muster.showTerminal', target) },
      !past && facts.writable && !agent.me && { label: 'Message', about: name, press: () => act('muster.sendMessage', target) },
    ],
  })
}

export function locksSection(view: View, locks: Lists['locks']): TemplateResult {
  return section(view, { list: 'locks', title: 'Locks', icon: 'locks', count: locks.length, none: 'Nothing is locked.' }, locks, (lock) => lockRow(view, lock))
}

function lockRow({ now, past, facts, act }: View, lock: LockItem): TemplateResult {
  const { resource, tree, heldBy, stale, mine } = lock
  const target = { type: 'lock', tree, resource, heldBy } as const
  const writes = !past && facts.writable
  return row({
    icon: stale ? 'warning' : 'locks',
    tone: stale || lock.trouble !== '' ? 'warn' : mine ? 'good' : 'info',
    title: nameOfPath(resource),
    open: lock.opens ? () => act('muster.openFile', target) : undefined,
    state: stale && 'stale',
    detail: parts(
      mine ? 'you' : lock.holder,
      lock.trouble,
      percent(lock.progress),
      timeLeft(lock, now),
      lock.waiters !== '' && `${lock.waiters} waiting`,
      lock.shared && 'shared',
      lock.branch && `on ${lock.branch}`,
      `for ${lasting(lock.since, now)}`,
      parentOfPath(resource),
    ),
    text: lock.note,
    progress: lock.progress,
    buttons: [
      writes && mine && { label: 'Check In', about: resource, press: () => act('muster.checkIn', target) },
      writes && mine && { label: 'Release', about: resource, press: () => act('muster.release', target) },
      writes && !mine && stale && { label: 'Take Over', about: resource, press: () => act('muster.takeOver', target) },
      writes && !mine && !stale && { label: 'Ask', about: resource, press: () => act('muster.askForRelease', target) },
    ],
  })
}

/** When its holder expects to be done; else how long the lock lasts without work. */
export function timeLeft({ eta, expires, stale }: Pick<LockItem, 'eta' | 'expires' | 'stale'>, now: number): string | false {
  if (eta !== undefined) return `done ${until(eta, now)}`
  return !stale && expires > now && `kept for ${lasting(now, expires)}`
}

export function decisionsSection(view: View, decisions: Lists['decisions']): TemplateResult {
  const proposed = decisions.filter(({ status }) => status === 'proposed').length
  return section(view, { list: 'decisions', title: 'Decisions', icon: 'decisions', count: proposed, none: 'No decisions yet.' }, decisions, (decision) => decisionRow(view, decision))
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
    detail: parts(status, `by ${by}`, impact === 'high' && 'high impact', category !== 'general' && category, ago(at, now)),
    text: status === 'proposed' ? text : undefined,
    buttons: [
      decides && { label: 'Approve', about: `${id} ${title}`, main: true, press: () => act('muster.approveDecision', target) },
      decides && { label: 'Reject', about: `${id} ${title}`, press: () => act('muster.rejectDecision', target) },
    ],
  })
}

export function messagesSection(view: View, messages: Lists['messages']): TemplateResult {
  return section(view, { list: 'messages', title: 'Messages', icon: 'messages', count: view.facts.unread, none: 'No messages yet.' }, messages, (message) => messageRow(view, message))
}

export function helpSection(view: View, help: Lists['help']): TemplateResult {
  return section(view, { list: 'help', title: 'Help Requests', icon: 'help', count: help.length, none: 'Nobody is asking for help.' }, help, (message) => messageRow(view, message))
}

function messageRow({ now, past, facts, act }: View, message: MessageItem): TemplateResult {
  const { id, title, mine, unread, priority } = message
  const target = { type: 'message', id } as const
  return row({
    icon: mine ? 'sent' : message.kind === 'help' ? 'help' : 'messages',
    tone: mine ? 'dim' : unread ? (priority === 'urgent' ? 'warn' : 'info') : message.kind === 'help' ? 'warn' : 'dim',
    title,
    open: () => act('muster.openMessage', target),
    state: unread && 'unread',
    detail: parts(unread && 'unread', mine ? `to ${message.to}` : `from ${message.from} to ${message.to}`, priority !== 'normal' && priority, message.state, message.deadline !== undefined && `answer due ${until(message.deadline, now)}`, ago(message.sent, now)),
    text: message.text,
    buttons: [!past && facts.writable && !mine && !message.answered && { label: 'Reply', about: title, press: () => act('muster.replyMessage', target) }],
  })
}

const kinds: Record<ErrorItem['kind'], string> = { conflict: 'conflict', dependency: 'dependency', code_error: 'code', timeout: 'time-out', other: 'other' }
export { kinds as errorKinds }

/** @param tools the filters */
export function errorsSection(view: View, all: Lists['errors'], filtered: readonly ErrorItem[], tools: TemplateResult): TemplateResult {
  const open = all.filter(({ status }) => status === 'open').length
  const none = all.length === 0 ? 'No errors. ' : 'No errors of this kind.'
  return section(view, { list: 'errors', title: 'Errors', icon: 'errors', count: open, none, tools }, filtered, (error) => errorRow(view, error))
}

function errorRow({ now, past, facts, act }: View, { id, message, severity, kind, agent, count: times, status, resource, at }: ErrorItem): TemplateResult {
  const target = { type: 'error', id } as const
  const grave = severity === 'critical' || severity === 'high'
  return row({
    icon: status === 'resolved' ? 'decisions' : grave ? 'errors' : 'warning',
    tone: status === 'resolved' ? 'good' : grave ? 'error' : 'warn',
    title: message,
    open: () => act('muster.openError', target),
    state: status,
    detail: parts(status === 'resolved' && 'resolved', severity, kind !== 'other' && kinds[kind], times > 1 && `${times} times`, agent, resource, ago(at, now)),
    buttons: [!past && facts.writable && status === 'open' && { label: 'Resolve', about: message, press: () => act('muster.resolveError', target) }],
  })
}

export function tasksSection(view: View, tasks: Lists['tasks']): TemplateResult {
  const { tasksDone, tasksWanted } = view.facts
  const tools = html`<div class="overall"><vscode-progress-bar aria-label="Tasks done" .value=${tasksWanted === 0 ? 0 : (100 * tasksDone) / tasksWanted}></vscode-progress-bar></div>`
  const open = tasks.filter(({ status }) => status === 'open' || status === 'started').length
  return section(view, { list: 'tasks', title: 'Tasks', icon: 'tasks', count: open, none: 'No tasks are planned.', ...(tasksWanted > 0 && { tools }) }, tasks, (task) => taskRow(view, task))
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
    state: after !== '' ? 'waits for other tasks' : status,
    detail: parts(id, priority, status !== 'open' && status, who, phase, after !== '' && `after ${after}`, ago(at, now)),
    buttons: [
      writes && status === 'open' && after === '' && { label: 'Start', about: title, press: () => act('muster.startTask', target) },
      writes && status === 'started' && mine && { label: 'Done', about: title, press: () => act('muster.completeTask', target) },
    ],
  })
}
