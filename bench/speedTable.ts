import { measuredOn, type Results } from './figures.js'
import type { Row } from './measure.js'

/** What a reader of the README wants to know, by the names of rows in bench/results.json; the rest stands in docs/figures.md. */
const FIRST = [
  'bare append + fdatasync',
  'lock + temporary file + fsync + rename',
  'durable claim, 0 held',
  'durable claim, 10,000 held',
  '100 claims queued at once, each',
  '8 processes contending: longest wait in 30 s',
  'commit visible in another process, p50',
  'open 1,000,000 commits by snapshot',
  'recovery check, 10,000 agents',
  'a hook before an edit of a file not locked yet, above an empty Node process, p50',
  'muster claim, above an empty Node process, p50',
  'dashboard: an update, p50, 1,000 agents, 10,000 locks, 100,000 messages',
]

/** The figures a reader wants first, and what was not reached of the goals. @throws Error where the results lack a row */
export function speedSummary(results: Results): string {
  const rows = FIRST.map((name) => {
    const row = results.rows.find((one) => one.name === name)
    if (row === undefined) throw new Error(`bench/results.json has no "${name}".`)
    return row
  })
  const missed = results.rows.filter(({ met }) => met === false)
  return [
    `\`npm run bench\`, ${measuredOn(results)}; medians, ratios against the same disk in the same run.`,
    '',
    rowsTable(rows),
    '',
    ...(missed.length === 0 ? ['Every goal is met.'] : ['Goals that are not met:', '', ...byGoal(missed)]),
  ].join('\n')
}

/** A line for each goal, with all that miss it. */
function byGoal(rows: readonly Row[]): string[] {
  const goals = new Map<string, Row[]>()
  for (const row of rows) goals.set(row.goal ?? '', [...(goals.get(row.goal ?? '') ?? []), row])
  return [...goals].map(([goal, missing]) => `- ${goal}: ${missing.map((row) => `${row.name} (${figure(row)}${row.ratio === undefined ? '' : `, ${ratio(row)}`})`).join('; ')}`)
}

/** All rows. */
export function allFigures(results: Results): string {
  return [`\`npm run bench\`, ${measuredOn(results)}. Medians unless said otherwise; ratios are against the same disk in the same run.`, '', rowsTable(results.rows)].join('\n')
}

function rowsTable(rows: readonly Row[]): string {
  const lines = rows.map((row) => `| ${[row.name, figure(row), [row.ratio === undefined ? '' : ratio(row), row.note ?? ''].filter(Boolean).join('; '), row.goal === undefined ? '' : `${row.goal}${row.met === undefined ? '' : row.met ? ' — met' : ' — **not met**'}`].join(' | ')} |`)
  return ['| | | | goal |', '| --- | --- | --- | --- |', ...lines].join('\n')
}

function figure({ value, unit }: Row): string {
  const shown = value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(2)))
  return `${shown} ${unit}`.trim()
}

function ratio(row: Row): string {
  return `${row.ratio!.toFixed(2)} × ${row.of}`
}
