import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openMuster } from '../src/core/open.js'
import { percentile, type Row } from './measure.js'

/** From the call of a claim in one process to its being in another process's state, both clocks being the machine's. */
export async function benchVisibility(base: string, count: number): Promise<Row[]> {
  const folder = join(base, 'visible', '.muster')
  mkdirSync(join(base, 'visible'))
  const writer = await openMuster({ folder, agent: 'writer', watch: false })
  const reader = fork(join(dirname(fileURLToPath(import.meta.url)), 'visibilityReader.js'), [folder])
  const seen = new Map<string, bigint>()
  reader.on('message', (message: { resource: string; at: string }) => seen.set(message.resource, BigInt(message.at)))
  await once(reader, 'message')
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const resource = `file-${i}`
    const start = process.hrtime.bigint()
    await writer.claim(resource)
    while (!seen.has(resource)) await once(reader, 'message')
    times.push(Number(seen.get(resource)! - start) / 1e6)
    // An uneven gap, so that the watcher is not met in step.
    await new Promise((resolve) => setTimeout(resolve, 20 + (i % 7) * 15))
  }
  reader.kill()
  await once(reader, 'exit')
  await writer.close()
  const [p50, p99] = [percentile(times, 50), percentile(times, 99)]
  return [
    { name: 'commit visible in another process, p50', value: p50, unit: 'ms', goal: '≤ 30 ms', met: p50 <= 30 },
    { name: 'commit visible in another process, p99', value: p99, unit: 'ms', goal: '≤ 100 ms', met: p99 <= 100 },
  ]
}
