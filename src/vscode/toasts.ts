import type { Alert } from './alert.js'

/** What was told so far, by any window. */
export interface ToldSoFar {
  ids: ReadonlySet<string>
  /** When the last toast was shown, in ms since 1970. */
  last: number | undefined
  /** Number of the last toast. */
  toasts: number
}

/** What was told about the records that a window shows, shared by all windows that show them. */
export interface ToldBefore {
  read(): ToldSoFar
  /** Takes the next toast for what has these ids; false where another window took it since it was read. */
  take(ids: readonly string[], since: ToldSoFar): boolean
  /** What need not be told. */
  note(ids: readonly string[]): void
}

export interface ToastParts {
  /** Everything a person is needed for now, told or not. */
  pending(): readonly Alert[]
  /** Of the records this window shows; undefined while it shows none. */
  told(): ToldBefore | undefined
  /** Shows one toast for all of them. */
  show(alerts: readonly Alert[]): void
  /** At most one toast in this time, in ms. */
  every(): number
  /** Ms since 1970: compared with what other windows noted. */
  now(): number
  /** Calls back after so many ms; answers how to call it off. */
  later(ms: number, act: () => void): () => void
}

/**
 * Disturbs a person at most once in a set time, whichever of the windows it is, and never twice for the same thing. What comes
 * too soon waits; when its time has come, what is still open is one toast, and what was dealt with meanwhile is none.
 */
export class Toasts {
  private callOff: (() => void) | undefined
  /** What this window found told, and of which records: the file is not read for that again. */
  private known: { told: ToldBefore; ids: ReadonlySet<string> } | undefined

  constructor(private readonly parts: ToastParts) {}

  /** Something may have come, or been dealt with. */
  look(): void {
    const told = this.parts.told()
    if (told === undefined || this.callOff !== undefined) return
    // Another window may take the toast at the same moment; then it has told some of it.
    while (!this.tell(told));
  }

  /** The set time has changed. */
  lookAgain(): void {
    this.dispose()
    this.look()
  }

  dispose(): void {
    this.callOff?.()
    this.callOff = undefined
  }

  /** @returns false where it has to be looked at once more */
  private tell(told: ToldBefore): boolean {
    const { pending, show, every, now, later } = this.parts
    const all = pending()
    if (this.known?.told === told && all.every((alert) => isIn(this.known!.ids, alert))) return true
    const sofar = told.read()
    this.known = { told, ids: sofar.ids }
    const open = new Set(all.filter((alert) => isIn(sofar.ids, alert)).map(({ about }) => about))
    const untold = all.filter((alert) => !isIn(sofar.ids, alert))
    const fresh = new Map(untold.filter(({ about }) => !open.has(about)).map((alert) => [alert.about, alert]))
    const again = untold.filter(({ about }) => open.has(about))
    // The same once more, while the first is still open.
    if (again.length > 0) told.note(again.flatMap(idsOf))
    if (fresh.size === 0) return true
    // The last was in the future: the clock was set back since.
    const wait = sofar.last === undefined || sofar.last > now() ? 0 : sofar.last + every() - now()
    if (wait > 0) {
      this.callOff = later(wait, () => {
        this.callOff = undefined
        this.look()
      })
      return true
    }
    if (!told.take(untold.flatMap(idsOf), sofar)) return false
    show([...fresh.values()])
    return true
  }
}

function idsOf({ id, ids = [id] }: Alert): readonly string[] {
  return ids
}

function isIn(told: ReadonlySet<string>, alert: Alert): boolean {
  return idsOf(alert).every((id) => told.has(id))
}
