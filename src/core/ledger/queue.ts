import { MusterError } from '../errors.js'
import { tell } from '../tell.js'

/**
 * Runs batches one at a time. What is pushed while one runs goes into the next together; what is pushed in the same turn
 * of the event loop's microtasks goes into the first together.
 */
export class BatchQueue<T> {
  private waiting: T[] = []
  private pump: Promise<void> | undefined

  /** @param run Must not throw. What it returns goes to the front of the next batch. */
  constructor(private readonly run: (batch: T[]) => Promise<T[]>) {}

  push(item: T): void {
    this.waiting.push(item)
    this.pump ??= this.work()
  }

  /** Resolves when nothing waits or runs. */
  async idle(): Promise<void> {
    while (this.pump !== undefined) await this.pump
  }

  private async work(): Promise<void> {
    await Promise.resolve()
    while (this.waiting.length > 0) {
      const batch = this.waiting
      this.waiting = []
      const rest = await this.run(batch)
      if (rest.length > 0) this.waiting = [...rest, ...this.waiting]
    }
    this.pump = undefined
  }
}

export function closedError(): MusterError {
  return new MusterError('CLOSED', tell`The records were closed.`, { hint: tell`Open them again.` })
}
