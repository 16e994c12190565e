import type { Stamp } from '../ledger/port.js'

/** ISO 8601 in UTC. */
export function iso(stampOrMs: Stamp | number): string {
  const ms = typeof stampOrMs === 'number' ? stampOrMs : stampOrMs.at
  // The times of records are often the same, and writing one out is half of what a view of it costs.
  const known = written.get(ms)
  if (known !== undefined) return known
  if (written.size >= WRITTEN) written.clear()
  const text = new Date(ms).toISOString()
  written.set(ms, text)
  return text
}
const written = new Map<number, string>()
const WRITTEN = 1_000
