import { tell } from '../../core/tell.js'
import { linesOf, oneLine, readTime, stampOf, type LineProblem } from './lines.js'

/* `.agent_work_log`: `<date>: <text>` a line; `# …` is a comment. */

export function renderWorkLine(at: string, text: string): string {
  return `${stampOf(at) ?? '1970-01-01_00:00:00'}: ${oneLine(text)}`
}

/** One that was taken from a file with a time of its own has that one. */
export function renderTakenLine(at: string, text: string): string {
  return ownDate(text) === undefined ? renderWorkLine(at, text) : oneLine(text)
}

/** A line as it is written here, with its time in ms. */
export function ownDate(line: string): { at: number; text: string } | undefined {
  const [, date = '', text = ''] = /^(\d{4}-\d\d-\d\d_\d\d:\d\d:\d\d): (.*)$/s.exec(line) ?? []
  const at = date === '' ? undefined : readTime(date)
  return at === undefined ? undefined : { at, text }
}

export interface LoggedLine {
  /** Counted from 1. */
  line: number
  /** It begins as those that are written here. */
  stamped?: true
  /** ms; undefined where none is told. */
  at?: number
  text: string
}

/** Characters of a line that are taken; a longer one is told of. */
const LONGEST = 1_900
/** `date` in the C locale, ISO 8601, or with `_`; then a colon. Dates have colons themselves. */
const DATED = /^\[?((?:[A-Z][a-z]{2} [A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d (?:[AP]M )?\S{2,6} \d{4})|(?:\d{4}-\d\d-\d\d[_T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?))\]?\s*[:-]?\s+(.*)$/

export function parseWorkLog(text: string): { lines: LoggedLine[]; problems: LineProblem[]; comments: boolean } {
  let comments = false
  const lines: LoggedLine[] = []
  const problems: LineProblem[] = []
  linesOf(text).forEach((whole, index) => {
    const line = oneLine(whole)
    if (line === '') return
    if (/^#+(?: |$)/.test(line)) return void (comments = true)
    const [, date = '', rest = ''] = DATED.exec(line) ?? []
    const at = date === '' ? undefined : readTime(date)
    const said = at === undefined ? line : rest
    if (said.length > LONGEST) problems.push({ line: index + 1, reason: tell`The line is longer than ${LONGEST} characters.` })
    else if (said !== '') lines.push({ line: index + 1, ...(at !== undefined && { at }), ...(ownDate(line) && { stamped: true }), text: said })
  })
  return { lines, problems, comments }
}
