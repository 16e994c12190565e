import fs, { type FileHandle } from 'node:fs/promises'
import { devNull } from 'node:os'
import { syncBuiltinESMExports } from 'node:module'

/** Counts the calls by which this process changes files, and kills it at one of them. */
export class WriteFaults {
  calls = 0
  private at: number | undefined

  /** Every later use of `node:fs/promises` in this process goes through it. */
  static async install(): Promise<WriteFaults> {
    const faults = new WriteFaults()
    faults.wrap(fs, ['link', 'rename', 'unlink', 'mkdir', 'writeFile', 'copyFile'])
    faults.wrap(fs, ['open'], (flags) => (typeof flags === 'number' ? (flags & 3) !== 0 : /[wa+]/.test(String(flags ?? 'r'))))
    const handle = await fs.open(devNull, 'r')
    faults.wrap(Object.getPrototypeOf(handle) as FileHandle, ['writeFile', 'appendFile', 'write', 'sync', 'datasync'])
    await handle.close()
    syncBuiltinESMExports()
    return faults
  }

  /** Kills at the n-th call from now on: before it where n is even, after it where it is odd. */
  arm(call?: number): void {
    this.calls = 0
    this.at = call
  }

  private wrap<T extends object>(object: T, names: readonly (keyof T & string)[], counts: (second: unknown) => boolean = () => true): void {
    for (const name of names) {
      const real = object[name] as unknown as (...args: unknown[]) => Promise<unknown>
      const reach = (number: number, when: 'before' | 'after'): void => {
        if (number === this.at && (number % 2 === 0) === (when === 'before')) process.kill(process.pid, 'SIGKILL')
      }
      const next = (second: unknown): number => (counts(second) ? this.calls++ : -1)
      const wrapped = async function (this: unknown, ...args: unknown[]): Promise<unknown> {
        const number = next(args[1])
        reach(number, 'before')
        const result = await real.apply(this, args)
        reach(number, 'after')
        return result
      }
      Object.assign(object, { [name]: wrapped })
    }
  }
}
