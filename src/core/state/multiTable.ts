import type { StateTable } from './table.js'

/**
 * For each key a set of ids, in the order they were added. Adding and removing take the same time however many there are.
 * Like a {@link Table}, it can be overlaid: the overlay reads through and keeps its changes to itself.
 */
export class MultiTable implements StateTable {
  /** Most keys have one id: it stands for the set, which would take ten times as much memory. */
  private readonly added = new Map<string, string | Set<string>>()
  private readonly removed = new Map<string, Set<string>>()

  constructor(private readonly base?: MultiTable) {}

  /** Ids of a key; for looking, not for keeping: it may change with the next add or remove. */
  ids(key: string): IterableIterator<string> {
    return this.base === undefined ? setFrom(this.added.get(key)).values() : this.merged(this.base, key)
  }

  has(key: string): boolean {
    return !this.ids(key).next().done
  }

  count(key: string): number {
    return (this.base?.count(key) ?? 0) - (this.removed.get(key)?.size ?? 0) + sizeOf(this.added.get(key))
  }

  add(key: string, id: string): void {
    if (this.contains(key, id)) return
    const added = this.added.get(key)
    if (added === undefined) this.added.set(key, id)
    else if (typeof added === 'string') this.added.set(key, new Set([added, id]))
    else added.add(id)
  }

  remove(key: string, id: string): void {
    const added = this.added.get(key)
    if (added === id) this.added.delete(key)
    else if (typeof added === 'object' && added.delete(id)) {
      if (added.size === 0) this.added.delete(key)
    } else if (this.contains(key, id)) setOf(this.removed, key).add(id)
  }

  /** Keys with at least one id. */
  *keys(): IterableIterator<string> {
    if (this.base) for (const key of this.base.keys()) if (this.has(key)) yield key
    for (const key of this.added.keys()) if (!this.base?.has(key)) yield key
  }

  *entries(): IterableIterator<[string, string[]]> {
    for (const key of this.keys()) yield [key, [...this.ids(key)]]
  }

  overlay(): MultiTable {
    return new MultiTable(this)
  }

  records(): [string, string[]][] {
    return [...this.entries()]
  }

  /** @throws TypeError for anything but a list of ids */
  restore(key: string, ids: unknown): void {
    for (const id of ids as Iterable<unknown>) {
      if (typeof id !== 'string') throw new TypeError('an id is a string')
      this.add(key, id)
    }
  }

  private *merged(base: MultiTable, key: string): IterableIterator<string> {
    const removed = this.removed.get(key)
    for (const id of base.ids(key)) if (!removed?.has(id)) yield id
    yield* setFrom(this.added.get(key)).values()
  }

  private contains(key: string, id: string): boolean {
    const added = this.added.get(key)
    if (added === id || (typeof added === 'object' && added.has(id))) return true
    return !this.removed.get(key)?.has(id) && (this.base?.contains(key, id) ?? false)
  }
}

/** As what has values; a text has characters. */
function setFrom(ids: string | Set<string> | undefined): { values(): IterableIterator<string> } {
  return typeof ids === 'string' ? [ids] : (ids ?? [])
}

function sizeOf(ids: string | Set<string> | undefined): number {
  return typeof ids === 'string' ? 1 : (ids?.size ?? 0)
}

function setOf(map: Map<string, Set<string>>, key: string): Set<string> {
  let set = map.get(key)
  if (!set) map.set(key, (set = new Set()))
  return set
}
