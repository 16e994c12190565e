import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { CompareRunsResult, RunDifference, RunProblem, RunView } from '../core/model/runs.js'
import { files } from './layout.js'
import { printable } from './marker.js'
import { noRun, runMeant } from './names.js'
import { readRuns, type RunPlace } from './readRun.js'
import { readText, writtenAt } from './reading.js'

/** Different lines that name a source, and logs, that are looked at. */
const MOST = 50

/** What two runs were given and what came of them, where it differs: for "our results do not match". Writes nothing. */
export async function compare(place: RunPlace, first: string, second: string): Promise<CompareRunsResult> {
  const runs = await readRuns(place)
  const [a, b] = [runMeant(runs, first), runMeant(runs, second)]
  if (a === undefined || b === undefined) return noRun(a === undefined ? first : second)
  const problems: RunProblem[] = []
  const [left, right] = [await factsOf(place, a, problems), await factsOf(place, b, problems)]
  const config = differences(left.config, right.config)
  const sources = differences(left.sources, right.sources)
  const metrics = differences(new Map(Object.entries(a.metrics ?? {}).map(([key, value]) => [key, String(value)])), new Map(Object.entries(b.metrics ?? {}).map(([key, value]) => [key, String(value)])))
  const results = differences(left.results, right.results)
  return { ok: true, first: a.run, second: b.run, same: config.length + sources.length + metrics.length === 0, config, sources, metrics, results, problems: [...problems, ...a.problems, ...b.problems] }
}

interface Facts {
  config: Map<string, string>
  sources: Map<string, string>
  /** When each file in results/ was written. */
  results: Map<string, string>
}

async function factsOf({ base }: RunPlace, { run }: RunView, problems: RunProblem[]): Promise<Facts> {
  const folder = join(base, run)
  const config = configOf((await readText(folder, files.config, problems))?.text ?? '')
  return { config, sources: await sourcesOf(folder, config, problems), results: await resultsOf(folder) }
}

/** Values by their keys, those of sections as `section.key`; of the lines that say `key: value`, which is what configs hold. */
function configOf(text: string): Map<string, string> {
  const values = new Map<string, string>()
  const above: { indent: number; key: string }[] = []
  let item = 0
  for (const line of text.split(/\r\n|\n/)) {
    const [, indent = '', dash, key, value = ''] = /^(\s*)(- )?\s*(?:("[^"]*"|'[^']*'|[^\s:#][^:#]*?)\s*:(?:\s+|$))?(.*)$/.exec(line) ?? []
    const plain = value.replace(/\s+#.*$/, '').trim()
    if (line.trim() === '' || line.trimStart().startsWith('#') || /^(---|\.\.\.)\s*$/.test(line)) continue
    while (above.length > 0 && above.at(-1)!.indent >= indent.length + (dash ? 1 : 0)) above.pop()
    const path = above.map((one) => one.key).join('.')
    const own = key === undefined ? `[${item++}]` : key.replace(/^["']|["']$/g, '')
    if (key !== undefined && plain === '') {
      above.push({ indent: indent.length, key: own })
      item = 0
    } else {
      values.set(path === '' ? own : `${path}.${own}`, plain.replace(/^(["'])(.*)\1$/, '$2'))
    }
  }
  return values
}

/** What config and logs say of `data_source`. */
async function sourcesOf(folder: string, config: ReadonlyMap<string, string>, problems: RunProblem[]): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const [key, value] of config) if (/data_?source/i.test(key)) found.set(`${files.config}: ${key}`, value)
  const logs = await readdir(join(folder, 'logs')).catch(() => [])
  for (const log of logs.filter((name) => /\.(log|txt|jsonl?)$/i.test(name)).sort().slice(0, MOST)) {
    const lines = (await readText(folder, `logs/${log}`, problems))?.text.split(/\r\n|\n/) ?? []
    const said = new Set(lines.flatMap((line) => /data_source["']?\s*[=:]\s*["']?([^"',}]+)/i.exec(line.slice(0, 2_000))?.[1]?.trim() ?? []))
    if (said.size > 0) found.set(`logs/${log}`, printable([...said].slice(0, MOST).join(', ')))
  }
  return found
}

async function resultsOf(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const name of (await readdir(join(folder, 'results')).catch(() => [])).slice(0, MOST)) {
    const at = await writtenAt(join(folder, 'results', name))
    if (at !== undefined) found.set(name, new Date(at).toISOString())
  }
  return found
}

function differences(first: ReadonlyMap<string, string>, second: ReadonlyMap<string, string>): RunDifference[] {
  return [...new Set([...first.keys(), ...second.keys()])].sort().flatMap((key) => {
    const [a, b] = [first.get(key), second.get(key)]
    if (a === b) return []
    const change = a === undefined || b === undefined || a === '' || b === '' ? NaN : Number(b) - Number(a)
    return [{ key, ...(a !== undefined && { first: a }), ...(b !== undefined && { second: b }), ...(Number.isFinite(change) && { change: Number(change.toPrecision(12)) }) }]
  })
}
