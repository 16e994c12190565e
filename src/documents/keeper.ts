import { isMusterError } from '../core/errors.js'
import type { Muster } from '../core/muster.js'
import { knowBoot } from '../core/system/clock.js'
import { knowProcesses } from '../core/system/processes.js'
import { Documents, type DocumentMuster } from './documents.js'
import { changeSettings } from './settings.js'
import { takeTurn, type Turn } from './turn.js'
import type { DocumentSettings } from './types.js'

/** ms between two looks at files of others, and at the turn of whoever writes documents. */
const LOOK = 3_000
/** ms after a change before documents follow: several changes are one. */
const SETTLE = 300
/** Rests so many times as long as it took. */
const REST = 19
/** Of so many looks with nothing recorded in between, one is at documents, too: a person may have changed one. */
const THOROUGH = 4

/**
 * Begins to keep a folder's documents. In what ships this is a file of its own (dist/documents.cjs), for all who stay.
 * @param settings What counts from now on for every process of the folder. @throws what the file system throws
 */
export async function keepDocuments(muster: DocumentMuster & Pick<Muster, 'onDidChange'>, report: (error: unknown) => void, settings: Partial<DocumentSettings> = {}): Promise<DocumentKeeper> {
  // A file of its own knows of no process yet.
  await Promise.all([knowBoot(), knowProcesses([process.pid])])
  await changeSettings(muster.folder, settings)
  return new DocumentKeeper(muster, report)
}

/**
 * Keeps a folder's documents up to date for as long as it lives. Of several processes that do so one writes, the others wait:
 * *waiting* (for the turn) → *writing* (after changes, and regularly for what others write) → *waiting* again where the turn was
 * lost → *stopped*.
 */
export class DocumentKeeper {
  private readonly documents: Documents
  private readonly subscription: { dispose(): void }
  private turn: Turn | undefined
  private stopped = false
  private changed = true
  private looks = 0
  private wake: () => void = () => undefined
  /** Resolves when it has stopped: disposed of, or with its connection. */
  readonly ended: Promise<void>

  /** @param report What went wrong; it goes on */
  constructor(private readonly muster: DocumentMuster & Pick<Muster, 'onDidChange'>, private readonly report: (error: unknown) => void) {
    this.documents = new Documents(muster)
    this.subscription = muster.onDidChange(({ entries }) => {
      if (entries.length === 0) return
      this.changed = true
      this.wake()
    })
    this.ended = this.work()
  }

  /** Resolves when the last file is written and the turn is given back. */
  async dispose(): Promise<void> {
    this.stopped = true
    this.subscription.dispose()
    this.wake()
    await this.ended
  }

  private async work(): Promise<void> {
    while (!this.stopped) {
      const start = performance.now()
      try {
        if (this.turn?.lost) this.turn = undefined
        if (this.muster.ledgerStatus().readOnly === undefined) this.turn ??= await takeTurn(this.muster.folder)
        if (this.turn !== undefined && !this.stopped) {
          this.looks = this.changed ? 0 : this.looks + 1
          this.changed = false
          await (this.looks % THOROUGH === 0 ? this.documents.bringUpToDate({ again: false, sweep: true }) : this.documents.takeInFirst())
        }
      } catch (error) {
        // Its connection has ended: somebody else's turn.
        if (isMusterError(error) && error.code === 'CLOSED') this.stopped = true
        if (!this.stopped) this.report(error)
        this.looks = -1
      }
      await this.rest((performance.now() - start) * REST)
    }
    await this.turn?.release()
  }

  /** Until something changes, or it is time to look; not before the rest is over. */
  private async rest(least: number): Promise<void> {
    await this.pause(this.turn === undefined ? LOOK : Math.max(SETTLE, least), false)
    if (this.turn !== undefined && !this.changed) await this.pause(LOOK, true)
    if (this.changed) await this.pause(SETTLE, false)
  }

  /** @param wakes Ends when something changes; always when it is stopped */
  private pause(ms: number, wakes: boolean): Promise<void> {
    if (this.stopped) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      timer.unref()
      this.wake = () => {
        if (!wakes && !this.stopped) return
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
