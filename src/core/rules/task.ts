import { agentIdOf } from '../model/agentId.js'
import type { NextTaskResult, TaskResult } from '../model/workOperations.js'
import type { Task, TaskFields } from '../model/task.js'
import { idMeant, nextId, wasGiven } from '../state/ids.js'
import type { State } from '../state/state.js'
import { blockers, findTask } from '../state/tasks.js'
import { list } from '../state/text.js'
import { taskView } from '../state/workViews.js'
import { tell } from '../tell.js'
import { agentPresence } from './presence.js'
import { isPerson, nameOf, noTask, Plan, type Context, type Rule } from './rule.js'

type Done = Extract<TaskResult, { ok: true }>
type Refused = Extract<TaskResult, { ok: false }>

export const addTaskRule: Rule<TaskFields, Done, Refused> = {
  decide(state, command, context) {
    const { id, number } = nextId(state, 'task')
    const fields = normal(command)
    const unknown = unknownDependency(state, fields.dependsOn)
    return unknown ? { refusal: unknown } : { events: [{ type: 'task.added', task: id, number, by: context.agent, fields }] }
  },
  answer(events, _stamp, state, _command, context) {
    const event = events[0]
    if (event?.type !== 'task.added') throw new Error('adding a task always writes its event')
    return done(state, event.task, context)
  },
}

export interface ChangeTaskCommand {
  task: string
  fields: Partial<TaskFields>
  status?: 'open' | 'cancelled' | undefined
  note: string
}

/** Changes what a task says, gives it back, or cancels it. What somebody is at work on is theirs, unless a person decides. */
export const changeTaskRule: Rule<ChangeTaskCommand, Done, Refused> = {
  decide(state, command, context) {
    const task = findTask(state, command.task)
    if (!task) return { refusal: notFound(state, command.task) }
    if (task.closed) return { refusal: closedAlready(state, task) }
    const fields = normal(command.fields)
    const problem = fields.dependsOn && (unknownDependency(state, fields.dependsOn) ?? cycle(state, task, fields.dependsOn))
    if (problem) return { refusal: problem }
    const taken = command.status !== undefined || (fields.assignee !== undefined && fields.assignee !== task.worker)
    if (taken && atWork(state, task, context) && task.worker !== context.agent && !isPerson(state.agents.get(context.agent))) return { refusal: startedBy(state, task) }

    const plan = new Plan(state, context.stamp)
    if (Object.keys(fields).length > 0) plan.add({ type: 'task.changed', task: task.id, by: context.agent, fields })
    if (command.status === 'cancelled') plan.add({ type: 'task.closed', task: task.id, by: context.agent, how: 'cancelled', note: command.note })
    else if (taken && task.status === 'started') plan.add({ type: 'task.stopped', task: task.id, by: context.agent })
    return { events: plan.events }
  },
  answer: (_events, _stamp, state, command, context) => done(state, idMeant('task', command.task), context),
}

/** Begins a task: one agent only, and not before those it depends on are over. What a dead agent began may be taken up. */
export const startTaskRule: Rule<{ task: string }, Done, Refused> = {
  decide(state, command, context) {
    const task = findTask(state, command.task)
    if (!task) return { refusal: notFound(state, command.task) }
    if (task.closed) return { refusal: closedAlready(state, task) }
    if (task.status === 'started' && task.worker === context.agent) return { events: [] }
    if (task.status === 'started' && atWork(state, task, context)) return { refusal: startedBy(state, task) }
    const waitsFor = blockers(state, task)
    if (waitsFor.length > 0) return { refusal: { ok: false, reason: 'BLOCKED', id: task.id, blockedBy: waitsFor, hint: tell`${task.id} waits for ${list(waitsFor)}. ${waitsFor.length === 1 ? tell`Do that first` : tell`Do those first`}, or take the next task.` } }
    if (task.status === 'open' && task.assignee !== undefined && task.assignee !== context.agent) {
      return { refusal: { ok: false, reason: 'ASSIGNED', id: task.id, hint: tell`${task.id} is meant for ${nameOf(state, task.assignee)}. Take the next task, or have it assigned to you.` } }
    }
    const plan = new Plan(state, context.stamp)
    plan.add({ type: 'task.started', task: task.id, agent: context.agent })
    plan.add({ type: 'agent.checkedIn', agent: context.agent, fields: { currentTask: currentTask(task) }, work: true })
    return { events: plan.events }
  },
  answer: (_events, _stamp, state, command, context) => done(state, idMeant('task', command.task), context),
}

export interface CompleteTaskCommand {
  task: string
  note: string
}

/** Ends a task as done, once: by the agent at work on it, or by a person. */
export const completeTaskRule: Rule<CompleteTaskCommand, Done, Refused> = {
  decide(state, command, context) {
    const task = findTask(state, command.task)
    if (!task) return { refusal: notFound(state, command.task) }
    if (task.closed) return { refusal: closedAlready(state, task) }
    if (task.worker !== context.agent && !isPerson(state.agents.get(context.agent))) {
      if (task.status === 'started') return { refusal: startedBy(state, task) }
      return { refusal: { ok: false, reason: 'NOT_STARTED', id: task.id, hint: tell`Nobody has started ${task.id}. Start it first, so that no two do the same.` } }
    }
    const plan = new Plan(state, context.stamp)
    plan.add({ type: 'task.closed', task: task.id, by: context.agent, how: 'done', note: command.note })
    const worker = task.worker === undefined ? undefined : state.agents.get(task.worker)
    if (worker?.currentTask === currentTask(task)) plan.add({ type: 'agent.checkedIn', agent: worker.id, fields: { currentTask: '' }, work: true })
    return { events: plan.events }
  },
  answer: (_events, _stamp, state, command, context) => done(state, idMeant('task', command.task), context),
}

/**
 * What the agent should do next: the most important task that nothing stands in the way of and that is meant for it or for
 * nobody in particular; its own before others, the oldest first. What a dead agent left counts.
 */
export function nextTask(state: State, context: Context): NextTaskResult {
  const free: Task[] = []
  let open = 0
  for (const task of state.tasks.values()) {
    if (task.closed) continue
    open++
    const left = task.status === 'started' && task.worker !== context.agent && !atWork(state, task, context)
    const meant = left || task.assignee === undefined || task.assignee === context.agent
    if ((task.status === 'open' || left) && meant && blockers(state, task).length === 0) free.push(task)
  }
  const mine = (task: Task): number => (task.assignee === context.agent ? 0 : 1)
  const [first] = free.sort((a, b) => (a.priority < b.priority ? -1 : a.priority > b.priority ? 1 : mine(a) - mine(b) || a.number - b.number))
  if (first) return { ok: true, task: taskView(state, first, context.agent) }
  const hint = open === 0 ? tell`No task is open. Add one, or ask what is to be done.` : tell`Of the ${open} tasks not finished none is free for you: they are begun, meant for others, or wait for others. Help somebody, or ask for one.`
  return { ok: false, reason: 'NONE', open, hint }
}

/** Whether somebody who is there, or may be, works on it. */
export function atWork(state: State, task: Task, context: Context): boolean {
  const worker = task.worker === undefined ? undefined : state.agents.get(task.worker)
  return worker !== undefined && worker.status !== 'done' && worker.status !== 'failed' && agentPresence(state, worker, context) !== 'gone'
}

function normal<F extends Partial<TaskFields>>(fields: F): F {
  const { assignee, dependsOn } = fields
  return {
    ...fields,
    ...(assignee !== undefined && { assignee: agentIdOf(assignee) }),
    ...(dependsOn && { dependsOn: [...new Set(dependsOn.map((id) => idMeant('task', id)))] }),
  }
}

function currentTask(task: Task): string {
  return `${task.id} ${task.title}`
}

function unknownDependency(state: State, dependsOn: readonly string[]): Refused | undefined {
  const unknown = dependsOn.find((id) => !state.tasks.has(id) && !wasGiven(state, 'task', id))
  return unknown === undefined ? undefined : { ...notFound(state, unknown), hint: tell`It cannot wait for ${unknown}: there is no such task. List the tasks to see their ids.` }
}

/** Refused where the task would, through what it waits for, wait for itself. */
function cycle(state: State, task: Task, dependsOn: readonly string[]): Refused | undefined {
  const seen = new Set<string>()
  const pending = [...dependsOn]
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (id === task.id) return { ok: false, reason: 'CYCLE', id, hint: tell`${id} would wait for itself. Leave out one of the tasks it depends on.` }
    if (seen.has(id)) continue
    seen.add(id)
    pending.push(...(state.tasks.get(id)?.dependsOn ?? []))
  }
  return undefined
}

function done(state: State, id: string, context: Context): Done {
  const task = state.tasks.get(id)
  // A late retry may come after the task was cleaned up, which only closed ones are.
  return { ok: true, id, number: task?.number ?? 0, status: task?.status ?? 'done', ...(task && { task: taskView(state, task, context.agent) }) }
}

function notFound(state: State, reference: string): Refused {
  const id = idMeant('task', reference)
  if (wasGiven(state, 'task', id)) return { ok: false, reason: 'WRONG_STATUS', id, hint: tell`${id} was closed a while ago and is off the list; the log tells how. Add a new task for what is left.` }
  return noTask(reference)
}

function startedBy(state: State, task: Task): Refused {
  const name = nameOf(state, task.worker ?? '')
  return { ok: false, reason: 'STARTED', id: task.id, worker: task.worker, hint: tell`${name} is at work on ${task.id}. Take the next task, or ask ${name} to hand it on.` }
}

function closedAlready(state: State, task: Task): Refused {
  return { ok: false, reason: 'WRONG_STATUS', id: task.id, hint: tell`${task.id} is ${[task.status === 'done' ? 'done' : 'cancelled']} already, by ${nameOf(state, task.closed?.by ?? '')}. Add a new task for what is left.` }
}
