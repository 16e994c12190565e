import { isUtf8 } from 'node:buffer'
import { localTime, timeOf } from '../../runs/layout.js'

/** What could not be read of a file, where (counted from 1) and why, for people. */
export interface LineProblem {
  line: number
  reason: string
}

/** A value as one line: what would begin another one, or turn a line around, is a space. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim()
}

/** Lines without their ends, whichever system wrote them, and without a byte order mark. */
export function linesOf(text: string): string[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** The first line, counted from 1, that is no text in UTF-8; undefined where all of it is. */
export function notUtf8(bytes: Buffer): number | undefined {
  if (isUtf8(bytes)) return undefined
  let [line, from] = [1, 0]
  for (let end = bytes.indexOf(10); end >= 0 && isUtf8(bytes.subarray(from, end)); end = bytes.indexOf(10, from)) [line, from] = [line + 1, end + 1]
  return line
}

/** `2025-06-25_00:45:00` by the local clock; undefined for what is no time of these years. */
export function stampOf(at: string | number | undefined): string | undefined {
  const ms = typeof at === 'string' ? Date.parse(at) : (at ?? NaN)
  const year = new Date(ms).getFullYear()
  return year >= 1000 && year <= 9999 ? localTime(ms).replace('T', '_') : undefined
}

/** ms of a time in one of the spellings of agents: `2025-06-25_00:45:00`, ISO 8601, and what `date` prints in the C locale. */
export function readTime(text: string): number | undefined {
  const [, month, day, time, zone, year] = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d) (?:(?:[AP]M) )?([A-Z]{2,5}|[+-]\d\d\d?\d?) (\d{4})$/.exec(text) ?? []
  // A zone's short name is known for a few only; the others are this machine's own, which printed it.
  if (month !== undefined) return numberOf(Date.parse(`${day} ${month} ${year} ${time} ${/^(UTC|GMT|[ECMP][SD]T)$/.test(zone!) ? zone : ''}`))
  return /^\d{4}-\d\d-\d\d/.test(text) ? timeOf(text) : undefined
}

function numberOf(ms: number): number | undefined {
  return Number.isNaN(ms) ? undefined : ms
}
