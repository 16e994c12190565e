import { durationOf, plain } from '../core/state/text.js'
import { locale, plural, t } from './l10n.js'

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

/** When work is expected to be done: `done in 10 min`, or `10 min late`. */
export function doneText(eta: Time, now: number): string {
  return msOf(eta) >= now ? t('done {0}', until(eta, now)) : until(eta, now)
}

/** `answer due in 10 min`, or `answer 10 min late`. */
export function dueText(deadline: Time, now: number): string {
  return msOf(deadline) >= now ? t('answer due {0}', until(deadline, now)) : t('answer {0}', until(deadline, now))
}

/**
 * How long a lock is still to last: as its holder said (`25 min left`, `5 min late`), else as it is kept. How long it has lasted
 * where that is over: `for 2 min`.
 */
export function held({ since, eta, expiresAt, stale }: { since: Time; eta?: Time | undefined; expiresAt: Time; stale: boolean }, now: number): string {
  const ms = msOf(eta ?? expiresAt) - now
  if (eta === undefined && (stale || ms < 0)) return t('for {duration}', { duration: lasting(since, now) })
  return ms >= 0 ? t('{0} left', duration(ms)) : t('{0} late', duration(-ms))
}

/** `14:02`; of another day with its date. For what is not drawn again as time passes. */
export function clockTime(time: Time, now: number): string {
  const [then, today] = [new Date(time), new Date(now)]
  const text = then.toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' })
  return then.toDateString() === today.toDateString() ? text : `${then.toLocaleDateString(locale())} ${text}`
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

/** What Markdown takes for HTML or mathematics, and characters without a meaning that stand for it while it is rendered. */
const shields = [['<', '\ue000'], ['$', '\ue001']] as const

/** Other people's text as Markdown with no HTML in it: the page writes back, as text, what was put aside here. */
export function shieldMarkdown(text: string): string {
  // Cleaned line by line; indents mean something. What begins with an empty line has no front matter, which would be hidden.
  const lines = text.replace(/\r\n?/g, '\n').split('\n').map((line) => (/^[ \t]*/.exec(line)?.[0] ?? '') + plain(line))
  return shields.reduce((whole, [sign, shield]) => whole.replaceAll(sign, shield), `\n${lines.join('\n')}`)
}

/** The same back, also from addresses, where it was encoded. */
export function unshield(text: string): string {
  return shields.reduce((whole, [sign, shield]) => whole.replaceAll(shield, sign).replaceAll(encodeURIComponent(shield), sign), text)
}

/** To make the first takes as long as loading all of a window's code. */
let collator: Intl.Collator | undefined

/** Order of names as people expect it: `part-2` before `part-10`. */
export function byName(a: string, b: string): number {
  return (collator ??= new Intl.Collator(undefined, { numeric: true })).compare(a, b)
}

/** Last part of a path or label: `auth.ts` of `src/auth.ts`, `core/` of `src/core/`. */
export function nameOfPath(label: string): string {
  return /[^/]+\/?$/.exec(label)?.[0] ?? label
}

/** What comes before it: `src` of `src/auth.ts`; '' at the top. */
export function parentOfPath(label: string): string {
  return label.slice(0, label.length - nameOfPath(label).length).replace(/\/$/, '')
}
