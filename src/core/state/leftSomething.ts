import type { Agent } from '../model/agent.js'
import type { State } from './state.js'

/** Whether an agent that is gone left something that somebody could go on with. */
export function leftSomething(state: State, { id, status, level, progress = 0, blocker }: Agent): boolean {
  return status === 'blocked' || level !== undefined || blocker !== undefined || progress > 0
    || [state.claimsOf, state.checkpoints, state.deployments, state.workLogs].some((table) => table.has(id))
    || [...state.tasksOf.ids(id)].some((task) => state.tasks.get(task)?.worker === id)
}
