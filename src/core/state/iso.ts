import type { Stamp } from '../ledger/port.js'

/** ISO 8601 in UTC. */
export function iso(stampOrMs: Stamp | number): string {
  const ms = typeof stampOrMs === 'number' ? stampOrMs : stampOrMs.at
  // The times of a record are often the same, and writing one out is half of what a view of it costs.
  if (ms !== written.ms) written = { ms, text: new Date(ms).toISOString() }
  return written.text
}
let written = { ms: 0, text: new Date(0).toISOString() }
