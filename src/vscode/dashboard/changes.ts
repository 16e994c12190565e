import { listNames, type Changed, type Lists } from '../../protocol/dashboard.js'

/** What changed between two states, by ids; undefined when nothing did. Items are flat: they are compared field by field. */
export function changesBetween(before: Lists, now: Lists): Changed | undefined {
  const changed: Record<string, unknown> = {}
  for (const name of listNames) {
    const change = changesOf<{ id: string }>(before[name], now[name])
    if (change) changed[name] = change
  }
  return Object.keys(changed).length === 0 ? undefined : changed
}

function changesOf<T extends { id: string }>(before: readonly T[], now: readonly T[]): { set: T[]; gone: string[] } | undefined {
  const former = new Map(before.map((item) => [item.id, item]))
  const set = now.filter((item) => {
    const known = former.get(item.id)
    former.delete(item.id)
    return known === undefined || !same(known, item)
  })
  return set.length + former.size === 0 ? undefined : { set, gone: [...former.keys()] }
}

function same<T extends object>(a: T, b: T): boolean {
  for (const key in b) if (a[key] !== b[key]) return false
  for (const key in a) if (!(key in b)) return false
  return true
}
