import { linesOf, oneLine, readTime, stampOf, type LineProblem } from './lines.js'

/* `.agent_work_log`: `<date>: <text>` a line. */

export function renderWorkLine(at: string, text: string): string {
  return `${stampOf(at) ?? '1970-01-01_00:00:00'}: ${oneLine(text)}`
}

export interface LoggedLine {
  /** Counted from 1. */
  line: number
  /** ms; undefined where none is told. */
  at?: number
  text: string
}

/** Characters of a line that are taken; a longer one is told of. */
const LONGEST = 1_900
/** `date` in the C locale, ISO 8601, or with `_`; then a colon. Dates have colons themselves. */
const DATED = /^\[?((?:[A-Z][a-z]{2} [A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d (?:[AP]M )?\S{2,6} \d{4})|(?:\d{4}-\d\d-\d\d[_T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?))\]?\s*[:-]?\s+(.*)$/

export function parseWorkLog(text: string): { lines: LoggedLine[]; problems: LineProblem[] } {
  const lines: LoggedLine[] = []
  const problems: LineProblem[] = []
  linesOf(text).forEach((whole, index) => {
    const line = oneLine(whole)
    if (line === '') return
    const [, date = '', rest = ''] = DATED.exec(line) ?? []
    const at = date === '' ? undefined : readTime(date)
    const said = at === undefined ? line : rest
    if (said.length > LONGEST) problems.push({ line: index + 1, reason: `The line is longer than ${LONGEST} characters.` })
    else if (said !== '') lines.push({ line: index + 1, ...(at !== undefined && { at }), text: said })
  })
  return { lines, problems }
}
