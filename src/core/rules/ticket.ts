import { agentIdOf } from '../model/agentId.js'
import { mayBecome } from '../model/agentStatus.js'
import type { Deliverable, DeliverableFields } from '../model/report.js'
import { collides, isGlob } from '../model/overlap.js'
import { resourceLabel, type Resource } from '../model/resource.js'
import type { Task } from '../model/task.js'
import type { TicketResult, WorkerIntegrationResult } from '../model/tickets.js'
import type { IntegrationVerdict } from '../model/words.js'
import { idMeant, nextId } from '../state/ids.js'
import type { State } from '../state/state.js'
import { findTask, responsible } from '../state/tasks.js'
import { iso } from '../state/views.js'
import { tell } from '../tell.js'
import { identityOf, unknownAgent } from './agent.js'
import { deploymentLives, hasProcess } from './presence.js'
import { isPerson, nameOf, Plan, refuse, type Context, type Rule } from './rule.js'
import { atWork, changeTaskRule, type ChangeTaskCommand } from './task.js'

type Refused = Extract<TicketResult, { ok: false }>

export interface TicketCommand {
  worker: string
  task?: string | undefined
  /** As people write them. */
  scopes?: readonly string[] | undefined
  brief?: string | undefined
  /** The task may be another worker's: it is this one's from now on. */
  takeOver?: boolean | undefined
}

/** What a ticket is made from. */
export interface TicketGiven {
  ok: true
  worker: string
  name: string
  brief: string
  task: Task
}

/** Gives a worker one task with its scope: files that no other worker has to change. */
export const ticketRule: Rule<TicketCommand, TicketGiven, Refused> = {
  decide(state, { worker, task, scopes, brief, takeOver }, context) {
    const id = agentIdOf(worker)
    const known = state.agents.get(id)
    if (isPerson(known)) return refuse('NOT_AN_AGENT', tell`${nameOf(state, id)} is a person. Tickets are for agents.`)
    const meant = task === undefined ? taskOf(state, id) : findTask(state, task)
    if (!meant) return refuse('NOT_FOUND', task === undefined ? tell`No open task is meant for ${nameOf(state, id)}. Say which: muster ticket make ${id} --task ID` : tell`There is no task ${task}. List the tasks to see their ids.`)
    const other = responsible(meant)
    // What somebody began a person may move, also on purpose only; anybody else is refused that below.
    const isGuarded = meant.status !== 'started' || (isPerson(state.agents.get(context.agent)) && atWork(state, meant, context))
    if (other !== undefined && other !== id && other !== context.agent && isGuarded && takeOver !== true) {
      return { refusal: { ok: false, reason: 'ASSIGNED', heldBy: other, hint: tell`${meant.id} is the task of ${nameOf(state, other)}. Choose another, or move it on purpose: --take-over` } }
    }
    const resources = scopes ?? meant.resources
    if (resources.length === 0) return refuse('NO_SCOPE', tell`It does not say where ${nameOf(state, id)} may work. Name files or folders that nobody else changes: --scope src/orders/`)
    const taken = scopeTaken(state, { id, task: meant, resources }, context)
    if (taken) return { refusal: taken }
    const fields = { ...(meant.assignee !== id && { assignee: id }), ...(resources.join('\n') !== meant.resources.join('\n') && { resources: [...resources] }) }
    const changed = changeTaskRule.decide(state, { task: meant.id, fields, note: '' }, context)
    if (!('events' in changed)) return 'refusal' in changed ? { refusal: changed.refusal as Refused } : changed
    const plan = new Plan(state, context.stamp)
    if (!known) plan.add({ type: 'agent.joined', agent: id, identity: { name: worker, kind: 'agent', role: 'worker', parent: context.agent, ...(brief !== undefined && { brief }) } })
    else if (brief !== undefined && brief !== known.brief) plan.add({ type: 'agent.joined', agent: id, identity: { ...identityOf(known), brief } })
    if (!known) plan.add({ type: 'agent.checkedIn', agent: id, fields: { status: 'waiting' }, work: true })
    return { events: [...plan.events, ...changed.events] }
  },
  answer(_events, _stamp, state, { worker, task }) {
    const id = agentIdOf(worker)
    const agent = state.agents.get(id)
    const given = (task === undefined ? undefined : findTask(state, task)) ?? taskOf(state, id)
    if (!given) throw new Error('a ticket is always about a task')
    return { ok: true, worker: id, name: agent?.name ?? worker, brief: agent?.brief ?? '', task: given }
  },
}

/** Changes where the task of a worker with a ticket is done: there, too, no other worker may have to change anything. */
export const rescopeRule: typeof changeTaskRule = {
  decide(state, command: ChangeTaskCommand, context) {
    const task = findTask(state, command.task)
    const { resources, assignee, dependsOn } = command.fields
    const id = assignee === undefined ? task && responsible(task) : agentIdOf(assignee)
    const meant = task && { ...task, ...(dependsOn && { dependsOn: dependsOn.map((one) => idMeant('task', one)) }) }
    const taken = meant && id && resources && command.status !== 'cancelled' ? scopeTaken(state, { id, task: meant, resources }, context) : undefined
    return taken && !meant?.closed ? { refusal: { ...taken, id: meant!.id } } : changeTaskRule.decide(state, command, context)
  },
  answer: changeTaskRule.answer,
}

/** What a worker is to do now: what it has begun, else the most important that is meant for it. */
export function taskOf(state: State, agent: string): Task | undefined {
  return [...state.tasksOf.ids(agent)]
    .flatMap((id) => state.tasks.get(id) ?? [])
    .filter((task) => !task.closed && responsible(task) === agent)
    .sort((a, b) => Number(b.status === 'started') - Number(a.status === 'started') || (a.priority === b.priority ? a.number - b.number : a.priority < b.priority ? -1 : 1))[0]
}

type ScopeTaken = Extract<Refused, { ok: false }> & { reason: 'SCOPE_TAKEN' }

interface Wanted {
  id: string
  task: Task
  resources: readonly string[]
}

/** Whoever else is to change some of it, by a task or as a worker that Muster started. In one after the other there is no overlap. */
function scopeTaken(state: State, { id, task, resources }: Wanted, context: Context): ScopeTaken | undefined {
  const refuse = (mine: string, theirs: string, agent: string): ScopeTaken => ({ ok: false, reason: 'SCOPE_TAKEN', heldBy: agent, hint: tell`${mine} overlaps with ${theirs}, the scope of ${nameOf(state, agent)}. Choose files nobody works on, or have one task wait for the other: --depends-on.` })
  const clash = (labels: readonly string[], agent: string): ScopeTaken | undefined => {
    for (const mine of resources) for (const theirs of labels) if (collides(resourceOf(mine), resourceOf(theirs))) return refuse(mine, theirs, agent)
    return undefined
  }
  for (const other of state.tasks.values()) {
    const agent = responsible(other)
    if (other.closed || agent === undefined || agent === id || other.id === task.id || waitsFor(state, task, other) || waitsFor(state, other, task)) continue
    const found = clash(other.resources, agent)
    if (found) return found
  }
  for (const other of state.deployments.values()) {
    if (other.agent === id || other.readOnly || !deploymentLives(other, context)) continue
    const found = clash(other.scopes.map(resourceLabel), other.agent)
    if (found) return found
  }
  return undefined
}

/** Whether one is begun only when the other is over. */
function waitsFor(state: State, task: Task, other: Task): boolean {
  const seen = new Set<string>()
  const pending = [...task.dependsOn]
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (id === other.id) return true
    if (seen.has(id)) continue
    seen.add(id)
    pending.push(...(state.tasks.get(id)?.dependsOn ?? []))
  }
  return false
}

/** What a task names, for comparing: whichever tree, and in any case, since nobody here sees the disk. */
function resourceOf(label: string): Resource {
  if (/^(name|port):/.test(label)) return { kind: 'name', name: label }
  const text = label.replace(/^\.\//, '').toLowerCase()
  const hash = text.lastIndexOf('#')
  if (hash > 0 && hash < text.length - 1) return { kind: 'symbol', tree: '', path: text.slice(0, hash), symbol: label.slice(label.lastIndexOf('#') + 1) }
  if (isGlob(text)) return { kind: 'glob', tree: '', path: text }
  return text === '' || text.endsWith('/') ? { kind: 'folder', tree: '', path: text.replace(/\/+$/, '') } : { kind: 'file', tree: '', path: text }
}

export interface WorkerIntegrationCommand {
  worker: string
  verdict: IntegrationVerdict
  note: string
  /** File with what it has written, where there is one, and when that was written (ms since 1970). */
  output?: string | undefined
  outputAt?: number | undefined
  /** Another verdict on what was decided already takes the place of that one. */
  replace?: boolean | undefined
}

/**
 * What became of all a worker has delivered; where it delivered nothing in the records, of what it wrote. That is decided once: a
 * second verdict is given on purpose, and replaces the first. Its task is over, or open for others again, and it is done, unless
 * it is at work.
 */
export const integrateWorkerRule: Rule<WorkerIntegrationCommand, Extract<WorkerIntegrationResult, { ok: true }>, Extract<WorkerIntegrationResult, { ok: false }>> = {
  decide(state, { worker, verdict, note, output, outputAt, replace }, context) {
    const id = agentIdOf(worker)
    const known = state.agents.get(id)
    if (!known) return { refusal: unknownAgent(worker) }
    if (id === context.agent && !isPerson(known)) return refuse('OWN_DELIVERABLE', tell`It is your own. Ask the lead or a person to take it over.`)
    const plan = new Plan(state, context.stamp)
    const own = [...state.deliverables.values()].filter((one) => one.agent === id)
    const open = own.filter((one) => !one.integration).map((one) => one.id)
    const decided = open.length === 0 ? lastDecided(own, output, outputAt) : []
    if (decided.length > 0 && replace !== true) return { refusal: decidedBefore(state, known.name, decided[0]!.integration!) }
    open.push(...decided.map((one) => one.id))
    const task = decided.length > 0 ? taskDecided(state, id, decided) : taskOf(state, id)
    if (open.length === 0) {
      if (output === undefined) return refuse('NOTHING_DELIVERED', tell`${known.name} has delivered nothing. Save what it wrote first: muster ticket output ${id} --from FILE`)
      const { id: deliverable, number } = nextId(state, 'deliverable')
      plan.add({ type: 'deliverable.added', deliverable, number, agent: id, fields: outputOf(task, output) })
      open.push(deliverable)
    }
    for (const deliverable of open) plan.add({ type: 'deliverable.integrated', deliverable, by: context.agent, verdict, note })
    if (task && verdict === 'accepted') plan.add({ type: 'task.closed', task: task.id, by: context.agent, how: 'done', note })
    else if (task) {
      if (task.status === 'started') plan.add({ type: 'task.stopped', task: task.id, by: context.agent })
      if (task.assignee !== undefined) plan.add({ type: 'task.changed', task: task.id, by: context.agent, fields: { assignee: '' } })
    }
    if (known.status !== 'done' && (task || decided.length === 0) && mayBecome(known.status, 'done') && !hasProcess(state, id, context)) plan.add({ type: 'agent.checkedIn', agent: id, fields: { status: 'done', ...(task && { currentTask: '' }) }, work: true })
    return { events: plan.events }
  },
  answer: (events, _stamp, _state, { worker, verdict }) => ({
    ok: true,
    worker: agentIdOf(worker),
    verdict,
    deliverables: events.flatMap((event) => (event.type === 'deliverable.integrated' ? [event.deliverable] : [])),
    tasks: [...new Set(events.flatMap((event) => (event.type === 'task.closed' || event.type === 'task.stopped' || event.type === 'task.changed' ? [event.task] : [])))],
  }),
}

/** What the last verdict on a worker's output was about; none where it has written something since. */
function lastDecided(own: readonly Deliverable[], output: string | undefined, outputAt: number | undefined): Deliverable[] {
  const decided = own.filter((one) => one.integration)
  const last = decided.reduce((stamp, { integration }) => (integration!.stamp.seq > stamp.seq ? integration!.stamp : stamp), { seq: 0, at: 0 })
  const isKnown = output === undefined || (outputAt !== undefined && outputAt <= last.at) || decided.some(({ files }) => files.some(({ path }) => path === output))
  return isKnown ? decided.filter(({ integration }) => integration!.stamp.seq === last.seq) : []
}

/** The task that was decided on before, where it is still this worker's: meanwhile it may be at work on another. */
function taskDecided(state: State, worker: string, decided: readonly Deliverable[]): Task | undefined {
  return decided.flatMap(({ task }) => (task === undefined ? [] : (state.tasks.get(task) ?? []))).find((task) => !task.closed && responsible(task) === worker)
}

function decidedBefore(state: State, worker: string, { verdict, by, note, stamp }: NonNullable<Deliverable['integration']>): Extract<WorkerIntegrationResult, { ok: false }> {
  const words = { accepted: 'accepted', rejected: 'rejected', partial: tell`taken over in part` } as const
  return { ok: false, reason: 'DECIDED', verdict, by, hint: tell`What ${worker} wrote was ${[words[verdict]]} by ${nameOf(state, by)} on ${iso(stamp).slice(0, 10)}${note === '' ? '' : `: ${note}`}. To change that on purpose: --replace` }
}

function outputOf(task: Task | undefined, path: string): DeliverableFields {
  return { title: task?.title ?? 'Output', files: [{ path, purpose: 'What it wrote' }], endpoints: [], tests: [], integrationReady: true, notes: '', ...(task && { task: task.id }) }
}
