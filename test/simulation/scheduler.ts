import type { Random } from '../unit/ledger/simulation/random.js'

/** Whose code a task is. The world's own tasks have no owner and always run. */
export interface Owner {
  readonly dead: boolean
  /** True time until which nothing of it runs. */
  readonly pausedUntil: number
  /** Since when its machine sleeps, if it does: its timers stand still too. */
  readonly asleepSince: number | undefined
}

interface Task {
  at: number
  /** Orders tasks of one instant, by chance. */
  order: number
  owner: Owner | undefined
  run: () => void
}

/**
 * Time that passes when nothing else can happen. Code of processes runs between two awaits; who goes first among those that
 * are due at the same time is chance, and the chance is the seed's.
 */
export class Scheduler {
  /** True time in ms, which no process sees. */
  now = 0
  private readonly heap: Task[] = []

  constructor(private readonly random: Random) {}

  after(ms: number, owner: Owner | undefined, run: () => void): void {
    this.push({ at: this.now + Math.max(0, ms), order: this.random.next(), owner, run })
  }

  /** Runs what is due next and all that follows from it without waiting. @returns false when nothing is left before `until` */
  async step(until: number): Promise<boolean> {
    const task = this.heap[0]
    if (task === undefined || task.at > until) {
      this.now = until
      return false
    }
    this.pop()
    this.now = task.at
    const { owner } = task
    if (owner?.dead) return true
    if (owner !== undefined && owner.pausedUntil > this.now) {
      const left = owner.asleepSince === undefined ? 0 : Math.max(0, task.at - owner.asleepSince)
      this.push({ ...task, at: owner.pausedUntil + left })
      return true
    }
    task.run()
    // Everything in the simulation waits by promises only, so one turn of the event loop settles all of it.
    await new Promise((resolve) => setImmediate(resolve))
    return true
  }

  private push(task: Task): void {
    const { heap } = this
    let at = heap.push(task) - 1
    for (let up = (at - 1) >> 1; at > 0 && before(task, heap[up]!); at = up, up = (at - 1) >> 1) {
      heap[at] = heap[up]!
      heap[up] = task
    }
  }

  private pop(): void {
    const { heap } = this
    const last = heap.pop()!
    if (heap.length === 0) return
    heap[0] = last
    for (let at = 0; ; ) {
      let least = 2 * at + 1
      if (least >= heap.length) return
      if (least + 1 < heap.length && before(heap[least + 1]!, heap[least]!)) least++
      if (!before(heap[least]!, last)) return
      heap[at] = heap[least]!
      heap[least] = last
      at = least
    }
  }
}

function before(a: Task, b: Task): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
