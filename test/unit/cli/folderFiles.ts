import { createHash } from 'node:crypto'
import { appendFileSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** A line that follows the last one as it should, of a version that does not exist yet. */
export function appendNewerLine(file: string): void {
  const last = readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) ?? ''
  const { seq, sum } = JSON.parse(last) as { seq: number; sum: string }
  const start = last.replace(/^\{"v":1,"seq":\d+,"prev":"[0-9a-f]+"/, `{"v":99,"seq":${seq + 1},"prev":"${sum}"`).replace(/,"sum":"[0-9a-f]+"\}$/, '')
  const newSum = createHash('sha256').update(start).digest('hex').slice(0, 16)
  appendFileSync(file, `${start},"sum":"${newSum}"}\n`)
}

/** Names, sizes and contents of everything in a folder. */
export function snapshot(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort().map((file) => {
    const path = join(folder, file)
    return [file, statSync(path).isDirectory() ? 'folder' : createHash('sha256').update(readFileSync(path)).digest('hex')]
  }))
}
