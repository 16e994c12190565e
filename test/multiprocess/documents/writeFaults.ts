import all from 'node:fs'
import fs, { type FileHandle } from 'node:fs/promises'
import { devNull } from 'node:os'
import { syncBuiltinESMExports } from 'node:module'

/** Counts the calls by which this process changes files, and kills or stops it at one of them. */
export class WriteFaults {
  calls = 0
  private at: number | string | undefined
  private stops: string | undefined

  /** Every later use of `node:fs/promises` in this process goes through it. */
  static async install(): Promise<WriteFaults> {
    const faults = new WriteFaults()
    faults.wrap(fs, ['link', 'rename', 'unlink', 'mkdir', 'writeFile', 'copyFile'])
    faults.wrap(fs, ['open'], (flags) => (typeof flags === 'number' ? (flags & 3) !== 0 : /[wa+]/.test(String(flags ?? 'r'))))
    faults.wrapNow('renameSync')
    const handle = await fs.open(devNull, 'r')
    faults.wrap(Object.getPrototypeOf(handle) as FileHandle, ['writeFile', 'appendFile', 'write', 'sync', 'datasync'])
    await handle.close()
    syncBuiltinESMExports()
    return faults
  }

  /** Kills at the n-th call from now on: before it where n is even, after it where it is odd, also where it failed. */
  arm(call?: number): void {
    this.calls = 0
    this.at = call
    this.stops = undefined
  }

  /**
   * Stops right before the n-th call from now on, or before one that writes a text with this end, once: somebody else has it go on.
   * @param told Made right before that
   */
  armStop(call: number | string, told: string): void {
    this.arm()
    this.at = call
    this.stops = told
  }

  private wrapNow(name: 'renameSync'): void {
    const real = all[name]
    all[name] = (...args) => {
      const number = this.calls++
      this.reach(number, 'before')
      try {
        real(...args)
      } finally {
        this.reach(number, 'after')
      }
    }
  }

  private reach(number: number, when: 'before' | 'after'): void {
    if (number !== this.at || (this.stops !== undefined || number % 2 === 0) !== (when === 'before')) return
    if (this.stops !== undefined) all.writeFileSync(this.stops, '')
    process.kill(process.pid, this.stops === undefined ? 'SIGKILL' : 'SIGSTOP')
  }

  private wrap<T extends object>(object: T, names: readonly (keyof T & string)[], counts: (second: unknown) => boolean = () => true): void {
    for (const name of names) {
      const real = object[name] as unknown as (...args: unknown[]) => Promise<unknown>
      const reach = (number: number, when: 'before' | 'after'): void => this.reach(number, when)
      const next = (second: unknown): number => (counts(second) ? this.calls++ : -1)
      const find = (written: unknown, number: number): void => {
        if (typeof this.at === 'string' && (typeof written === 'string' || Buffer.isBuffer(written)) && written.toString().endsWith(this.at)) this.at = number
      }
      const wrapped = async function (this: unknown, ...args: unknown[]): Promise<unknown> {
        const number = next(args[1])
        find(args[0], number)
        reach(number, 'before')
        try {
          return await real.apply(this, args)
        } finally {
          reach(number, 'after')
        }
      }
      Object.assign(object, { [name]: wrapped })
    }
  }
}
