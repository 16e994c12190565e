import * as vscode from 'vscode'
import { taskPriorities } from '../../core/model/words.js'
import type { TaskView } from '../../core/model/workOperations.js'
import type { Muster } from '../../core/muster.js'
import { parts, short } from '../text.js'
import { targetOf } from '../views/row.js'
import { ask, done, pick, readable, refused, writable, type Command } from './context.js'

const meanings = { P0: 'Nothing else matters until it is done', P1: 'Important', P2: 'Nice to have' } as const
/** Stands for a new phase, and for none. */
const another = { label: 'Another phase…' }
const none = { label: 'No phase' }

export const addTask: Command = async (context) => {
  const muster = await writable(context)
  const heading = 'Add a task'
  const title = await ask(heading, 'What is to be done?', { placeHolder: 'title' })
  const priority = await pick([taskPriorities[1], taskPriorities[0], taskPriorities[2]], { title: heading, placeHolder: 'How important is it?', none: '', item: (one) => ({ label: one, description: meanings[one] }) })
  const phase = await askPhase(heading, muster)
  const result = await muster.addTask({ title, priority, ...(phase !== '' && { phase }) })
  if (!result.ok) return refused(result.hint)
  done(`Added ${result.id}`)
}

/** The phase of a task; asked only where there are phases. */
async function askPhase(heading: string, muster: Muster): Promise<string> {
  const phases = [...new Set(muster.state().tasks.flatMap((task) => task.phase ?? []))]
  if (phases.length === 0) return ''
  const chosen = await pick([none, ...phases.map((label) => ({ label })), another], { title: heading, placeHolder: 'Which phase does it belong to?', none: '', item: (one) => one })
  if (chosen === none) return ''
  return chosen === another ? ask(heading, 'Name of the phase', { placeHolder: 'phase' }) : chosen.label
}

export const openTask: Command = async (context, argument) => {
  await context.documents.showTask(await taskOf(argument, readable(context), 'Read a task', () => true))
}

export const startTask: Command = async (context, argument) => {
  const muster = await writable(context)
  const task = await taskOf(argument, muster, 'Start a task', (one) => one.status === 'open' && one.blockedBy.length === 0)
  const result = await muster.startTask(task.id)
  if (!result.ok) return refused(result.hint)
  done(`You work on ${task.id}`)
}

export const completeTask: Command = async (context, argument) => {
  const muster = await writable(context)
  const task = await taskOf(argument, muster, 'Mark a task as done', (one) => one.status === 'started')
  const note = await ask(`${task.id} ${short(task.title, 60)} is done`, 'A note for the others. This may stay empty.', { optional: true })
  const result = await muster.completeTask(task.id, note)
  if (!result.ok) return refused(result.hint)
  done(`${task.id} is done`)
}

async function taskOf(argument: unknown, muster: Muster, title: string, filter: (task: TaskView) => boolean): Promise<TaskView> {
  const { tasks } = muster.state()
  const id = targetOf(argument, 'task')?.id
  const clicked = id === undefined ? undefined : tasks.find((task) => task.id === id)
  if (clicked) return clicked
  const wanted = tasks.filter(filter)
  return pick([...wanted.filter((task) => task.mine), ...wanted.filter((task) => !task.mine)], {
    title,
    none: 'There is no task for that.',
    item: (task) => ({ label: `${task.id} ${short(task.title)}`, description: parts(task.priority, task.status, task.workerName), detail: parts(task.phase, task.resources.slice(0, 3).join(', ')), iconPath: new vscode.ThemeIcon('checklist') }),
  })
}
