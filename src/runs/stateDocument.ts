import type { RunView } from '../core/model/runs.js'
import { printable } from './marker.js'

/* `STATE.md`: runs as items of the sections "In Progress" and "Done"; everything else in it is the people's. Pure. */

type Section = 'In Progress' | 'Done'

/** The document with these runs where they belong: at work, done, or in neither. */
export function withRunItems(text: string, runs: readonly RunView[]): string {
  return runs.reduce((known, run) => withRun(known, run), text)
}

function withRun(text: string, run: RunView): string {
  const wanted: Section | undefined = run.status === 'running' ? 'In Progress' : run.status === 'completed' ? 'Done' : undefined
  const lines = text.split('\n')
  const isItem = (line: string): boolean => /^\s*[-*+]\s/.test(line) && new RegExp(`(^|[^\\w.-])${escapeRegExp(run.run)}($|[^\\w-])`, 'u').test(line)
  const items = lines.flatMap((line, index) => (isItem(line) ? [{ index, section: sectionOf(lines, index) }] : []))
  // Where it is already, in whoever's words.
  if (wanted !== undefined && items.some(({ section }) => section === wanted) && items.every(({ section }) => section === wanted || section === undefined)) return text
  const moved = items.filter(({ section }) => section !== undefined && section !== wanted)
  if (moved.length === 0 && (wanted === undefined || run.status !== 'running' && run.status !== 'completed')) return text
  const own = moved[0] === undefined ? undefined : lines[moved[0].index]!.replace(/\r$/, '').replace(/\[ \]/, wanted === 'Done' ? '[x]' : '[ ]')
  const rest = without(lines, moved.map(({ index }) => index))
  return wanted === undefined ? rest.join('\n') : addItem(rest, wanted, own ?? `- ${run.run}${run.agent === undefined ? '' : ` (${printable(run.agent)})`}`)
}

function addItem(lines: string[], section: Section, item: string): string {
  const heading = lines.findIndex((line) => headingOf(line) === section)
  const cr = lines[0]?.endsWith('\r') ? '\r' : ''
  if (heading === -1) return `${lines.join('\n').trimEnd()}${cr}\n${cr}\n## ${section}${cr}\n${cr}\n${item}${cr}\n`.replace(/^\s+/, '')
  let end = heading + 1
  while (end < lines.length && !/^#{1,6}\s/.test(lines[end]!)) end++
  const next = end < lines.length
  // Behind its last line that is not blank.
  let last = end
  while (last > heading + 1 && lines[last - 1]!.trim() === '') last--
  const first = last === heading + 1
  lines.splice(last, end - last, ...(first ? [cr] : []), item + cr, ...(next ? [cr] : ['']))
  return lines.join('\n')
}

/** Without these lines, and without a second blank line where one was between two. */
function without(lines: readonly string[], indexes: readonly number[]): string[] {
  const gone = new Set(indexes)
  for (const index of indexes) if (lines[index - 1]?.trim() === '' && lines[index + 1]?.trim() === '' && index + 2 < lines.length) gone.add(index + 1)
  return lines.filter((_, index) => !gone.has(index))
}

function sectionOf(lines: readonly string[], index: number): Section | undefined {
  for (let n = index; n >= 0; n--) if (/^#{1,6}\s/.test(lines[n]!)) return headingOf(lines[n]!)
  return undefined
}

function headingOf(line: string): Section | undefined {
  const [, title = ''] = /^#{1,6}\s+(.*)$/.exec(line.trim()) ?? []
  const words = title.replace(/[^\p{L}\p{N}]+/gu, ' ').trim().toLowerCase()
  return words === 'in progress' ? 'In Progress' : words === 'done' || words === 'completed' ? 'Done' : undefined
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
