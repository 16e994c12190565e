import type { Task } from '../model/task.js'
import { idMeant } from './ids.js'
import type { State } from './state.js'

/** Agent id of the one at work on a task, or meant to be. */
export function responsible(task: Task): string | undefined {
  if (task.status === 'done' || task.status === 'cancelled') return undefined
  return task.worker ?? task.assignee
}

export function ownerOf(state: State, id: string): string | undefined {
  const task = state.tasks.get(id)
  return task && responsible(task)
}

/** Ids of tasks that have to be over before this one. What is no longer known was over long ago. */
export function blockers(state: State, task: Pick<Task, 'dependsOn'>): string[] {
  return task.dependsOn.filter((id) => {
    const other = state.tasks.get(id)
    return other !== undefined && !other.closed
  })
}

export function findTask(state: State, reference: string): Task | undefined {
  return state.tasks.get(idMeant('task', reference))
}
