import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openMuster } from '../src/core/open.js'
import type { Muster } from '../src/core/muster.js'
import { inTurns, percentile, type Row } from './measure.js'

/** What grows with the agents that are known: a claim, what status shows, and who has not finished. */
export async function benchAgents(base: string, counts: readonly number[], rounds: number): Promise<Row[]> {
  const rows: Row[] = []
  const folder = join(base, 'agents', '.muster')
  mkdirSync(join(base, 'agents'))
  const m = await openMuster({ folder, agent: 'bench', kind: 'person', watch: false })
  let known = 0
  let number = 0
  for (const count of counts) {
    await register(m, known, count)
    known = count
    // Apart from the others, which leave ten thousand views each behind for the collector.
    const alone = await inTurns(
      {
        claim: async () => {
          const result = await m.claim(`work/file-${number++}.ts`)
          if (!result.ok) throw new Error(result.hint)
        },
      },
      { rounds, perRound: 30, warmUp: 3 },
    )
    const times = await inTurns(
      {
        status: async () => void (await m.refresh()).agents.length,
        recovery: async () => void (await m.recoverySummary()),
      },
      { rounds, perRound: 3, warmUp: 3 },
    )
    const label = `${count.toLocaleString('en')} agents`
    const ms = (name: string): number => percentile(times[name]!, 50) / 1000
    rows.push({ name: `durable claim, ${label}`, value: percentile(alone['claim']!, 50), unit: 'µs' })
    rows.push({ name: `status, ${label}`, value: ms('status'), unit: 'ms' })
    const limit = count === 100 ? 10 : count === 10_000 ? 200 : undefined
    rows.push({ name: `recovery check, ${label}`, value: ms('recovery'), unit: 'ms', ...(limit !== undefined && { goal: `≤ ${limit} ms`, met: ms('recovery') <= limit }) })
  }
  await m.close()
  return rows
}

async function register(m: Muster, from: number, to: number): Promise<void> {
  for (let first = from; first < to; first += 500) {
    // Queued at once, they share lines.
    await Promise.all(Array.from({ length: Math.min(500, to - first) }, (_, i) => m.setAgent({ name: `agent-${first + i}`, status: 'working' })))
  }
}

/** Operations queued at once share a line and a flush. */
export async function benchBatches(base: string, sizes: readonly number[], rounds: number): Promise<Row[]> {
  const folder = join(base, 'batches', '.muster')
  mkdirSync(join(base, 'batches'))
  const m = await openMuster({ folder, agent: 'bench', watch: false })
  let number = 0
  const rows: Row[] = []
  for (const size of sizes) {
    const { batch } = await inTurns({ batch: async () => void (await Promise.all(Array.from({ length: size }, () => m.claim(`work/file-${number++}.ts`)))) }, { rounds, perRound: 1, warmUp: 2 })
    rows.push({ name: `${size.toLocaleString('en')} claims queued at once, each`, value: percentile(batch!, 50) / size, unit: 'µs', ...(rows[0] && { ratio: percentile(batch!, 50) / size / rows[0].value, of: 'one alone' }) })
  }
  await m.close()
  return rows
}
