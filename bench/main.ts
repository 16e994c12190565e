/**
 * `npm run bench`: figures as ratios against the raw disk and the usual alternative in the same run. Writes bench/results.json,
 * bench/results-peers.json where npm has the peers, and the pages that show them.
 * `npm run bench -- --quick` takes a minute or two and writes nothing; `--part records|editor|database` measures that again, and leaves the other figures as they are.
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writePages } from '../scripts/pages/pages.js'
import { projectRoot } from '../scripts/projectRoot.js'
import { removeFolder } from '../scripts/removeFolder.js'
import { benchClaims } from './claims.js'
import { benchEditor } from './editor.js'
import { parts, withFigures, type Part, type Results } from './figures.js'
import { benchContention } from './contention.js'
import { benchDatabase } from './database.js'
import { measured } from './machine.js'
import { table, type Row } from './measure.js'
import { benchOpen } from './open.js'
import { benchPeers } from './peers/bench.js'
import { benchRecovery } from './recovery.js'
import { benchReplay } from './replay.js'
import { benchAgents, benchBatches } from './scale.js'
import { benchStarts } from './starts.js'
import { benchVisibility } from './visibility.js'

// Beside the project, so that the disk of the project is measured and not a memory file system.
const base = mkdtempSync(join(projectRoot, '.bench-'))
try {
  const { values: { quick, part } } = parseArgs({ options: { quick: { type: 'boolean', default: false }, part: { type: 'string' } } })
  const wanted = parts.filter((one) => part === undefined || one === part)
  if (wanted.length === 0) throw new Error(`There is no part "${part}": --part ${parts.join('|')}`)
  const of: Readonly<Record<Part, readonly (() => Promise<Row[]>)[]>> = {
    records: [
      () => benchClaims(base, quick ? [0, 1_000] : [0, 1_000, 10_000], quick ? 10 : 40),
      () => benchBatches(base, quick ? [1, 100] : [1, 10, 100, 1_000], quick ? 10 : 30),
      () => benchContention(base, quick ? [1, 8] : [1, 2, 4, 8, 16], quick ? 3 : 30),
      () => benchAgents(base, quick ? [100, 10_000] : [10, 100, 1_000, 10_000], quick ? 3 : 10),
      () => benchRecovery(base, [100, 10_000], quick ? 3 : 10),
      () => benchReplay(base, quick ? 4_000 : 20_000),
      () => benchVisibility(base, quick ? 40 : 200),
      () => benchStarts(base),
      () => benchOpen(base, quick ? [10_000, 100_000] : [1_000, 10_000, 100_000, 1_000_000]),
    ],
    editor: [() => benchEditor(base, quick ? { locks: 1_000, agents: 100, messages: 1_000, idle: 10, rounds: 5 } : { locks: 10_000, agents: 1_000, messages: 100_000, idle: 60, rounds: 30 })],
    database: [() => benchDatabase(base, quick ? { clients: [1, 8], seconds: 3, notifications: 50, minutes: 1 } : { clients: [1, 2, 4, 8, 16, 32, 64], seconds: 12, notifications: 300, minutes: 10 })],
  }
  const file = join(projectRoot, 'bench', 'results.json')
  const { machine, rows } = await measured(async (machine) => {
    const rows: Results['rows'][number][] = []
    for (const one of wanted) for (const measure of of[one]) {
      const found = await measure()
      console.log(table(found))
      rows.push(...found.map((row) => ({ part: one, ...row })))
    }
    if (part === undefined) await benchPeers(base, quick, () => machine)
    return { rows }
  })
  if (!quick) {
    const former = part === undefined ? undefined : (JSON.parse(readFileSync(file, 'utf8')) as Results)
    const results: Results = {
      machines: { records: machine, editor: machine, database: machine, ...former?.machines, ...Object.fromEntries(wanted.map((one) => [one, machine])) },
      rows: parts.flatMap((one) => (wanted.includes(one) ? rows : former?.rows ?? []).filter((row) => row.part === one)),
    }
    const page = join(projectRoot, 'docs', 'scaling.md')
    writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`)
    writeFileSync(page, withFigures(readFileSync(page, 'utf8'), results))
    writePages()
  }
} finally {
  removeFolder(base)
}
