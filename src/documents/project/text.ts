import { oneLine } from '../formats/lines.js'

/* Text of others in Markdown of ours: it stays what it is, and begins nothing. */

/** On one line; what could begin HTML, a comment or a mark of ours does not. */
export function inline(text: string): string {
  return oneLine(text).replaceAll('<', '\\<')
}

/** What {@link inline} was given, but for its line ends. */
export function plainOf(text: string): string {
  return text.replaceAll('\\<', '<')
}

/** Lines that have a meaning in these documents: headings, rules, fields, items. */
const structure = /^(\\*)(?=#|-{3}|\*\*|[-*+] |\d+\. |<|`{3}|~{3}|=+$)/

/** Several lines, of which none has a meaning in the document around them. */
export function block(text: string): string {
  return text.replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n').split('\n').map((line) => escaped(clean(line))).join('\n').replace(/^\n+|\n+$/g, '')
}

/** What {@link block} was given, with its lines as they are on every system. */
export function blockOf(lines: readonly string[]): string {
  return lines.map((line) => (structure.test(line) ? line.replace(/^\\/, '') : line)).map((line) => plainOf(line)).join('\n').replace(/^\n+|\n+$/g, '')
}

function escaped(line: string): string {
  const whole = line.replace(/(?!^)</g, '\\<')
  return structure.test(whole) ? `\\${whole}` : whole
}

function clean(line: string): string {
  return line.replace(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, (one) => (one === '\t' ? one : '')).trimEnd()
}

/** `2026-02-16 09:00 UTC`: the same for everybody who makes the document. */
export function minuteOf(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`
}

export function dayOf(at: string): string {
  return at.slice(0, 10)
}
