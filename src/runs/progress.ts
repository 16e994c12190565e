import * as z from 'zod'
import type { RunProblem } from '../core/model/runs.js'
import type { Text } from './reading.js'

/** How far a run is, as its last line says. */
export interface Progress {
  done?: number
  total?: number
  percent?: number
  /** As the run itself expects it, when the line was written. */
  etaMinutes?: number
  /** Items a minute, from the lines before it. */
  rate?: number
  /** ms, when it was written. */
  at: number
}

const LONGEST = 64 * 1024
const number = z.union([z.number(), z.string().transform((text) => Number.parseFloat(text))]).pipe(z.number())

/** A line as others write it: unknown fields are theirs. */
const line = z.looseObject({
  timestamp: z.union([z.string(), z.number()]).optional().catch(undefined),
  progress: z.union([z.string(), z.number()]).optional().catch(undefined),
  current: number.optional().catch(undefined),
  done: number.optional().catch(undefined),
  completed: number.optional().catch(undefined),
  total: number.optional().catch(undefined),
  percent: number.optional().catch(undefined),
  eta_minutes: number.optional().catch(undefined),
})

interface Entry extends Omit<Progress, 'rate' | 'at'> {
  /** ms, of the line itself, in whatever zone it is meant. */
  stamp?: number
}

/** 127 and 608 of `127/608 symbols`; 127 of `127 items`. */
export function countsIn(text: string): { done?: number; total?: number } {
  const [, done, total] = /^\s*(\d{1,15})\s*(?:(?:\/|of)\s*(\d{1,15}))?/.exec(text) ?? []
  return { ...(done !== undefined && { done: Number(done) }), ...(total !== undefined && { total: Number(total) }) }
}

/** What a line of JSON says about progress; undefined where it is about something else. */
export function entryOf(value: unknown): Entry | undefined {
  const { success, data } = line.safeParse(value)
  if (!success) return undefined
  const counts = typeof data.progress === 'string' ? countsIn(data.progress) : {}
  const done = counts.done ?? data.current ?? data.done ?? data.completed
  const total = counts.total ?? data.total
  const given = data.percent ?? (typeof data.progress === 'number' ? data.progress : typeof data.progress === 'string' && /%\s*$/.test(data.progress) ? Number.parseFloat(data.progress) : undefined)
  const percent = done !== undefined && total !== undefined && total > 0 ? (done / total) * 100 : given
  if (done === undefined && percent === undefined) return undefined
  const at = typeof data.timestamp === 'number' ? data.timestamp * (data.timestamp < 1e11 ? 1000 : 1) : data.timestamp === undefined ? NaN : Date.parse(data.timestamp.replace(/(\.\d{3})\d+/, '$1'))
  return {
    ...(isCount(done) && { done }),
    ...(isCount(total) && { total }),
    ...(percent !== undefined && Number.isFinite(percent) && { percent: Math.min(100, Math.max(0, percent)) }),
    ...(data.eta_minutes !== undefined && Number.isFinite(data.eta_minutes) && data.eta_minutes >= 0 && { etaMinutes: data.eta_minutes }),
    ...(!Number.isNaN(at) && { stamp: at }),
  }
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value) && value >= 0
}

/** The last progress in a log of JSON lines. A last line that is still being written is passed over. */
export function parseProgress({ text, at, cut }: Text, file: string, problems: RunProblem[]): Progress | undefined {
  const lines = text.split('\n')
  const entries: Entry[] = []
  lines.forEach((raw, index) => {
    const trimmed = raw.trim()
    if (trimmed === '') return
    const entry = raw.length > LONGEST ? undefined : parsed(trimmed)
    if (entry !== undefined && entry !== 'no JSON') return void entries.push(entry)
    // Without its line feed it is not whole yet.
    if (index === lines.length - 1 || problems.length >= 20) return
    const reason = raw.length > LONGEST ? 'the line is too long' : entry === 'no JSON' ? 'no JSON' : undefined
    if (reason !== undefined) problems.push({ file, ...(!cut && { line: index + 1 }), reason })
  })
  const last = entries.at(-1)
  if (last === undefined) return undefined
  const { stamp: _, ...progress } = last
  const rate = rateOf(entries)
  return { ...progress, at, ...(rate !== undefined && { rate }) }
}

function parsed(text: string): Entry | undefined | 'no JSON' {
  try {
    return entryOf(JSON.parse(text))
  } catch {
    return 'no JSON'
  }
}

/** Items a minute over the lines that are known: their own times, since a log may be written in bursts. */
function rateOf(entries: readonly Entry[]): number | undefined {
  const timed = entries.filter((entry) => entry.stamp !== undefined && entry.done !== undefined)
  const [first, last] = [timed[0], timed.at(-1)]
  if (first === undefined || last === undefined) return undefined
  const minutes = (last.stamp! - first.stamp!) / 60_000
  const items = last.done! - first.done!
  return minutes > 0 && items > 0 ? items / minutes : undefined
}
