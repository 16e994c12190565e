import type { ErrorView, TaskView } from '../../core/model/workOperations.js'
import type { Severity, TaskPriority, TaskStatus } from '../../core/model/words.js'
import type { World } from '../../core/muster.js'
import { addTo } from '../addTo.js'
import { rowKinds } from '../contributions.js'
import { ago, byName, count, parts, short } from '../text.js'
import { tooltip, type Row } from './row.js'

/** What is over is folded away; so many of it are shown. */
const OVER_SHOWN = 50

/** Errors that are open, then tasks below their phases: those at work first, then by priority. What is over comes last in each, folded. */
export function workRows(world: World, now: number): Row[] {
  return [...errorRows(world.errors, now), ...taskRows(world.tasks, now)]
}

/** Errors nobody has put right. */
export function openErrors(world: World): ErrorView[] {
  return world.errors.filter((error) => error.status === 'open')
}

function taskRows(tasks: readonly TaskView[], now: number): Row[] {
  const phases = new Map<string, TaskView[]>()
  for (const task of tasks) addTo(phases, task.phase ?? '', task)
  const loose = phases.get('') ?? []
  phases.delete('')
  return [...sortedTasks(loose, now, ''), ...[...phases].sort(([a], [b]) => byName(a, b)).map(([phase, within]) => phaseRow(phase, within, now))]
}

function phaseRow(phase: string, tasks: readonly TaskView[], now: number): Row {
  const wanted = tasks.filter(({ status }) => status !== 'cancelled')
  const done = wanted.filter(({ status }) => status === 'done').length
  const description = `${done} of ${wanted.length} done`
  const over = wanted.length > 0 && done === wanted.length
  return {
    id: `phase ${phase}`,
    label: short(phase),
    description,
    icon: over ? 'pass-filled' : 'milestone',
    ...(over && { color: 'charts.green' }),
    tooltip: tooltip(phase, ['Tasks', description]),
    spoken: parts(`Phase ${phase}`, description),
    kind: rowKinds.group,
    target: { type: 'group' },
    children: sortedTasks(tasks, now, phase),
    expanded: !over,
  }
}

const order: Record<TaskStatus, number> = { started: 0, open: 1, done: 2, cancelled: 2 }

function sortedTasks(tasks: readonly TaskView[], now: number, phase: string): Row[] {
  const isOver = (task: TaskView): boolean => order[task.status] === 2
  const current = tasks.filter((task) => !isOver(task)).sort((a, b) => order[a.status] - order[b.status] || byName(a.priority, b.priority) || Number(a.blockedBy.length > 0) - Number(b.blockedBy.length > 0) || a.number - b.number)
  const over = tasks.filter(isOver).sort((a, b) => (b.closed?.at ?? '').localeCompare(a.closed?.at ?? '') || b.number - a.number)
  const rows = current.map((task) => taskRow(task, now))
  if (rows.length === 0 && phase !== '') return over.slice(0, OVER_SHOWN).map((task) => taskRow(task, now))
  return over.length === 0 ? rows : [...rows, folded(`over ${phase}`, 'Done', over.map((task) => taskRow(task, now)))]
}

const priorities: Record<TaskPriority, string> = { P0: 'critical', P1: 'important', P2: 'nice to have' }

function taskRow(task: TaskView, now: number): Row {
  const blocked = task.status === 'open' && task.blockedBy.length > 0
  const who = task.workerName ?? (task.assigneeName === undefined ? undefined : `for ${task.assigneeName}`)
  const description = parts(
    task.priority,
    task.status === 'cancelled' && 'cancelled',
    who !== undefined && (task.mine ? (task.status === 'open' ? 'for you' : 'you') : short(who, 30)),
    blocked && `after ${task.blockedBy.slice(0, 3).join(', ')}${task.blockedBy.length > 3 ? ' …' : ''}`,
    ago(task.closed?.at ?? task.startedAt ?? task.addedAt, now),
  )
  return {
    id: task.id,
    label: short(task.title),
    description,
    ...lookOf(task, blocked),
    tooltip: tooltip(
      `${task.id} ${task.title}`,
      ['Status', blocked ? 'waits for other tasks' : task.status],
      ['Priority', `${task.priority}, ${priorities[task.priority]}`],
      ['Phase', task.phase],
      ['Worked on by', task.workerName],
      ['For', task.assigneeName],
      ['After', task.dependsOn.join(', ')],
      ['Files', task.resources.slice(0, 10).join(', ')],
      ['Done when', task.acceptance.slice(0, 5).join('; ')],
      ['Added', `by ${task.addedByName}, ${ago(task.addedAt, now)}`],
      ['Note', task.closed?.note],
    ),
    spoken: parts(`Task ${task.number}`, task.title, blocked ? 'waits for other tasks' : task.status, `${task.priority}, ${priorities[task.priority]}`, description),
    kind: task.status === 'open' ? (blocked ? rowKinds.blockedTask : rowKinds.openTask) : task.status === 'started' ? rowKinds.startedTask : rowKinds.closedTask,
    target: { type: 'task', id: task.id },
    click: 'muster.openTask',
  }
}

function lookOf(task: TaskView, blocked: boolean): Pick<Row, 'icon' | 'color'> {
  if (task.status === 'done') return { icon: 'pass', color: 'charts.green' }
  if (task.status === 'cancelled') return { icon: 'circle-slash', color: 'disabledForeground' }
  if (task.status === 'started') return { icon: 'play-circle', color: 'charts.green' }
  if (blocked) return { icon: 'watch', color: 'disabledForeground' }
  return task.priority === 'P0' ? { icon: 'circle-large-outline', color: 'problemsWarningIcon.foreground' } : { icon: 'circle-large-outline' }
}

const bySeverity: Record<Severity, number> = { critical: 0, high: 1, medium: 2, low: 3 }

function errorRows(errors: readonly ErrorView[], now: number): Row[] {
  const open = errors.filter(({ status }) => status === 'open').sort((a, b) => bySeverity[a.severity] - bySeverity[b.severity] || b.lastAt.localeCompare(a.lastAt) || b.number - a.number)
  const resolved = errors.filter(({ status }) => status === 'resolved').sort((a, b) => (b.resolved?.at ?? '').localeCompare(a.resolved?.at ?? ''))
  const rows = open.map((error) => errorRow(error, now))
  return resolved.length === 0 ? rows : [...rows, folded('resolved', 'Resolved errors', resolved.map((error) => errorRow(error, now)))]
}

const kinds: Record<ErrorView['kind'], string> = { conflict: 'conflict', dependency: 'dependency', code_error: 'code', timeout: 'time-out', other: '' }

function errorRow(error: ErrorView, now: number): Row {
  const { resolved } = error
  const description = parts(
    error.count > 1 && `${error.count} times`,
    kinds[error.kind],
    resolved ? `resolved by ${short(resolved.byName, 30)}` : short(error.agentName, 30),
    ago(resolved?.at ?? error.lastAt, now),
  )
  const grave = error.severity === 'critical' || error.severity === 'high'
  return {
    id: error.id,
    label: short(error.message),
    description,
    ...(resolved ? { icon: 'pass', color: 'charts.green' } : grave ? { icon: 'error', color: 'problemsErrorIcon.foreground' } : { icon: 'warning', color: 'problemsWarningIcon.foreground' }),
    tooltip: tooltip(
      `${error.id} ${short(error.message, 300)}`,
      ['Severity', error.severity],
      ['Kind', kinds[error.kind]],
      ['Happened', `${count(error.count, 'time')}, first ${ago(error.firstAt, now)}`],
      ['To', error.agentName],
      ['In', error.resource],
      ['Resolved', resolved && parts(`by ${resolved.byName}, ${ago(resolved.at, now)}`, resolved.text)],
    ),
    spoken: parts(`Error ${error.number}`, error.message, `${error.severity} severity`, resolved ? 'resolved' : 'open', description),
    kind: resolved ? rowKinds.resolvedError : rowKinds.openError,
    target: { type: 'error', id: error.id },
    click: 'muster.openError',
  }
}

function folded(id: string, label: string, rows: readonly Row[]): Row {
  return {
    id: `(${id})`,
    label,
    description: String(rows.length),
    icon: 'history',
    tooltip: tooltip(label, ['Shown', rows.length > OVER_SHOWN ? `the last ${OVER_SHOWN} of ${rows.length}` : undefined]),
    spoken: `${label}, ${rows.length}`,
    kind: rowKinds.group,
    target: { type: 'group' },
    children: rows.slice(0, OVER_SHOWN),
  }
}
