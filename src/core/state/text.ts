import { tell } from '../tell.js'


/** Wordings shared by refusals, messages and the log. Short and plain: they are read by people and by models. */

/** A time in ms in the largest whole unit: `2 min`, `45 s`, `3 h`, `2 days`. */
export function durationOf(ms: number): [number: number, unit: 's' | 'min' | 'h' | 'days'] {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return [seconds, 's']
  const minutes = Math.round(seconds / 60)
  // Rounded up, 90 minutes were two hours: too late for whoever has to answer by then.
  if (minutes < 120) return [minutes, 'min']
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return [hours, 'h']
  return [Math.floor(hours / 24), 'days']
}

/** The same as text. */
export function duration(ms: number): string {
  const [number, unit] = durationOf(ms)
  return unit === 'days' ? tell`${number} days` : `${number} ${unit}`
}

/** Other people's text on one line, without control, invisible or direction-changing characters. */
export function plain(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').replace(/[\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu, '').trim()
}

/** `a, b and c` */
export function list(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : tell`${items.slice(0, -1).join(', ')} and ${items.at(-1)!}`
}
