import type { MusterWindow } from './musterWindow.js'

/** What was made of each repository's records, for as long as they are the same: where one is busy, nothing of the others is made anew. */
export class Kept<T> {
  private made = new WeakMap<MusterWindow, T>()

  /** @param make nothing where that costs nothing */
  constructor(private readonly make: (window: MusterWindow) => T) {}

  readonly of = (window: MusterWindow): T => {
    const one = this.made.get(window) ?? this.make(window)
    this.made.set(window, one)
    return one
  }

  /** @param window whose records have changed; undefined: any may have */
  forget(window?: MusterWindow): void {
    if (window) this.made.delete(window)
    else this.made = new WeakMap()
  }
}
