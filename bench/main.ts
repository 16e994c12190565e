/** `npm run bench`: figures as ratios against the raw disk and the usual alternative in the same run. Writes bench/results.json. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { projectRoot } from '../scripts/projectRoot.js'
import { benchClaims } from './claims.js'
import { benchHooks } from './hooks.js'
import { table, type Row } from './measure.js'
import { benchOpen } from './open.js'
import { benchReplay } from './replay.js'
import { benchVisibility } from './visibility.js'

// Beside the project, so that the disk of the project is measured and not a memory file system.
const base = mkdtempSync(join(projectRoot, '.bench-'))
try {
  const rows: Row[] = [
    ...(await benchClaims(base, [0, 1_000, 10_000])),
    ...(await benchReplay(base, 20_000)),
    ...(await benchVisibility(base)),
    ...(await benchHooks(base)),
    ...(await benchOpen(base, [1_000, 10_000, 100_000, 1_000_000])),
  ]
  console.log(table(rows))
  const machine = { date: new Date().toISOString().slice(0, 10), node: process.version, system: `${process.platform} ${release()}`, cpu: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`, memoryGiB: Math.round(totalmem() / 2 ** 30) }
  writeFileSync(join(projectRoot, 'bench', 'results.json'), `${JSON.stringify({ machine, rows }, undefined, 2)}\n`)
} finally {
  rmSync(base, { recursive: true, force: true })
}
