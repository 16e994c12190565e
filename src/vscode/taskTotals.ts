import type { World } from '../core/muster.js'
import { nameKey } from '../core/state/planViews.js'

/** How many tasks are done, of how many that are wanted: also done ones that left the lists, as far as the plan's phases have counted them. */
export class TaskTotals {
  readonly done: number
  readonly wanted: number
  /** Done tasks that left the lists, by phase. */
  private readonly gone = new Map<string, number>()

  constructor({ tasks, plan }: Pick<World, 'tasks' | 'plan'>) {
    for (const phase of plan.phases) this.gone.set(nameKey(phase.name), phase.tasks.done)
    let [done, wanted] = [0, 0]
    for (const { phase, status } of tasks) {
      if (status !== 'cancelled') wanted++
      if (status !== 'done') continue
      done++
      const key = nameKey(phase ?? '')
      if (this.gone.has(key)) this.gone.set(key, this.gone.get(key)! - 1)
    }
    const gone = [...this.gone.keys()].reduce((sum, key) => sum + this.goneFrom(key), 0)
    this.done = done + gone
    this.wanted = wanted + gone
  }

  /** Done tasks of a phase that are not listed any more. */
  goneFrom(phase: string): number {
    // A task that was given another phase after it was done is counted in the one where it was.
    return Math.max(0, this.gone.get(nameKey(phase)) ?? 0)
  }
}
