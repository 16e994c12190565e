import type { ErrorRecord } from '../model/errorRecord.js'
import type { Checkpoint, DailySummary, Deliverable } from '../model/report.js'
import type { Task } from '../model/task.js'
import type { CheckpointView, DeliverableView, ErrorView, SummaryView, TaskView } from '../model/workOperations.js'
import { nameOf } from '../rules/rule.js'
import type { State } from './state.js'
import { blockers, responsible } from './tasks.js'
import { iso } from './views.js'

export function taskView(state: State, task: Task, reader: string): TaskView {
  const { added, started, closed, ...fields } = task
  return {
    ...fields,
    addedByName: nameOf(state, task.addedBy),
    ...(task.assignee !== undefined && { assigneeName: nameOf(state, task.assignee) }),
    ...(task.worker !== undefined && { workerName: nameOf(state, task.worker) }),
    mine: responsible(task) === reader,
    addedAt: iso(added),
    ...(started && { startedAt: iso(started) }),
    ...(closed && { closed: { by: closed.by, byName: nameOf(state, closed.by), note: closed.note, at: iso(closed.stamp) } }),
    blockedBy: closed ? [] : blockers(state, task),
  }
}

/** Tasks the agent works on or is meant to, the most important first. */
export function tasksFor(state: State, agent: string): TaskView[] {
  const tasks = [...state.tasksOf.ids(agent)].flatMap((id) => state.tasks.get(id) ?? [])
  return tasks.sort((a, b) => (a.priority === b.priority ? a.number - b.number : a.priority < b.priority ? -1 : 1)).map((task) => taskView(state, task, agent))
}

export function errorView(state: State, error: ErrorRecord): ErrorView {
  const { first, last, resolved, ...fields } = error
  return {
    ...fields,
    agentName: nameOf(state, error.agent),
    status: resolved ? 'resolved' : 'open',
    firstAt: iso(first),
    lastAt: iso(last),
    ...(resolved && { resolved: { by: resolved.by, byName: nameOf(state, resolved.by), text: resolved.text, at: iso(resolved.stamp) } }),
  }
}

export function checkpointView({ saved, ...fields }: Checkpoint): CheckpointView {
  return { ...fields, savedAt: iso(saved) }
}

export function deliverableView(state: State, deliverable: Deliverable): DeliverableView {
  const { delivered, integration, ...fields } = deliverable
  return {
    ...fields,
    agentName: nameOf(state, deliverable.agent),
    deliveredAt: iso(delivered),
    ...(integration && { integration: { verdict: integration.verdict, by: integration.by, byName: nameOf(state, integration.by), note: integration.note, at: iso(integration.stamp) } }),
  }
}

export function summaryView({ written, ...fields }: DailySummary): SummaryView {
  return { ...fields, writtenAt: iso(written) }
}
