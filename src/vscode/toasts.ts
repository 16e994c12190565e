import type { Alert } from './alert.js'

/** Ids of what was told before. */
export interface ToldBefore {
  has(id: string): boolean
  add(ids: readonly string[]): void
}

export interface ToastParts {
  /** Everything a person is needed for now, told or not. */
  pending(): readonly Alert[]
  /** Of the identity this window speaks for; undefined while it speaks for nobody. */
  told(): ToldBefore | undefined
  /** Shows one toast for all of them. */
  show(alerts: readonly Alert[]): void
  /** At most one toast in this time, in ms. */
  every(): number
  /** Monotonic ms. */
  now(): number
  /** Calls back after so many ms; answers how to call it off. */
  later(ms: number, act: () => void): () => void
}

/**
 * Disturbs a person at most once in a set time, and never twice for the same thing. What comes too soon waits; when its time
 * has come, what is still open is one toast, and what was dealt with meanwhile is none. The first toast of a window comes at once.
 */
export class Toasts {
  private quietUntil = 0
  private callOff: (() => void) | undefined

  constructor(private readonly parts: ToastParts) {}

  /** Something may have come, or been dealt with. */
  look(): void {
    const { pending, told, show, every, now, later } = this.parts
    const known = told()
    if (known === undefined || this.callOff !== undefined) return
    const all = pending()
    const open = new Set(all.filter(({ id }) => known.has(id)).map(({ about }) => about))
    const untold = all.filter(({ id }) => !known.has(id))
    const fresh = new Map(untold.filter(({ about }) => !open.has(about)).map((alert) => [alert.about, alert]))
    const again = untold.filter(({ about }) => open.has(about))
    // The same once more, while the first is still open.
    if (again.length > 0) known.add(again.map(({ id }) => id))
    if (fresh.size === 0) return
    const wait = this.quietUntil - now()
    if (wait > 0) {
      this.callOff = later(wait, () => {
        this.callOff = undefined
        this.look()
      })
      return
    }
    this.quietUntil = now() + every()
    known.add(untold.map(({ id }) => id))
    show([...fresh.values()])
  }

  dispose(): void {
    this.callOff?.()
    this.callOff = undefined
  }
}
