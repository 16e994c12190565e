import type { RunView } from '../core/model/runs.js'
import type { RunStatus } from '../core/model/words.js'
import { printable } from './marker.js'

/* `REGISTRY.md`: one row a run in a table; everything else in it is the people's. Pure. */

const HEAD = '# Runs\n\n| Date | Run | Status | Agent | Metrics |\n| --- | --- | --- | --- | --- |\n'
/** More than this is no registry, in bytes. */
const LARGEST = 8 * 1024 * 1024
/** Values shown of a run. */
const SHOWN = 6

const signs: Record<RunStatus, string> = {
  not_started: '📋 Planned', running: '🔄 Running', stale: '⚠️ Stale', resumable: '❌ Failed', interrupted: '⏸️ Interrupted', failed: '❌ Failed', completed: '✅ Complete',
}

/** Sign and word; with what can be done. */
export function statusCell({ status, resumeFrom }: Pick<RunView, 'status' | 'resumeFrom'>): string {
  return resumeFrom === undefined || status === 'running' ? signs[status] : `${signs[status]}, resumable from item ${resumeFrom}`
}

/** Why a registry cannot be gone on with; undefined where it can. */
export function damageOf(bytes: Buffer): string | undefined {
  if (bytes.length > LARGEST) return 'it is too large'
  if (bytes.includes(0)) return 'it holds NUL characters'
  const text = bytes.toString('utf8')
  if (!Buffer.from(text).equals(bytes)) return 'it is no UTF-8'
  if (/^(<{7}|>{7})( |$)/m.test(text)) return 'it holds marks of a merge'
  const lines = text.split('\n')
  const half = lines.findIndex((line) => /^\s*\|\s*\d{4}-\d\d-\d\d/.test(line) && cellsOf(line).length < 3)
  return half === -1 ? undefined : `line ${half + 1} is half a row`
}

/** The registry with the rows of these runs in their places, or behind the last one. */
export function withRows(text: string, runs: readonly RunView[]): string {
  const lines = text.split('\n')
  const at = rowsOf(lines)
  const added: RunView[] = []
  const dropped = new Set<number>()
  for (const run of runs) {
    const [index, ...twice] = at.get(run.run) ?? []
    if (index === undefined) {
      added.push(run)
      continue
    }
    lines[index] = replaced(run, lines[index]!)
    // Two who wrote at once each added one.
    for (const again of twice) if (isOneTable(lines, index, again)) dropped.add(again)
  }
  const kept = lines.filter((_, index) => !dropped.has(index))
  return added.length === 0 ? kept.join('\n') : insert(kept, added)
}

/** One of these runs only. */
export function newRegistry(runs: readonly RunView[]): string {
  return withRows(HEAD, runs)
}

/** The runs whose row is missing or says something else. */
export function unregisteredIn(text: string, runs: readonly RunView[]): RunView[] {
  const lines = text.split('\n')
  const at = rowsOf(lines)
  return runs.filter((run) => {
    const [index, ...twice] = at.get(run.run) ?? []
    return index === undefined || replaced(run, lines[index]!) !== lines[index] || twice.some((again) => isOneTable(lines, index, again))
  })
}

function rowsOf(lines: readonly string[]): Map<string, number[]> {
  const at = new Map<string, number[]>()
  lines.forEach((line, index) => {
    const run = runIn(line)
    if (run !== undefined) at.set(run, [...(at.get(run) ?? []), index])
  })
  return at
}

function replaced(run: RunView, line: string): string {
  return rowFor(run, cellsOf(line)) + (line.endsWith('\r') ? '\r' : '')
}

function isOneTable(lines: readonly string[], from: number, to: number): boolean {
  return lines.slice(from, to + 1).every((line) => line.trimStart().startsWith('|'))
}

/** Behind the last row of the table that holds runs; where there is none, in one of its own. */
function insert(lines: string[], runs: readonly RunView[]): string {
  const rule = lines.findIndex((line, index) => index > 0 && /^\s*\|?[\s:|-]*-[\s:|-]*\|/.test(line) && isHead(lines[index - 1]!))
  if (rule === -1) {
    const text = lines.join('\n').trimEnd()
    return insert(`${text}${text === '' ? HEAD : `\n\n${HEAD.split('\n').slice(2).join('\n')}`}`.split('\n'), runs)
  }
  let end = rule + 1
  while (end < lines.length && lines[end]!.trimStart().startsWith('|')) end++
  const crlf = lines[rule]!.endsWith('\r') ? '\r' : ''
  const head = cellsOf(lines[rule - 1]!)
  lines.splice(end, 0, ...runs.map((run) => rowFor(run, Array<string>(head.length).fill('')) + crlf))
  // The file ends in a line feed.
  if (lines.at(-1) !== '') lines.push('')
  return lines.join('\n')
}

function isHead(line: string): boolean {
  return cellsOf(line).some((cell) => /^(run|experiment|name)s?$/i.test(cell.replaceAll('*', '').trim()))
}

/** Rows of four cells have no agent, as others write them; what is in further cells is kept. */
function rowFor(run: RunView, before: readonly string[]): string {
  const metrics = metricsCell(run)
  const known = before.length === 4 ? [run.date, nameCell(run, before[1]), statusCell(run), metrics] : [run.date, nameCell(run, before[1]), statusCell(run), run.agent ?? '', metrics]
  // Metrics that somebody else wrote, and no file tells, stay.
  if (metrics === '' && before.length >= 4) known[known.length - 1] = before[known.length - 1] ?? ''
  return `| ${[...known.map((cell, index) => (index === 1 ? cell : escapeCell(cell))), ...before.slice(5)].join(' | ')} |`
}

/** A link or code of theirs around the name stays. */
function nameCell({ run }: RunView, before: string | undefined): string {
  return before !== undefined && before.includes(run) ? before : run
}

function metricsCell({ metrics = {} }: RunView): string {
  return Object.entries(metrics).slice(0, SHOWN).map(([key, value]) => `${key}=${typeof value === 'number' ? Number(value.toPrecision(6)) : value}`).join(', ')
}

function escapeCell(text: string): string {
  return printable(text).replace(/(?<!\\)\|/g, '\\|').slice(0, 500)
}

function cellsOf(line: string): string[] {
  return line.trim().replace(/^\|/, '').replace(/(?<!\\)\|$/, '').split(/(?<!\\)\|/).map((cell) => cell.trim())
}

/** The folder's name in a row of a run. */
function runIn(line: string): string | undefined {
  if (!line.trimStart().startsWith('|')) return undefined
  for (const cell of cellsOf(line).slice(0, 3)) {
    const [run] = /\d{4}-\d\d-\d\d_\d\d-\d\d_[^\s|`\])/]+/u.exec(cell) ?? []
    if (run !== undefined) return run
  }
  return undefined
}
