import type { ErrorView, TaskView } from '../../core/model/workOperations.js'
import type { RunView } from '../../core/model/runs.js'
import type { Severity, TaskPriority, TaskStatus } from '../../core/model/words.js'
import type { World } from '../../core/muster.js'
import { nameKey } from '../../core/state/planViews.js'
import { addTo } from '../addTo.js'
import { rowKinds } from '../contributions.js'
import { numberText, plural, t } from '../l10n.js'
import { lookOfError } from '../looks.js'
import { TaskTotals } from '../taskTotals.js'
import { ago, byName, parts, short } from '../text.js'
import { errorKinds, errorStatuses, levels, taskStatuses } from '../words.js'
import { linksTo, tooltip, type Row } from './row.js'
import { runRows } from './runRows.js'

/** What is over is folded away; so many of it are shown. */
const OVER_SHOWN = 50

/** Runs; errors that are open, then tasks below their phases, those of none behind them: those at work first, then by priority. What is over comes last in each, folded. */
export function workRows(world: World, now: number, runs: readonly RunView[] = []): Row[] {
  return [...runRows(runs, now), ...errorRows(world.errors, now), ...taskRows(world, now)]
}

/** Errors nobody has put right. */
export function openErrors(world: World): ErrorView[] {
  return world.errors.filter((error) => error.status === 'open')
}

function taskRows(world: World, now: number): Row[] {
  const { tasks } = world
  const totals = new TaskTotals(world)
  const phases = new Map<string, TaskView[]>()
  for (const task of tasks) addTo(phases, task.phase ?? '', task)
  const loose = phases.get('') ?? []
  phases.delete('')
  // As the plan has them; what it does not name comes behind.
  const planned = world.plan.phases.map(({ name }) => nameKey(name))
  const placeOf = (phase: string): number => (planned.indexOf(nameKey(phase)) + planned.length + 1) % (planned.length + 1)
  const current = nameKey(world.plan.phase?.name ?? '')
  const rows = [...phases].sort(([a], [b]) => placeOf(a) - placeOf(b) || byName(a, b)).map(([phase, within]) => phaseRow(phase, within, totals.goneFrom(phase), now, nameKey(phase) === current))
  return [...rows, ...sortedTasks(loose, now, '')]
}

/**
 * @param gone done ones that are not listed any more
 * @param current whether the plan is in this phase
 */
function phaseRow(phase: string, tasks: readonly TaskView[], gone: number, now: number, current: boolean): Row {
  const wanted = gone + tasks.filter(({ status }) => status !== 'cancelled').length
  const done = gone + tasks.filter(({ status }) => status === 'done').length
  const description = parts(current && t('current'), t('{0} of {1} done', done, wanted))
  const over = wanted > 0 && done === wanted
  return {
    id: `phase ${phase}`,
    label: short(phase),
    description,
    icon: over ? 'pass-filled' : 'milestone',
    ...(over && { color: 'charts.green' }),
    tooltip: tooltip(phase, [t('Tasks'), description]),
    spoken: parts(t('Phase {0}', phase), description),
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
  return over.length === 0 ? rows : [...rows, folded(`over:${phase}`, t('Done'), over.map((task) => taskRow(task, now)))]
}

const priorities: Record<TaskPriority, () => string> = { P0: () => levels('critical'), P1: () => t('important'), P2: () => t('nice to have') }

function taskRow(task: TaskView, now: number): Row {
  const blocked = task.status === 'open' && task.blockedBy.length > 0
  const who = task.workerName ?? (task.assigneeName === undefined ? undefined : t('for {name}', { name: task.assigneeName }))
  const description = parts(
    task.priority,
    task.status === 'cancelled' && t('cancelled'),
    who !== undefined && (task.mine ? (task.status === 'open' ? t('for you') : t('you')) : short(who, 30)),
    blocked && t('after {0}', task.blockedBy.slice(0, 3).join(', ') + (task.blockedBy.length > 3 ? ' …' : '')),
    ago(task.closed?.at ?? task.startedAt ?? task.addedAt, now),
  )
  const status = blocked ? t('waits for other tasks') : taskStatuses(task.status)
  return {
    id: task.id,
    label: short(task.title),
    description,
    ...lookOf(task, blocked),
    tooltip: tooltip(
      `${task.id} ${task.title}`,
      [t('Status'), status],
      [t('Priority'), `${task.priority}, ${priorities[task.priority]()}`],
      [t('Phase'), task.phase],
      [t('Worked on by'), task.workerName],
      [t('For'), task.assigneeName],
      [t('After'), task.dependsOn.join(', ')],
      [t('Files'), linksTo('file', task.resources)],
      [t('Done when'), task.acceptance.slice(0, 5).join('; ')],
      [t('Added'), t('by {0}, {1}', task.addedByName, ago(task.addedAt, now))],
      [t('Note'), task.closed?.note],
    ),
    spoken: parts(t('Task {0}', String(task.number)), task.title, status, `${task.priority}, ${priorities[task.priority]()}`, description),
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
  if (errors.length === 0) return []
  const label = t('Errors')
  const description = open.length > 0 ? t('{0} open', open.length) : t('none open')
  const over = resolved.map((error) => errorRow(error, now))
  return [{
    id: '(errors)',
    label,
    description,
    icon: open.length > 0 ? 'bug' : 'pass-filled',
    ...(open.length === 0 && { color: 'charts.green' }),
    tooltip: tooltip(label, [t('Open'), numberText(open.length)], [t('Resolved'), numberText(resolved.length)]),
    spoken: parts(label, description),
    kind: rowKinds.group,
    target: { type: 'group' },
    children: [...open.map((error) => errorRow(error, now)), ...(open.length === 0 ? over.slice(0, OVER_SHOWN) : over.length > 0 ? [folded('resolved', t('Resolved errors'), over)] : [])],
    expanded: open.length > 0,
  }]
}

function errorRow(error: ErrorView, now: number): Row {
  const { resolved } = error
  const kind = error.kind === 'other' ? undefined : errorKinds(error.kind)
  const description = parts(
    error.count > 1 && plural(error.count, '1 time', '{n} times'),
    kind,
    resolved ? t('resolved by {0}', short(resolved.byName, 30)) : short(error.agentName, 30),
    ago(resolved?.at ?? error.lastAt, now),
  )
  return {
    id: error.id,
    label: short(error.message),
    description,
    ...lookOfError(error),
    tooltip: tooltip(
      `${error.id} ${short(error.message, 300)}`,
      [t('Severity'), levels(error.severity)],
      [t('Kind'), kind],
      [t('Happened'), parts(ago(error.lastAt, now), error.count > 1 && plural(error.count, '1 time, first {first}', '{n} times, first {first}', { first: ago(error.firstAt, now) }))],
      [t('Agent'), error.agentName],
      [t('In'), error.resource],
      [t('Resolved'), resolved && parts(t('by {0}, {1}', resolved.byName, ago(resolved.at, now)), resolved.text)],
    ),
    spoken: parts(t('Error {0}', String(error.number)), error.message, t('{0} severity', levels(error.severity)), errorStatuses(error.status), description),
    kind: resolved ? rowKinds.resolvedError : rowKinds.openError,
    target: { type: 'error', id: error.id },
    click: 'muster.openError',
  }
}

function folded(id: string, label: string, rows: readonly Row[]): Row {
  return {
    id: `(${id})`,
    label,
    description: numberText(rows.length),
    icon: 'history',
    tooltip: tooltip(label, [t('Shown'), rows.length > OVER_SHOWN ? t('the last {0} of {1}', OVER_SHOWN, rows.length) : undefined]),
    spoken: `${label}, ${numberText(rows.length)}`,
    kind: rowKinds.group,
    target: { type: 'group' },
    children: rows.slice(0, OVER_SHOWN),
  }
}
