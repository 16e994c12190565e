import { appendFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { nodeFs, type LedgerFs } from '../../../src/core/ledger/folder/ledgerFs.js'
import { Session, type Query } from '../../../src/core/ledger/postgres/session.js'

/**
 * What happens at the n-th call of the ledger, counted from arming: before it, or after it. Calls are those to the file system,
 * or messages to the database, which can be on their way too: `sent`, and not answered.
 */
export interface FailPoint {
  call: number
  when: 'before' | 'sent' | 'after'
  signal: 'SIGSTOP' | 'SIGKILL'
}

/** Fail points are the calls of the real ledger; only test builds can reach into them. */
export class FailPoints {
  /** Names of the calls since arming. */
  readonly calls: string[] = []
  private point: FailPoint | undefined
  private armed = false

  constructor() {
    const real = { ...nodeFs }
    for (const name of Object.keys(real) as (keyof LedgerFs)[]) {
      const call = real[name] as (...args: unknown[]) => unknown
      const wrapped = (...args: unknown[]): unknown => {
        const number = this.armed ? this.calls.push(name) - 1 : -1
        this.reach(number, 'before')
        const result = call(...args)
        if (!(result instanceof Promise)) {
          this.reach(number, 'after')
          return result
        }
        return result.then((value) => {
          this.reach(number, 'after')
          return value as unknown
        })
      }
      Object.assign(nodeFs, { [name]: wrapped })
    }
    this.watchDatabase()
  }

  private watchDatabase(): void {
    const session = Session.prototype as unknown as { send: Query }
    const send = session.send
    const count = (text: string): number => (this.armed ? this.calls.push(text) - 1 : -1)
    const reach = (number: number, when: FailPoint['when']): void => this.reach(number, when)
    session.send = async function (text) {
      const number = count(text)
      reach(number, 'before')
      const result = send.call(this, text)
      result.catch(() => undefined)
      // The client writes a turn of the event loop later.
      if (number >= 0) for (let turns = 0; turns < 3; turns++) await nextTurn()
      reach(number, 'sent')
      const rows = await result
      reach(number, 'after')
      return rows
    }
  }

  /** Counts from now on, and fails where it is told to. */
  arm(point?: FailPoint): void {
    this.calls.length = 0
    this.point = point
    this.armed = true
  }

  disarm(): void {
    this.armed = false
    this.point = undefined
  }

  private reach(number: number, when: FailPoint['when']): void {
    const { point } = this
    if (point === undefined || point.call !== number || point.when !== when) return
    this.point = undefined
    // A signal to oneself is delivered before the call that sends it returns.
    process.kill(process.pid, point.signal)
  }
}

/** proper-lockfile that locks nothing: whoever asks has it. */
export function lockNothing(log?: string): void {
  const lockfile = createRequire(import.meta.url)('proper-lockfile') as { lock: unknown }
  lockfile.lock = () => {
    if (log !== undefined) appendFileSync(log, 'asked\n')
    return Promise.resolve(() => Promise.resolve())
  }
}
