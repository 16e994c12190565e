import { isGate } from '../../core/model/words.js'
import type { AgentView, ClaimView, DecisionView, MessageView } from '../../core/model/operations.js'
import type { PlanView, Progress } from '../../core/model/planOperations.js'
import type { CheckpointView, DeliverableView, ErrorView, SummaryView, TaskView } from '../../core/model/workOperations.js'
import { t } from '../../vscode/l10n.js'

/** What documents about the whole project are made from. */
export interface ProjectRecords {
  plan: PlanView
  agents: readonly AgentView[]
  claims: readonly ClaimView[]
  tasks: readonly TaskView[]
  errors: readonly ErrorView[]
  deliverables: readonly DeliverableView[]
  /** With all their texts, in the order they were proposed. */
  decisions: readonly DecisionView[]
  checkpoints: ReadonlyMap<string, CheckpointView>
  summaries: ReadonlyMap<string, SummaryView>
  helpRequests: readonly MessageView[]
}

/** Time of the last change that these documents show; '' where nothing has happened yet. */
export function updatedAt(records: Pick<ProjectRecords, 'plan' | 'agents' | 'claims' | 'tasks' | 'deliverables' | 'decisions'>): string {
  const { plan, tasks, deliverables, decisions } = records
  // Who only looks in changes nothing of what is shown.
  const agents = [leadOf(records.agents) ?? [], workersOf(records).map(({ agent }) => agent)].flat()
  return latest([
    plan.changedAt, plan.tests?.at,
    ...agents.flatMap((agent) => [agent.joinedAt, agent.changedAt]),
    ...tasks.flatMap((task) => [task.addedAt, task.startedAt, task.closed?.at]),
    ...deliverables.flatMap((one) => [one.deliveredAt, one.integration?.at]),
    ...decisions.flatMap(decisionTimes),
  ])
}

/** Day on which it began, as far as anybody said; '' where nobody has. */
export function beganOn({ plan, agents }: Pick<ProjectRecords, 'plan' | 'agents'>): string {
  return (plan.beganAt ?? agents.map(({ joinedAt }) => joinedAt).sort()[0] ?? '').slice(0, 10)
}

export function decisionTimes({ proposedAt, review, implemented, superseded }: DecisionView): (string | undefined)[] {
  return [proposedAt, review?.at, implemented?.at, superseded?.at]
}

export function latest(times: readonly (string | undefined)[]): string {
  return times.reduce<string>((last, at) => (at !== undefined && at > last ? at : last), '')
}

/** The one who leads: who has said so last. */
export function leadOf(agents: readonly AgentView[]): AgentView | undefined {
  return agents.filter(({ role, status }) => role === 'lead' && status !== 'done' && status !== 'failed').sort((a, b) => (a.joinedAt < b.joinedAt ? 1 : -1))[0]
}

export interface Worker {
  agent: AgentView
  task: string
  /** Where it works: what it was given, else what it has locked. */
  scope: string[]
}

/** ms for which an agent is listed that has neither a task nor a place, after it was heard of last: before the newest of all agents, for documents tell no time of their own. */
const IDLE = 24 * 60 * 60_000

/** Agents that are at work, or were when they were heard of last; not the one who leads, and nobody whose work is integrated. */
export function workersOf({ agents, claims, tasks, deliverables }: Pick<ProjectRecords, 'agents' | 'claims' | 'tasks' | 'deliverables'>): Worker[] {
  const lead = leadOf(agents)
  const heard = Date.parse(latest(agents.map(({ seenAt }) => seenAt)))
  return agents
    .filter(({ id, kind, status, deployment }) => kind === 'agent' && id !== lead?.id && status !== 'done' && status !== 'failed' && deployment?.phase !== 'ended')
    .filter((agent) => !isIntegrated(agent, { claims, tasks, deliverables }))
    .map((agent) => {
      const task = taskOf(agent.id, tasks)
      const locked = claims.filter(({ heldBy }) => heldBy === agent.id).map(({ resource }) => resource)
      const scope = agent.deployment !== undefined && agent.deployment.scopes.length > 0 ? agent.deployment.scopes : locked.length > 0 ? locked : (task?.resources ?? [])
      return { agent, task: agent.currentTask || (task ? `${task.id} ${task.title}` : agent.brief ?? ''), scope }
    })
    .filter(({ task, scope, agent }) => task !== '' || scope.length > 0 || agent.role === 'worker' || (agent.role !== 'lead' && heard - Date.parse(agent.seenAt) <= IDLE))
}

/** The task it has begun, else the first that is meant for it. */
function taskOf(agent: string, tasks: readonly TaskView[]): TaskView | undefined {
  return tasks.find(({ worker, status }) => worker === agent && status === 'started') ?? openTasks(tasks.filter(({ worker, assignee }) => (worker ?? assignee) === agent))[0]
}

/** All it delivered is integrated, it has nothing more to do, and was not heard of since. */
function isIntegrated({ id, seenAt, deployment }: AgentView, { claims, tasks, deliverables }: Pick<ProjectRecords, 'claims' | 'tasks' | 'deliverables'>): boolean {
  const own = deliverables.filter(({ agent }) => agent === id)
  if (own.length === 0 || own.some(({ integration }) => !integration)) return false
  const rests = deployment === undefined && taskOf(id, tasks) === undefined && !claims.some(({ heldBy }) => heldBy === id)
  return rests && seenAt <= latest(own.map(({ integration }) => integration?.at))
}

/** Tasks that are not over, the most important first, what can be begun before what waits. */
export function openTasks(tasks: readonly TaskView[]): TaskView[] {
  return tasks.filter(({ closed }) => !closed).sort((a, b) => (a.priority < b.priority ? -1 : a.priority > b.priority ? 1 : a.blockedBy.length - b.blockedBy.length || a.number - b.number))
}

/**
 * The next thing for whoever leads: what it has begun itself, else the first task that can be begun, most important first. What
 * somebody else is at work on, or is meant for another, is theirs; what a dead agent left is free.
 * @param me Whoever asks; without one, nobody in particular does
 */
export function nextOf({ tasks, agents }: Pick<ProjectRecords, 'tasks' | 'agents'>, me?: string): TaskView | undefined {
  const isGone = (id: string): boolean => agents.every((agent) => agent.id !== id || agent.presence === 'gone' || agent.status === 'done' || agent.status === 'failed')
  const free = openTasks(tasks).filter(({ blockedBy }) => blockedBy.length === 0)
  const own = me === undefined ? undefined : free.find(({ status, worker }) => status === 'started' && worker === me)
  return own ?? free.find(({ status, worker, assignee }) => (status === 'started' ? worker === undefined || isGone(worker) : assignee === undefined || assignee === me))
}

/** Where nothing is free to begin: why that is. */
export function nothingNext(tasks: readonly TaskView[]): string {
  const open = openTasks(tasks)
  const at = open.filter(({ status }) => status === 'started').length
  return open.length === 0 ? t('no task is open') : t('nothing is free to begin: of {0} open, {1} at work, the others wait or are meant for somebody', open.length, at)
}

/** Decisions that wait for a person; phase changes and breaking ones first. */
export function approvalsNeeded(decisions: readonly DecisionView[]): DecisionView[] {
  const gate = ({ category }: DecisionView): number => (isGate(category) ? 0 : 1)
  return decisions.filter(({ status }) => status === 'proposed').sort((a, b) => gate(a) - gate(b) || a.number - b.number)
}

export function percentText({ done, total, percent }: Progress, what: string): string {
  return percent === undefined ? `nothing to count yet` : `${percent}% (${done}/${total} ${what})`
}
