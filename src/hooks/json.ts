/** Reading JSON of unknown shape. */

export type Fields = Readonly<Record<string, unknown>>

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The first of the fields that is a text with something in it. */
export function textIn(fields: Fields, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = fields[name]
    if (typeof value === 'string' && value !== '') return value
  }
  return undefined
}

/** An object; a text that holds one in JSON counts as it. Anything else is an empty one. */
export function fieldsOf(value: unknown): Fields {
  if (isFields(value)) return value
  if (typeof value !== 'string' || !value.trimStart().startsWith('{')) return {}
  try {
    const parsed: unknown = JSON.parse(value)
    return isFields(parsed) ? parsed : {}
  } catch {
    return {}
  }
}
