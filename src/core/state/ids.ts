import type { State } from './state.js'

const idPrefixes = { claim: 'c', wait: 'w', message: 'm', decision: 'D-', task: 'T-', error: 'E-', deliverable: 'V-' } as const
export type Counted = keyof typeof idPrefixes

/** Next free id of a kind: `c12`, `m7`, `D-3`. Unique because ids are given out on the state they are folded into. */
export function nextId(state: State, kind: Counted): { id: string; number: number } {
  const number = (state.counters.get(kind) ?? 0) + 1
  return { id: `${idPrefixes[kind]}${number}`, number }
}

/** Remembers that the id was given out. */
export function count(state: State, kind: Counted, id: string): void {
  const number = Number(id.slice(idPrefixes[kind].length))
  if (number > (state.counters.get(kind) ?? 0)) state.counters.set(kind, number)
}

/** The id people mean by `t-3`, `T-3` or `3`. */
export function idMeant(kind: Counted, reference: string): string {
  const prefix = idPrefixes[kind]
  const bare = reference.trim()
  return `${prefix}${bare.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase() ? bare.slice(prefix.length) : bare}`
}

/** Whether the id was ever given out: its record may have been cleaned up since. */
export function wasGiven(state: State, kind: Counted, id: string): boolean {
  const digits = id.slice(idPrefixes[kind].length)
  return /^[1-9]\d*$/.test(digits) && Number(digits) <= (state.counters.get(kind) ?? 0)
}
