import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { removeFolder } from '../scripts/removeFolder.js'
import { openMuster } from '../src/core/open.js'
import type { Row } from './measure.js'

/** How fast a ledger of `commits` claims and releases is read back when a process opens it. */
export async function benchReplay(base: string, commits: number): Promise<Row[]> {
  const folder = join(base, 'replay', '.muster')
  mkdirSync(join(base, 'replay'))
  const writer = await openMuster({ folder, agent: 'bench', watch: false })
  for (let first = 0; first < commits / 2; first += 200) {
    const names = Array.from({ length: 200 }, (_, i) => `f-${first + i}.ts`)
    for (const name of names) {
      await writer.claim(name)
      await writer.release(name)
    }
  }
  await writer.close()
  // Else it would be opened from where the last one was taken.
  removeFolder(join(folder, 'snapshots'))
  const times: number[] = []
  let head = 0
  for (let i = 0; i < 5; i++) {
    const start = performance.now()
    const reader = await openMuster({ folder, readOnly: true, watch: false })
    times.push(performance.now() - start)
    head = reader.ledgerStatus().head
    await reader.close()
  }
  const perSecond = head / (Math.min(...times) / 1000)
  return [{ name: `replay of ${head.toLocaleString('en')} commits`, value: perSecond, unit: 'commits/s', goal: '≥ 200,000 (150,000 at the least)', met: perSecond >= 200_000, note: `${Math.round(Math.min(...times))} ms` }]
}
