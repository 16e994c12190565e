import { MARK } from '../../../src/mcp/othersText.js'

/** Every text of a structure that is not below the mark: keys and values. */
export function textsInTheOpen(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsInTheOpen)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) => (key === MARK ? [] : [key, ...textsInTheOpen(one)]))
}
