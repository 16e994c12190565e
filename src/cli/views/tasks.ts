import type { NextTaskResult, TaskResult, TaskView } from '../../core/model/workOperations.js'
import { oneLine, say } from '../text/escape.js'
import { table } from '../text/table.js'
import type { Tone, Ui } from '../text/ui.js'

const tones: Partial<Record<TaskView['status'], Tone>> = { started: 'good', done: 'quiet', cancelled: 'quiet' }

export function tasksText(tasks: readonly TaskView[], ui: Ui): string {
  if (tasks.length === 0) return 'No tasks.'
  return table(
    [
      { title: 'ID' },
      { title: 'PRIO' },
      { title: 'STATUS' },
      { title: 'TITLE', min: 16 },
      { title: 'WHO', min: 5 },
      { title: 'WAITS FOR', min: 4, drop: 1 },
      { title: 'PHASE', min: 6, drop: 2 },
      { title: 'CHANGES', min: 10, drop: 3 },
    ],
    tasks.map((task) => {
      const tone = tones[task.status]
      return [
        task.id,
        task.priority === 'P0' && !task.closed ? { text: task.priority, tone: 'warning' } : task.priority,
        tone === undefined ? task.status : { text: task.status, tone },
        task.title,
        task.workerName ?? task.assigneeName ?? '',
        task.blockedBy.join(', '),
        task.phase ?? '',
        task.resources.join(', '),
      ]
    }),
    ui,
  )
}

export function nextTaskText(result: NextTaskResult, ui: Ui): string {
  if (!result.ok) return oneLine(result.hint)
  const { task } = result
  return [
    `${ui.paint('strong', say`${task.id} ${task.title}`)} ${say`(${task.priority}${task.phase === undefined ? '' : `, ${task.phase}`})`}`,
    ...task.resources.map((resource) => say`  changes ${resource}`),
    ...task.acceptance.map((criterion) => say`  [ ] ${criterion}`),
    say`  Start it: muster task start ${task.id}`,
  ].join('\n')
}

export function taskText(result: TaskResult, done: string): string {
  if (!result.ok) return oneLine(result.hint)
  return say`${done} ${result.id}${result.task === undefined ? '' : `: ${result.task.title}`} (${result.status}).`
}
