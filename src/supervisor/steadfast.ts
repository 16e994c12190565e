import { existsSync } from 'node:fs'
import { reasonOf } from './files.js'
import { NotMine } from './keeperReports.js'

const FOLDER_GONE_MS = 60_000

/** Reads and writes records that may not be there for a moment: no agent is left alone for that, and no end of one is lost. */
export class Steadfast {
  /** Since when, by the monotonic clock, they cannot be used. */
  private lostAt: number | undefined

  constructor(private readonly folder: string, private readonly log: (text: string) => void) {}

  /** They cannot be used now. @throws NotMine where that is for good, since the folder was removed */
  failed(): void {
    // Whoever removed the folder wants nothing kept any more; who moves it for a moment does.
    this.lostAt ??= performance.now()
    if (performance.now() - this.lostAt > FOLDER_GONE_MS && !existsSync(this.folder)) throw new NotMine('its folder was removed')
  }

  /** One try; undefined where they cannot be used now. @throws NotMine where it is over, or the folder was removed */
  async attempt<T>(use: () => Promise<T>): Promise<T | undefined> {
    try {
      const value = await use()
      this.lostAt = undefined
      return value
    } catch (error) {
      if (error instanceof NotMine) throw error
      this.log(reasonOf(error))
      this.failed()
      return undefined
    }
  }

  /** Until they can be used. @throws NotMine */
  async surely<T extends object>(use: () => Promise<T>, pause: () => Promise<void>): Promise<T> {
    for (;;) {
      const value = await this.attempt(use)
      if (value !== undefined) return value
      await pause()
    }
  }
}
