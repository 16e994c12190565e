/** What a table must offer for its state to be drafted, written to a snapshot and read back; `dumpState` uses no more. */
export interface StateTable {
  overlay(): StateTable
  /** Everything in it now, in order, as JSON can say it; unaffected by later changes. Not for overlays of large tables. */
  records(): (readonly [key: string, value: unknown])[]
  /** Puts a record of {@link records} back, behind the ones before. */
  restore(key: string, value: unknown): void
}

/**
 * A map of immutable records. `overlay()` gives a table that reads through to this one and keeps its changes to itself:
 * how proposals are decided on a draft without copying the state.
 */
export class Table<V> implements StateTable {
  private readonly own = new Map<string, V | undefined>()
  private count: number

  constructor(private readonly base?: Table<V>) {
    this.count = base?.size ?? 0
  }

  get size(): number {
    return this.base === undefined ? this.own.size : this.count
  }

  get(key: string): V | undefined {
    if (this.base === undefined || this.own.has(key)) return this.own.get(key)
    return this.base.get(key)
  }

  has(key: string): boolean {
    return this.get(key) !== undefined
  }

  set(key: string, value: V): void {
    if (this.base !== undefined && this.get(key) === undefined) this.count++
    this.own.set(key, value)
  }

  delete(key: string): void {
    if (this.base === undefined) return void this.own.delete(key)
    if (this.get(key) === undefined) return
    this.count--
    // In an overlay an entry of `undefined` hides the record below.
    if (this.base.has(key)) this.own.set(key, undefined)
    else this.own.delete(key)
  }

  /** A table of its own is gone through as the map it is, without an object for each record: there may be ten thousand. */
  entries(): IterableIterator<[string, V]> {
    return this.base === undefined ? (this.own.entries() as IterableIterator<[string, V]>) : this.merged(this.base)
  }

  values(): IterableIterator<V> {
    return this.base === undefined ? (this.own.values() as IterableIterator<V>) : this.mergedValues(this.base)
  }

  overlay(): Table<V> {
    return new Table(this)
  }

  records(): [string, V][] {
    return this.base === undefined ? ([...this.own] as [string, V][]) : [...this.entries()]
  }

  restore(key: string, value: unknown): void {
    this.set(key, value as V)
  }

  private *merged(base: Table<V>): IterableIterator<[string, V]> {
    for (const [key, value] of base.entries()) {
      if (!this.own.has(key)) yield [key, value]
      else {
        const changed = this.own.get(key)
        if (changed !== undefined) yield [key, changed]
      }
    }
    for (const [key, value] of this.own) {
      if (value !== undefined && !base.has(key)) yield [key, value]
    }
  }

  private *mergedValues(base: Table<V>): IterableIterator<V> {
    for (const [, value] of this.merged(base)) yield value
  }
}
