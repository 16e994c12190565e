/**
 * A map of immutable records. `overlay()` gives a table that reads through to this one and keeps its changes to itself:
 * how proposals are decided on a draft without copying the state.
 */
export class Table<V> {
  private readonly own = new Map<string, V | undefined>()
  private count: number

  constructor(private readonly base?: Table<V>) {
    this.count = base?.size ?? 0
  }

  get size(): number {
    return this.count
  }

  get(key: string): V | undefined {
    if (this.base === undefined || this.own.has(key)) return this.own.get(key)
    return this.base.get(key)
  }

  has(key: string): boolean {
    return this.get(key) !== undefined
  }

  set(key: string, value: V): void {
    if (this.get(key) === undefined) this.count++
    this.own.set(key, value)
  }

  delete(key: string): void {
    if (this.get(key) === undefined) return
    this.count--
    // In an overlay an entry of `undefined` hides the record below.
    if (this.base?.has(key)) this.own.set(key, undefined)
    else this.own.delete(key)
  }

  *entries(): IterableIterator<[string, V]> {
    if (this.base) {
      for (const [key, value] of this.base.entries()) {
        if (!this.own.has(key)) yield [key, value]
        else {
          const changed = this.own.get(key)
          if (changed !== undefined) yield [key, changed]
        }
      }
    }
    for (const [key, value] of this.own) {
      if (value !== undefined && !this.base?.has(key)) yield [key, value]
    }
  }

  *values(): IterableIterator<V> {
    for (const [, value] of this.entries()) yield value
  }

  overlay(): Table<V> {
    return new Table(this)
  }
}
