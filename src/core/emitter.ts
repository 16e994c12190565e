export interface Disposable {
  dispose(): void
}

/** Subscribes a listener; the result ends the subscription. */
export type Subscribe<T> = (listener: (value: T) => void) => Disposable

/**
 * Calls listeners in the order they subscribed. A listener that throws does not keep the others from hearing;
 * its error goes to `onError` (after vscode's base/common/event.ts).
 */
export class Emitter<T> {
  private readonly listeners = new Set<(value: T) => void>()

  constructor(private readonly onError: (error: unknown) => void = () => undefined) {}

  readonly event: Subscribe<T> = (listener) => {
    // A wrapper of its own, so that one function subscribed twice is called twice and removed once.
    const entry = (value: T): void => listener(value)
    this.listeners.add(entry)
    return { dispose: () => void this.listeners.delete(entry) }
  }

  get hasListeners(): boolean {
    return this.listeners.size > 0
  }

  fire(value: T): void {
    for (const listener of [...this.listeners]) {
      try {
        listener(value)
      } catch (error) {
        this.onError(error)
      }
    }
  }

  dispose(): void {
    this.listeners.clear()
  }
}
