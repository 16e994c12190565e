import type { Row } from './measure.js'

export interface Results {
  machine: { date: string; node: string; system: string; cpu: string; load: number }
  rows: readonly Row[]
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
function figures({ machine, rows }: Results): string {
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
    `Of ${machine.date}: Node ${machine.node.slice(1)}, ${machine.system.split(' ')[0]}, ${machine.cpu}, load ${machine.load}. A bare append + \`fdatasync\` took ${value('bare append + fdatasync')}; lock + temporary file + \`fsync\` + rename ${value('lock + temporary file + fsync + rename')}, ${shown(row('the most that ratio could be on this disk').value)} times as long.`,
    table(['locks held', 'a claim', 'against a bare append'], sizes('durable claim, * held').map((size) => [size, value(`durable claim, ${size} held`), `${shown(row(`durable claim, ${size} held`).ratio ?? 0)} ×`])),
    table(['agents known', 'a claim', '`status`', 'recovery check'], sizes('status, * agents').map((size) => [size, value(`durable claim, ${size} agents`), value(`status, ${size} agents`), value(`recovery check, ${size} agents`)])),
    table(['entries', 'opening by replay', 'replay', 'opening by snapshot', 'the snapshot'], sizes('open * commits by replay').map((size) => [size, value(`open ${size} commits by replay`), replay(size), value(`open ${size} commits by snapshot`), value(`state after ${size} commits`)])),
    table(['claims queued at once', 'each', 'against one alone'], sizes('* claims queued at once, each').map((size) => [size, value(`${size} claims queued at once, each`), `${shown(row(`${size} claims queued at once, each`).ratio ?? 1)} ×`])),
    table(['processes', 'claims in all', `the longest wait in ${seconds} s`], processes.map((size) => [size, value(`${contending(size)}: claims`), value(`${contending(size)}: longest wait in ${seconds} s`)])),
  ].join('\n\n')
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...lines.map(line)].join('\n')
}

/** Three digits. */
function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(value < 1 ? 2 : 3)))
}
