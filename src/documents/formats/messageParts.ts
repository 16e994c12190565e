import { tell } from '../../core/tell.js'
import type { LineProblem } from './lines.js'

/* What is below the front matter of a message that somebody else wrote: what is asked for and until when, wherever it stands. */

export interface ForeignParts {
  /** With what the two sections say besides. */
  body: string
  checklist: { text: string; done: boolean }[]
  deadlineMinutes?: number
  /** Of a deadline that nobody understands; the text has it as it was written. */
  unknownDeadline?: LineProblem
}

/**
 * @param line Of the text's first line in its file, counted from 1
 * @param now What a time of day is counted from, ms since 1970
 */
export function partsOf(text: string, line: number, now: number): ForeignParts {
  const body: string[] = []
  const checklist: ForeignParts['checklist'] = []
  const deadlines: { line: number; text: string; minutes: number | undefined }[] = []
  for (const { at, title, rows } of sectionsOf(text)) {
    if (/^Actions? Requested\b/i.test(title)) {
      const before = checklist.length
      const rest = withoutSteps(rows.slice(1), checklist)
      if (checklist.length === before || rest.some((row) => row.trim() !== '')) body.push(rows[0]!, ...rest)
    } else if (/^Response Deadline\b/i.test(title) && rows.slice(1).some((row) => row.trim() !== '')) {
      const index = rows.findIndex((row, n) => n > 0 && row.trim() !== '')
      deadlines.push({ line: line + at + index, text: rows[index]!.trim(), minutes: minutesIn(rows[index]!, now) })
      body.push(...rows.slice(index + 1))
    } else body.push(...rows)
  }
  const known = deadlines.find(({ minutes }) => minutes !== undefined)
  const said = deadlines.filter((one) => one !== known || saysMore(one.text)).map((one) => `Response deadline: ${one.text}`)
  const written = body.join('\n').replace(/^(?:[ \t]*\r?\n)+/, '').trimEnd()
  const unknown = known === undefined ? deadlines[0] : undefined
  return {
    body: [...(written === '' ? [] : [written]), ...said].join('\n\n'), checklist,
    ...(known && { deadlineMinutes: known.minutes! }),
    ...(unknown && { unknownDeadline: { line: unknown.line, reason: tell`Nobody understands this deadline, so the message has none but in its text. Write it as in "Within 1 hour", "Before 18:00" or "2026-11-22 21:00" (UTC), where that is still to come.` } }),
  }
}

/** Headings with what is below them; the first may have none. What looks like a heading in a block of code is none. */
function sectionsOf(text: string): { at: number; title: string; rows: string[] }[] {
  const sections = [{ at: 0, title: '', rows: [] as string[] }]
  let fence = ''
  text.split('\n').forEach((row, at) => {
    const [, mark = ''] = /^ {0,3}(`{3,}|~{3,})/.exec(row) ?? []
    if (fence === '') fence = mark
    else if (mark.startsWith(fence)) fence = ''
    const [, title] = fence === '' && mark === '' ? (/^#{1,6}[ \t]+(.*?)\r?$/.exec(row) ?? []) : []
    if (title !== undefined) sections.push({ at, title, rows: [] })
    sections.at(-1)!.rows.push(row)
  })
  return sections
}

/** Lines that are no step; a step may go on in lines that are further in. */
function withoutSteps(rows: readonly string[], steps: ForeignParts['checklist']): string[] {
  let inStep = false
  return rows.filter((row) => {
    const [, tick, text = ''] = /^[ \t]*[-*+][ \t]+\[([ xX]?)\][ \t]*(.*?)[ \t]*\r?$/.exec(row) ?? []
    if (tick !== undefined) steps.push({ text, done: tick.trim() !== '' })
    else if (inStep && /^[ \t]+[^\s*+-]/.test(row)) steps.at(-1)!.text += ` ${row.trim()}`
    else {
      inStep = false
      return true
    }
    inStep = true
    return false
  })
}

const DURATION = /\b((?:half an?|an?|one)(?=\s+\w\w)|\d+(?:\.\d+)?)\s*(minutes?|mins?|hours?|hrs?|h|days?|d)\b/i
const CLOCK = /^(?:(?:today|before|by|until|till|at|latest|no later than|at the latest)[\s,:]+)*(\d{4}-\d\d-\d\d)?[T_,\s]*(\d{1,2}):(\d\d)(?::\d\d)?\s*([ap]m)?\s*(?:z|utc|gmt)?(?:\s+today)?\s*[.!]?\s*(?:\(.*\))?$/i

/** Minutes until then: after a while, or at a time of day (the next one) or of a date, in UTC. */
function minutesIn(text: string, now: number): number | undefined {
  const plain = text.trim().replace(/^[-*+>_\s]+|[*_\s]+$/g, '')
  const [whole, date, hour = '', minute = '', half] = CLOCK.exec(plain) ?? []
  const minutes = whole === undefined ? lasting(plain) : (momentOf(date, half === undefined ? Number(hour) : (Number(hour) % 12) + (/^p/i.test(half) ? 12 : 0), Number(minute), now) - now) / 60_000
  // Whole ones are easier to read, and no later than what was said.
  return minutes > 0 && minutes <= 365 * 24 * 60 ? (whole === undefined ? minutes : Math.floor(minutes) || minutes) : undefined
}

function lasting(text: string): number {
  const [, count = '', unit = ''] = DURATION.exec(text) ?? []
  const many = /^half/i.test(count) ? 0.5 : /^[ao]/i.test(count) ? 1 : Number(count)
  return many * (/^h/i.test(unit) ? 60 : /^d/i.test(unit) ? 24 * 60 : 1)
}

/** ms since 1970; NaN for what is no time. */
function momentOf(date: string | undefined, hour: number, minute: number, now: number): number {
  if (hour > 23 || minute > 59) return NaN
  const day = Date.parse(`${date ?? new Date(now).toISOString().slice(0, 10)}T00:00:00Z`)
  const at = day + (hour * 60 + minute) * 60_000
  return date === undefined && at <= now ? at + 24 * 60 * 60_000 : at
}

/** Besides when: why, or what goes on until then. */
function saysMore(text: string): boolean {
  const rest = text.replace(/\d{4}-\d\d-\d\d|\d{1,2}:\d\d(?::\d\d)?(?:\s*[ap]m)?/gi, ' ').replace(DURATION, ' ')
  return /[\p{L}\p{N}]/u.test(rest.replace(/\b(?:within|in|the|next|today|before|by|until|till|at|no|later|than|latest|z|utc|gmt|t)\b/gi, ' '))
}
