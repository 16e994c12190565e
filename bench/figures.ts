import { said, type Machine } from './machine.js'
import type { Row } from './measure.js'

/** What can be measured again by itself, with all that its ratios are against. */
export const parts = ['records', 'editor', 'database'] as const
export type Part = (typeof parts)[number]

export interface Results {
  /** What each part was measured on: the same, where they were measured in one run. */
  machines: Readonly<Record<Part, Machine>>
  rows: readonly (Row & { part: Part })[]
}

/** What all of it was measured on, or each part. */
export function measuredOn({ machines }: Results): string {
  const all = new Map<string, Part[]>()
  for (const part of parts) all.set(said(machines[part]), [...(all.get(said(machines[part])) ?? []), part])
  return all.size === 1 ? said(machines.records) : [...all].map(([on, of]) => `${of.join(' and ')}: ${on}`).join('; ')
}

const START = '<!-- figures of bench/results.json -->'
const END = '<!-- end of figures -->'

/** The page with its tables as these results have them. @throws Error where it has no place for them */
export function withFigures(page: string, results: Results): string {
  const [from, to] = [page.indexOf(START), page.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`the page has no "${START}" and "${END}"`)
  return `${page.slice(0, from + START.length)}\n${figures(results)}\n${page.slice(to)}`
}

/** Tables by what grows. @throws Error that names a row which the results lack */
function figures(results: Results): string {
  const { rows } = results
  const row = (name: string): Row => {
    const found = rows.find((one) => one.name === name)
    if (found === undefined) throw new Error(`bench/results.json has no "${name}"`)
    return found
  }
  const value = (name: string): string => `${shown(row(name).value)} ${row(name).unit}`
  /** What stands in the place of `*` in the names of rows. */
  const sizes = (pattern: string): string[] => {
    const [before, after] = pattern.split('*') as [string, string]
    return rows.flatMap(({ name }) => (name.startsWith(before) && name.endsWith(after) ? [name.slice(before.length, name.length - after.length)] : []))
  }
  const contending = (size: string): string => `${size} ${size === '1' ? 'process' : 'processes'} contending`
  const processes = rows.flatMap(({ name }) => /^(\d+) process(?:es)? contending: claims$/.exec(name)?.[1] ?? [])
  const seconds = /longest wait in (\d+) s$/.exec(rows.map(({ name }) => name).find((name) => name.includes('longest wait')) ?? '')?.[1]
  const replay = (size: string): string => (rows.some(({ name }) => name === `replay of ${size} commits`) ? value(`replay of ${size} commits`) : '')
  return [
    `Of ${measuredOn(results)}. A bare append + \`fdatasync\` took ${value('bare append + fdatasync')}; lock + temporary file + \`fsync\` + rename ${value('lock + temporary file + fsync + rename')}, ${shown(row('the most that ratio could be on this disk').value)} times as long.`,
    table(['locks held', 'a claim', 'against a bare append'], sizes('durable claim, * held').map((size) => [size, value(`durable claim, ${size} held`), `${shown(row(`durable claim, ${size} held`).ratio ?? 0)} ×`])),
    table(['agents known', 'a claim', '`status`', 'recovery check'], sizes('status, * agents').map((size) => [size, value(`durable claim, ${size} agents`), value(`status, ${size} agents`), value(`recovery check, ${size} agents`)])),
    table(['entries', 'opening by replay', 'replay', 'opening by snapshot', 'the snapshot'], sizes('open * commits by replay').map((size) => [size, value(`open ${size} commits by replay`), replay(size), value(`open ${size} commits by snapshot`), value(`state after ${size} commits`)])),
    table(['claims queued at once', 'each', 'against one alone'], sizes('* claims queued at once, each').map((size) => [size, value(`${size} claims queued at once, each`), `${shown(row(`${size} claims queued at once, each`).ratio ?? 1)} ×`])),
    table(['processes', 'claims in all', `the longest wait in ${seconds} s`], processes.map((size) => [size, value(`${contending(size)}: claims`), value(`${contending(size)}: longest wait in ${seconds} s`)])),
    ...database(rows, row, value),
  ].join('\n\n')
}

/** Of those who use a database; nothing where that was not measured. */
function database(rows: readonly Row[], row: (name: string) => Row, value: (name: string) => string): string[] {
  const clients = rows.flatMap(({ name }) => /^PostgreSQL, (\d+) clients?: commits$/.exec(name)?.[1] ?? [])
  if (clients.length === 0) return []
  const who = (size: string): string => `PostgreSQL, ${size} ${size === '1' ? 'client' : 'clients'}`
  const measured = (size: string, p: number): string[] => [value(`${who(size)}: a commit, p${p}`), `${shown(row(`${who(size)}: a commit, p${p}`).ratio ?? 0)} ×`]
  const team = rows.find(({ name }) => /^PostgreSQL, [\d,]+ agents: /.test(name))
  return [
    table(['clients of one space', 'commits in all', 'bare inserts in all', 'a commit, p50', 'against a bare insert', 'p99', 'against a bare insert'], clients.map((size) => [size, value(`${who(size)}: commits`), (row(`${who(size)}: commits`).note ?? '').replace(' bare inserts', ''), ...measured(size, 50), ...measured(size, 99)])),
    [
      ...([50, 99] as const).map((p) => `A commit of one client was in the other's state after ${value(`PostgreSQL: commit visible to another client, p${p}`)} (p${p}), ${shown(row(`PostgreSQL: commit visible to another client, p${p}`).ratio ?? 0)} times as long as a bare notification takes.`),
      ...(team === undefined ? [] : [`${team.name.replace('PostgreSQL, ', '').replace(/: (.*)/, ' and $1')} took ${shown(team.value)} s: ${team.note}.`]),
    ].join(' '),
  ]
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...lines.map(line)].join('\n')
}

/** Three digits. */
function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(value < 1 ? 2 : 3)))
}
