import type { AgentView, ClaimView, DecisionView, MessageView } from '../../core/model/operations.js'
import type { RunView } from '../../core/model/runs.js'
import type { ErrorView, TaskView } from '../../core/model/workOperations.js'
import type { World } from '../../core/muster.js'
import type { AgentItem, DecisionItem, ErrorItem, LockItem, Lists, MessageItem, RunItem, TaskItem } from '../../protocol/dashboard.js'
import { inNeed } from '../inNeed.js'
import { numberText, t } from '../l10n.js'
import { Overlaps } from '../resources.js'
import { parts, short } from '../text.js'
import { leftOver } from '../unfinished.js'
import { deliveryOf, DUE, isDue, kindNames, LATE, needOf, NONE, ownState, tellsOfLoss, titleOf } from '../views/messageRows.js'
import { overlapText, stateOf } from '../locksOnFiles.js'
import { isDead, statusText } from '../views/runRows.js'

/** Of what only grows, the newest are shown. */
const NEWEST = 300
const OVER = 100
/** Of others' texts this much is shown; the whole is a click away. */
const TEXT = 300
const ETA_MS = 60_000

/** The state as the dashboard shows it. @param terminals names of this window's terminals, by the agents that work in them @param runs those of now: the past of their folders is not known */
export function listsOf(world: World, terminals: ReadonlyMap<string, string> = new Map(), runs: readonly RunView[] = []): Lists {
  const names = new Map(world.agents.map((agent) => [agent.id, agent.name]))
  const name = (id: string): string => names.get(id) ?? id
  const overlaps = new Overlaps(world.claims)
  const seen = new Map(world.agents.map((agent) => [agent.id, time(agent.seenAt)]))
  // One that is everybody's tells nothing.
  const branches = new Set(world.claims.map(({ branch }) => branch)).size > 1
  const need = inNeed(world)
  const left = new Set(leftOver(world))
  const message = (view: MessageView): MessageItem => messageItem(view, world.me?.id, name)
  return {
    agents: world.agents.map((agent) => agentItem(agent, { terminal: terminals.has(agent.id), need: need.get(agent.id), left: left.has(agent) })),
    locks: world.claims.map((claim) => lockItem(claim, overlaps.of(claim), name, { seen, branches })),
    messages: newestMessages(world.messages, world.me?.id).map(message),
    help: world.helpRequests.map(message),
    decisions: world.decisions.map(decisionItem),
    errors: [...world.errors.filter(({ status }) => status === 'open'), ...latest(world.errors.filter(({ status }) => status === 'resolved'), ({ resolved }) => resolved?.at)].map(errorItem),
    tasks: [...world.tasks.filter((task) => !isOver(task)), ...latest(world.tasks.filter(isOver), ({ closed }) => closed?.at)].map(taskItem),
    runs: [...runs.filter(({ status }) => status !== 'completed'), ...latest(runs.filter(({ status }) => status === 'completed'), ({ endedAt }) => endedAt)].map(runItem),
  }
}

function agentItem(agent: AgentView, { terminal, need, left }: Pick<AgentItem, 'terminal' | 'need' | 'left'>): AgentItem {
  return {
    id: agent.id,
    name: shown(agent.name, 60),
    kind: agent.kind,
    me: agent.me,
    presence: agent.presence,
    status: agent.status,
    progress: agent.progress,
    doing: shown(agent.blocker || agent.message || agent.currentTask || agent.brief || ''),
    blocked: agent.status === 'blocked' || (agent.blocker ?? '') !== '',
    need,
    left,
    role: agent.role,
    model: agent.model && shown(agent.model, 40),
    branch: agent.branch && shown(agent.branch, 60),
    locks: agent.claims.length,
    seen: time(agent.presence === 'gone' ? agent.seenAt : (agent.workedAt ?? agent.seenAt)),
    eta: agent.eta === undefined || Number.isNaN(time(agent.eta)) ? undefined : time(agent.eta),
    terminal: terminal && !agent.me,
  }
}

function lockItem(claim: ClaimView, overlaps: readonly ClaimView[], name: (id: string) => string, { seen, branches }: { seen: ReadonlyMap<string, number>; branches: boolean }): LockItem {
  const expires = time(claim.expiresAt)
  return {
    id: `${claim.tree}\n${claim.resource}\n${claim.heldBy}`,
    resource: claim.resource,
    tree: claim.tree,
    heldBy: claim.heldBy,
    holder: shown(claim.holderName, 60),
    mine: claim.mine,
    stale: claim.stale,
    trouble: parts(stateOf(claim), overlapText(overlaps)),
    staleSince: claim.stale ? (claim.presence === 'gone' ? Math.min(expires, seen.get(claim.heldBy) ?? expires) : expires) : undefined,
    progress: claim.progress,
    note: shown(claim.message ?? claim.note ?? ''),
    branch: branches && claim.branch !== undefined ? shown(claim.branch, 60) : undefined,
    shared: claim.mode === 'shared',
    opens: claim.kind !== 'name' && claim.kind !== 'glob',
    since: time(claim.since),
    expires,
    eta: claim.eta === undefined ? undefined : time(claim.eta),
    waiters: claim.waiters.map((waiter) => shown(name(waiter), 40)).join(', '),
  }
}

/** Those that need somebody, and the newest. */
function newestMessages(messages: readonly MessageView[], me: string | undefined): MessageView[] {
  const begin = messages.length - NEWEST
  return begin <= 0 ? [...messages] : messages.filter((message, index) => index >= begin || message.unread || needOf(message, me) < NONE)
}

function messageItem(message: MessageView, me: string | undefined, name: (id: string) => string): MessageItem {
  const mine = message.from === me
  const need = needOf(message, me)
  return {
    id: message.id,
    title: titleOf(message),
    from: shown(message.fromName, 60),
    to: message.to === 'all' ? t('everyone') : shown(name(message.to), 60),
    mine,
    unread: message.unread,
    need,
    owed: need === DUE || need === LATE,
    loss: need < NONE && tellsOfLoss(message),
    kind: message.kind,
    priority: message.priority,
    state: parts(kindNames[message.kind]?.(), mine ? deliveryOf(message) : ownState(message)),
    answered: !mine && message.status === 'answered',
    text: shown(message.body),
    sent: time(message.sentAt),
    deadline: isDue(message) ? time(message.deadline!) : undefined,
  }
}

function decisionItem({ id, number, title, decision, status, impact, category, proposerName, proposedAt, review }: DecisionView): DecisionItem {
  return { id, number, title: shown(title), text: shown(decision), status, impact, category: shown(category, 60), by: shown(review?.byName ?? proposerName, 60), at: time(review?.at ?? proposedAt) }
}

function errorItem({ id, message, agentName, kind, severity, status, count, resource, lastAt, resolved }: ErrorView): ErrorItem {
  return { id, message: shown(message), agent: shown(agentName, 60), kind, severity, status, count, resource: resource && shown(resource), at: time(resolved?.at ?? lastAt) }
}

function taskItem(task: TaskView): TaskItem {
  const { id, number, title, status, priority, phase = '', blockedBy, closed, startedAt, addedAt } = task
  const who = task.workerName ?? (task.assigneeName === undefined ? '' : t('for {name}', { name: task.assigneeName }))
  return {
    id,
    number,
    title: shown(title),
    status,
    priority,
    phase: shown(phase, 60),
    who: task.mine ? (status === 'open' ? t('for you') : t('you')) : shown(who, 60),
    mine: task.mine,
    after: status === 'open' ? blockedBy.slice(0, 3).join(', ') + (blockedBy.length > 3 ? ' …' : '') : '',
    at: time(closed?.at ?? startedAt ?? addedAt),
  }
}

function runItem(run: RunView): RunItem {
  const { status, done, total, endedAt, startedAt, eta } = run
  const at = endedAt ?? startedAt
  return {
    id: run.run,
    name: shown(run.name, 60),
    status,
    hung: run.hung === true,
    dead: isDead(run),
    state: statusText(run),
    agent: shown(run.agent ?? '', 60),
    progress: run.progress,
    items: done === undefined ? '' : total === undefined ? numberText(done) : t('{0} of {1}', done, total),
    // Told anew at every look: a second more or less is no change.
    eta: status === 'running' && eta !== undefined ? Math.round(time(eta) / ETA_MS) * ETA_MS : undefined,
    metrics: shown(Object.entries(run.metrics ?? {}).slice(0, 8).map(([key, value]) => `${key}=${value}`).join(', ')),
    error: shown(run.error ?? ''),
    at: at === undefined ? undefined : time(at),
  }
}

export function isOver({ status }: Pick<TaskView, 'status'>): boolean {
  return status === 'done' || status === 'cancelled'
}

function latest<T>(things: T[], at: (thing: T) => string | undefined): T[] {
  return things.length <= OVER ? things : things.sort((a, b) => (at(b) ?? '').localeCompare(at(a) ?? '')).slice(0, OVER)
}

function shown(text: string, limit = TEXT): string {
  return short(text, limit)
}

function time(iso: string): number {
  return Date.parse(iso)
}
