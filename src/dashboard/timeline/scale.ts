import { locale } from '../../vscode/l10n.js'

/** What part of time is seen, in ms since 1970. */
export interface Range {
  from: number
  to: number
}

/** Nobody looks closer than this, in ms. */
const CLOSEST = 10_000
const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const steps = [SECOND, 5 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 30 * DAY, 90 * DAY, 365 * DAY]

/** Closer for a factor under 1; the time at `anchor` stays where it is. Never beyond `bounds`. */
export function zoomed(range: Range, factor: number, anchor: number, bounds: Range): Range {
  const widest = Math.max(bounds.to - bounds.from, CLOSEST)
  const width = Math.min(widest, Math.max(CLOSEST, (range.to - range.from) * factor))
  const share = (anchor - range.from) / (range.to - range.from)
  return within({ from: anchor - share * width, to: anchor + (1 - share) * width }, bounds)
}

export function panned(range: Range, ms: number, bounds: Range): Range {
  return within({ from: range.from + ms, to: range.to + ms }, bounds)
}

function within({ from, to }: Range, bounds: Range): Range {
  const width = to - from
  if (to > bounds.to) return { from: Math.max(Math.min(bounds.from, bounds.to - width), bounds.to - width), to: bounds.to }
  if (from < bounds.from) return { from: bounds.from, to: bounds.from + width }
  return { from, to }
}

export interface Tick {
  at: number
  label: string
}

/** Round local times that have room, `room` px each. */
export function ticksOf({ from, to }: Range, width: number, room = 80): Tick[] {
  const least = ((to - from) * room) / Math.max(1, width)
  const step = steps.find((one) => one >= least) ?? Math.ceil(least / DAY / 365) * DAY * 365
  const zone = -new Date(from).getTimezoneOffset() * MINUTE
  const ticks: Tick[] = []
  for (let at = Math.ceil((from + zone) / step) * step - zone; at <= to; at += step) ticks.push({ at, label: labelOf(at, step) })
  return ticks
}

function labelOf(at: number, step: number): string {
  const date = new Date(at)
  const midnight = date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0
  if (step >= DAY || midnight) return date.toLocaleDateString(locale(), { day: 'numeric', month: 'short' })
  return date.toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit', ...(step < MINUTE && { second: '2-digit' }), hourCycle: 'h23' })
}

/** A time for people: without the day where it is today's. */
export function timeText(at: number, now: number): string {
  const date = new Date(at)
  const today = date.toDateString() === new Date(now).toDateString()
  return date.toLocaleString(locale(), { ...(!today && { day: 'numeric', month: 'short' }), hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
}
