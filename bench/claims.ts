import { closeSync, fdatasyncSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import lockfile from 'proper-lockfile'
import { openMuster } from '../src/core/open.js'
import type { Muster } from '../src/core/muster.js'
import { inTurns, percentile, type Row } from './measure.js'

const BARE = 'bare append + fdatasync'

/** A durable claim, with few and many claims held, beside the disk's own speed and the usual lock-and-rename record. */
export async function benchClaims(base: string, held: readonly number[], rounds: number): Promise<Row[]> {
  const rows: Row[] = []
  for (const count of held) {
    const folder = join(base, `claims-${count}`, '.muster')
    mkdirSync(join(base, `claims-${count}`))
    const m = await openMuster({ folder, agent: 'bench', watch: false })
    await holdMany(m, count)
    let number = 0
    let last = ''
    const bare = bareAppend(join(base, `bare-${count}`))
    const renamed = lockAndRename(join(base, `renamed-${count}`))
    const times = await inTurns(
      {
        bare,
        claim: async () => {
          last = `work/file-${number++}.ts`
          const result = await m.claim(last)
          if (!result.ok) throw new Error(result.hint)
        },
        checkIn: async () => void (await m.checkIn(last, { progress: number % 100 })),
        renamed,
      },
      { rounds, perRound: 25, warmUp: rounds },
    )
    await m.close()
    const p50 = (name: string): number => percentile(times[name]!, 50)
    if (count === held[0]) {
      rows.push({ name: BARE, value: p50('bare'), unit: 'µs', note: `p99 ${Math.round(percentile(times['bare']!, 99))} µs` })
      rows.push({ name: 'lock + temporary file + fsync + rename', value: p50('renamed'), unit: 'µs', ratio: p50('renamed') / p50('claim'), of: 'durable claim', goal: '≥ 8 ×', met: p50('renamed') / p50('claim') >= 8 })
      rows.push({ name: 'the most that ratio could be on this disk', value: p50('renamed') / p50('bare'), unit: '×', note: 'lock + rename against a bare append, were a claim to cost no more than that' })
      rows.push({ name: 'durable check-in', value: p50('checkIn'), unit: 'µs', ratio: p50('checkIn') / p50('bare'), of: BARE })
    }
    const ratio = p50('claim') / p50('bare')
    rows.push({ name: `durable claim, ${count.toLocaleString('en')} held`, value: p50('claim'), unit: 'µs', ratio, of: BARE, goal: '≤ 1.6 ×', met: ratio <= 1.6, note: `p99 ${Math.round(percentile(times['claim']!, 99))} µs` })
  }
  return rows
}

async function holdMany(m: Muster, count: number): Promise<void> {
  for (let first = 0; first < count; first += 500) {
    const names = Array.from({ length: Math.min(500, count - first) }, (_, i) => `held/${(first + i) % 50}/file-${first + i}.ts`)
    const result = await m.claimAll(names)
    if (!result.ok) throw new Error(result.hint)
  }
}

/** A line of the size of a claim's, as cheaply as it can be made durable. */
function bareAppend(file: string): () => void {
  const descriptor = openSync(file, 'a')
  const line = Buffer.from(`${'x'.repeat(520)}\n`)
  return () => {
    writeSync(descriptor, line)
    fdatasyncSync(descriptor)
  }
}

/** The usual alternative: one file per record, guarded by a lock file, replaced whole. */
function lockAndRename(folder: string): () => Promise<void> {
  mkdirSync(folder)
  const record = join(folder, 'record.json')
  writeFileSync(record, '{}')
  const text = JSON.stringify({ holder: 'bench', filler: 'x'.repeat(480) })
  return async () => {
    const release = await lockfile.lock(record, { realpath: false })
    const temporary = `${record}.${process.pid}.tmp`
    const descriptor = openSync(temporary, 'w')
    writeSync(descriptor, text)
    fsyncSync(descriptor)
    closeSync(descriptor)
    renameSync(temporary, record)
    const directory = openSync(folder, 'r')
    fsyncSync(directory)
    closeSync(directory)
    await release()
  }
}
