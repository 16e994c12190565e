/** Where a cell begins so, spreadsheets take it for a formula; also behind blanks, and in the wide forms of these characters. */
const FORMULA = /^[\s\u00a0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/

const FIRST = ['id', 'name', 'resource', 'title', 'subject', 'message']

/**
 * Rows as CSV (RFC 4180, with a mark that tells spreadsheets it is UTF-8). Text that would be taken for a formula gets an
 * apostrophe before it, as OWASP advises; numbers are numbers.
 */
export function csvOf(rows: readonly object[]): string {
  const names = new Set(rows.flatMap((row) => Object.keys(row)))
  // What a row is about first, the rest in the order of the fields.
  const columns = [...new Set([...FIRST.filter((name) => names.has(name)), ...names])]
  const lines = [columns, ...rows.map((row) => columns.map((column) => (row as Record<string, unknown>)[column]))]
  return `\ufeff${lines.map((cells) => cells.map(cellOf).join(',')).join('\r\n')}\r\n`
}

function cellOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const text = typeof value === 'string' ? value : Array.isArray(value) && value.every((one) => typeof one === 'string') ? value.join('; ') : JSON.stringify(value)
  return `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
}
