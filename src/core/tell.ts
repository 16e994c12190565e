/*
 * What whoever asked is told: why something was refused, what failed, what is to be known of the records. It is English
 * everywhere, since agents read it and it may end up in files and logs. An editor in another language has what such texts
 * were made of remembered, and says them anew where a person reads them (src/vscode/translated.ts).
 */

/** A word of the records, as a status is, stands in brackets: it has a text of its own. */
type Value = string | number | undefined | readonly [word: string]

/** What texts were made of, by how they read in English. Of the process, and not of this module: each bundle has its copy of that. */
export const memory = globalThis as { musterTold?: Map<string, readonly [parts: readonly string[], values: readonly Value[]]> | undefined }

/** How many are remembered: what is told is shown soon after. */
const KEPT = 1000

/** What a text was made of: in English with `{0}` for the first value, and the values; such a text too, or a word of the records, is one of its own. */
export type Told = readonly [text: string, ...values: (string | Told)[]]

/** Undefined where that is not remembered. */
export function madeOf(text: string): Told | undefined {
  const told = memory.musterTold
  const made = told?.get(text)
  if (!told || !made) return undefined
  // What goes on being shown is kept.
  told.delete(text)
  told.set(text, made)
  const [[first, ...parts], values] = made
  return [`${first}${parts.map((part, index) => `{${index}}${part}`).join('')}`, ...values.map((value) => (typeof value === 'object' ? value : madeOf(String(value)) ?? String(value)))]
}

/** A text in English, in whole sentences; what is put in may be such a text too. `npm run l10n` collects them, with `{0}` for the first value. */
export function tell(parts: TemplateStringsArray, ...values: readonly Value[]): string {
  const text = String.raw({ raw: parts }, ...values)
  const told = memory.musterTold
  if (told) {
    // Made anew it is the newest.
    told.delete(text)
    told.set(text, [parts, values])
    if (told.size > KEPT) told.delete(told.keys().next().value!)
  }
  return text
}
