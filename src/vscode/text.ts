import { durationOf, plain } from '../core/state/text.js'
import { plural, t } from './l10n.js'

/** Shorter times are not told apart: views would change every second. */
const NOW_MS = 60_000

/** ISO 8601, or ms since 1970. */
type Time = string | number

function msOf(time: Time): number {
  return typeof time === 'number' ? time : Date.parse(time)
}

const units = { s: (n: number) => t('{0} s', n), min: (n: number) => t('{0} min', n), h: (n: number) => t('{0} h', n), days: (n: number) => t('{0} days', n) }

/** `2 min`, `45 s`, `3 h`, `2 days`: the largest whole unit. */
export function duration(ms: number): string {
  const [number, unit] = durationOf(ms)
  return units[unit](number)
}

/** `just now`, `2 min ago`, `3 h ago` */
export function ago(time: Time, now: number): string {
  const ms = now - msOf(time)
  return ms < NOW_MS ? t('just now') : t('{0} ago', duration(ms))
}

/** The same where there is little room: `now`, `2 min ago`. */
export function agoBriefly(time: Time, now: number): string {
  const ms = now - msOf(time)
  return ms < NOW_MS ? t('now') : t('{0} ago', duration(ms))
}

/** How long something has lasted: `2 min`; under a minute `a moment`. */
export function lasting(time: Time, now: number): string {
  const ms = now - msOf(time)
  return ms < NOW_MS ? t('a moment') : duration(ms)
}

/** `in 10 min`, or `10 min late`. */
export function until(time: Time, now: number): string {
  const ms = msOf(time) - now
  return ms >= 0 ? t('in {0}', duration(ms)) : t('{0} late', duration(-ms))
}

/** How long something is still to last (`25 min left`, `5 min late`), or, where nobody said, has lasted: `for 2 min`. */
export function held({ since, eta }: { since: Time; eta?: Time | undefined }, now: number): string {
  if (eta === undefined) return t('for {duration}', { duration: lasting(since, now) })
  const ms = msOf(eta) - now
  return ms >= 0 ? t('{0} left', duration(ms)) : t('{0} late', duration(-ms))
}

/** The parts that are there, joined as the views do: `60 % · 2 locks`. */
export function parts(...texts: readonly (string | false | undefined)[]): string {
  return texts.filter((text) => text !== undefined && text !== false && text !== '').join(' · ')
}

/** The same for a screen reader, nothing twice. */
export function said(...texts: readonly (string | false | undefined)[]): string {
  return [...new Set(parts(...texts).split(' · '))].join(' · ')
}

/** `1 lock`, `2 locks` */
export function lockCount(number: number): string {
  return plural(number, '1 lock', '{n} locks')
}

/** The first of a list that is too long, with how many more there are. */
export function firstOf(items: readonly string[], most: number): string {
  const shown = items.slice(0, most).join(', ')
  return items.length > most ? t('{0} and {1} more', shown, items.length - most) : shown
}

export function percent(progress: number | undefined): string | undefined {
  return progress === undefined ? undefined : t('{0} %', Math.round(progress))
}

/** Other people's text on one line of at most `limit` characters. */
export function short(text: string, limit = 80): string {
  const line = plain(text)
  return line.length <= limit ? line : `${line.slice(0, limit - 1).trimEnd()}…`
}

/** Text that may be broken within paths: one long word would push the whole text out of a narrow view. */
export function breakable(text: string): string {
  return text.replace(/[/\\](?=\S)/g, '$&\u200b')
}

/** Text as Markdown that shows exactly that text: no formatting, links, images or HTML; line breaks and indents stay. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => {
      const indent = /^[ \t]*/.exec(line)?.[0].replaceAll('\t', '    ') ?? ''
      return '\u00a0'.repeat(indent.length) + plain(line).replace(/[\\`*_{}[\]()#+\-.!|~<>&:@$^=]/g, (character) => `&#${character.charCodeAt(0)};`)
    })
    .join('  \n')
}

const collator = new Intl.Collator(undefined, { numeric: true })

/** Order of names as people expect it: `part-2` before `part-10`. */
export function byName(a: string, b: string): number {
  return collator.compare(a, b)
}

/** Last part of a path or label: `auth.ts` of `src/auth.ts`, `core/` of `src/core/`. */
export function nameOfPath(label: string): string {
  return /[^/]+\/?$/.exec(label)?.[0] ?? label
}

/** What comes before it: `src` of `src/auth.ts`; '' at the top. */
export function parentOfPath(label: string): string {
  return label.slice(0, label.length - nameOfPath(label).length).replace(/\/$/, '')
}
