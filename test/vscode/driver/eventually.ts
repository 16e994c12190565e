import { setTimeout as sleep } from 'node:timers/promises'

/** Upper bound of every wait, in milliseconds: long enough for a machine that is five times slower than most, so passing means broken. */
export const waitLimitMs = 120_000
/** Upper bound of one click or key: a click that is given up may have worked, and would be done twice. */
export const actMs = 20_000
const paceMs = 40

/**
 * Asks `probe` until it answers something other than `undefined` or `false`, and gives that back.
 * A probe that throws counts as "not yet": the page may be re-rendering under it.
 * Throws after `limitMs` and three attempts, saying what was waited for and what the last attempt said: one attempt
 * may hang for its whole time on something that went away under it.
 */
export async function eventually<T>(what: string, probe: () => Promise<T | undefined | false> | T | undefined | false, limitMs = waitLimitMs): Promise<T> {
  const end = Date.now() + limitMs
  let last: unknown
  for (let attempts = 1; ; attempts++) {
    try {
      const answer = await probe()
      if (answer !== undefined && answer !== false) return answer
      last = undefined
    } catch (error) {
      last = error
    }
    if (attempts >= 3 && Date.now() > end) throw new Error(`Waited ${limitMs / 1000} s for ${what}.`, { cause: last })
    await sleep(paceMs)
  }
}

/** A text to be found: a string must occur in it, a pattern must match. */
export type TextMatch = string | RegExp

/** Whether `text` contains the string or matches the pattern. */
export function matches(text: string, wanted: TextMatch): boolean {
  return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)
}

/** Matches this text and no longer one, on a line of its own. */
export function exactly(text: string): RegExp {
  return new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`, 'm')
}
