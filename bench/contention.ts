import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openMuster } from '../src/core/open.js'
import type { Row } from './measure.js'

const GOAL = 8

/** Processes that claim and release as fast as they can, all in one folder. */
export async function benchContention(base: string, processes: readonly number[], seconds: number): Promise<Row[]> {
  const rows: Row[] = []
  for (const count of processes) {
    const folder = join(base, `contention-${count}`, '.muster')
    mkdirSync(join(base, `contention-${count}`))
    await (await openMuster({ folder, agent: 'first', watch: false })).close()
    const workers = Array.from({ length: count }, (_, i) => fork(join(dirname(fileURLToPath(import.meta.url)), 'contentionWorker.js'), [folder, `worker-${i}`]))
    await Promise.all(workers.map((worker) => once(worker, 'message')))
    for (const worker of workers) worker.send(seconds)
    const results = (await Promise.all(workers.map((worker) => once(worker, 'message')))).map(([result]) => result as { claims: number; longest: number })
    await Promise.all(workers.map(async (worker) => worker.exitCode === null && (await once(worker, 'exit'))))
    const claims = results.reduce((sum, result) => sum + result.claims, 0)
    const longest = Math.max(...results.map((result) => result.longest))
    const fewest = Math.min(...results.map((result) => result.claims))
    rows.push({ name: `${count} ${count === 1 ? 'process' : 'processes'} contending: claims`, value: claims / seconds, unit: 'claims/s', note: `the slowest made ${fewest} of ${claims}` })
    rows.push({ name: `${count} ${count === 1 ? 'process' : 'processes'} contending: longest wait in ${seconds} s`, value: longest, unit: 'ms', ...(count === GOAL && { goal: '≤ 1,000 ms', met: longest <= 1000 }) })
  }
  return rows
}
