import * as vscode from 'vscode'
import { taskPriorities } from '../../core/model/words.js'
import type { TaskView } from '../../core/model/workOperations.js'
import type { Muster } from '../../core/muster.js'
import { t } from '../l10n.js'
import { parts, short } from '../text.js'
import { taskStatuses } from '../words.js'
import { targetOf } from '../views/row.js'
import { ask, done, gone, pick, readable, refused, TEXT, writable, type Command } from './context.js'

const meanings = { P0: () => t('Nothing else matters until it is done'), P1: () => t('Important'), P2: () => t('Nice to have') } as const

export const addTask: Command = async (context) => {
  const muster = await writable(context)
  const heading = t('Add a task')
  const title = await ask(heading, t('What is to be done?'), { placeHolder: t('title') })
  const priority = await pick([taskPriorities[1], taskPriorities[0], taskPriorities[2]], { title: heading, placeHolder: t('How important is it?'), none: '', item: (one) => ({ label: one, description: meanings[one]() }) })
  const phase = await askPhase(heading, muster)
  const result = await muster.addTask({ title, priority, ...(phase !== '' && { phase }) })
  if (!result.ok) return refused(result.hint)
  done(t('Added {0}', result.id))
}

/** The phase of a task; asked only where there are phases. */
async function askPhase(heading: string, muster: Muster): Promise<string> {
  const phases = [...new Set(muster.state().tasks.flatMap((task) => task.phase ?? []))]
  if (phases.length === 0) return ''
  const [another, none] = [{ label: t('Another phase…') }, { label: t('No phase') }]
  const chosen = await pick([none, ...phases.map((label) => ({ label })), another], { title: heading, placeHolder: t('Which phase does it belong to?'), none: '', item: (one) => one })
  if (chosen === none) return ''
  return chosen === another ? ask(heading, t('Name of the phase'), { placeHolder: t('phase') }) : chosen.label
}

export const openTask: Command = async (context, argument) => {
  await context.documents.showTask(await taskOf(argument, readable(context), t('Read a task'), () => true), context.window)
}

export const startTask: Command = async (context, argument) => {
  const muster = await writable(context)
  const task = await taskOf(argument, muster, t('Start a task'), (one) => one.status === 'open' && one.blockedBy.length === 0)
  const result = await muster.startTask(task.id)
  if (!result.ok) return refused(result.hint)
  done(t('You work on {0}', task.id))
}

export const completeTask: Command = async (context, argument) => {
  const muster = await writable(context)
  const task = await taskOf(argument, muster, t('Mark a task as done'), (one) => one.status === 'started')
  const note = await ask(t('{0} {1} is done', task.id, short(task.title, 60)), t('A note for the others. This may stay empty.'), { most: TEXT, optional: true })
  const result = await muster.completeTask(task.id, note)
  if (!result.ok) return refused(result.hint)
  done(t('{0} is done', task.id))
}

async function taskOf(argument: unknown, muster: Muster, title: string, filter: (task: TaskView) => boolean): Promise<TaskView> {
  const { tasks } = muster.state()
  const id = targetOf(argument, 'task')?.id
  if (id !== undefined) return tasks.find((task) => task.id === id) ?? gone(id)
  const wanted = tasks.filter(filter)
  return pick([...wanted.filter((task) => task.mine), ...wanted.filter((task) => !task.mine)], {
    title,
    none: t('There is no task for that.'),
    item: (task) => ({ label: `${task.id} ${short(task.title)}`, description: parts(task.priority, taskStatuses(task.status), task.workerName), detail: parts(task.phase, task.resources.slice(0, 3).join(', ')), iconPath: new vscode.ThemeIcon('checklist') }),
  })
}
