import { linesOf } from './formats/lines.js'
import { ownDate, parseWorkLog } from './formats/workLog.js'
import { beginsWith, type Extent } from './growing.js'
import { LineSet, NEAR } from './lineSet.js'

/**
 * A log with the lines that are not in it yet at its end. What agents wrote themselves stays as they wrote it, with their own
 * spelling of dates, comments and empty lines.
 * @param before How it was left
 * @param from Bytes at its beginning that hold nothing of the lines
 * @returns undefined where its beginning is not as it was left
 */
export function amongTheirs(bytes: Buffer, before: Extent | undefined, from: number, lines: readonly { text: string }[]): Buffer | undefined {
  if (before !== undefined && !beginsWith(before, bytes)) return undefined
  const missing = missingIn(bytes.subarray(from), lines)
  if (missing.length === 0) return bytes
  return Buffer.concat([bytes, Buffer.from(`${bytes.length === 0 || bytes.at(-1) === 10 ? '' : '\n'}${missing.map(({ text }) => `${text}\n`).join('')}`)])
}

/** Lines that a log does not have, in any spelling of their dates. */
export function missingIn<T extends { text: string }>(bytes: Buffer, lines: readonly T[]): T[] {
  const rows = linesOf(bytes.toString('utf8'))
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(row, (counts.get(row) ?? 0) + 1)
  const there = new Set<string>()
  const others = lines.filter(({ text }) => {
    const count = counts.get(text) ?? 0
    if (count === 0) return true
    counts.set(text, count - 1)
    there.add(text)
    return false
  })
  const own = new LineSet()
  for (const { text, at } of parseWorkLog(rows.filter((row) => !there.has(row)).join('\n')).lines) own.add(text, at)
  return others.filter(({ text }) => {
    const line = ownDate(text)
    return line === undefined || !own.take(line.text, line.at, NEAR)
  })
}
