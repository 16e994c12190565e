/*
 * Texts in the language of the editor. Each is written in English where it is used: that is its key in the files of l10n/, and
 * what is shown where they have no other. `t` is like `vscode.l10n.t`, and works without an editor too: in modules that are
 * tested without one, and in the dashboard's page.
 */
type Value = string | number
type Values = Readonly<Record<string, Value>>

let language: string | undefined
let texts: Readonly<Record<string, string>> = {}
/** Numbers below are read at once without separators. */
const MANY = 10_000
const known = new Map<string, readonly string[]>()

/** Speaks another language from now on. @param tag of the language, as `de`; @param bundle texts by their English; without both, English */
export function speak(tag?: string, bundle: Readonly<Record<string, string>> = {}): void {
  language = tag
  texts = bundle
  numbers = undefined
}

/** Language for dates and numbers; undefined for what the system has. */
export function locale(): string | undefined {
  return language
}

/** What is spoken, for a page that speaks it too; undefined for English. */
export function dictionary(): { language: string; texts: Readonly<Record<string, string>> } | undefined {
  return language === undefined ? undefined : { language, texts }
}

/**
 * A text with `{0}` or `{name}` replaced by values; a number is one of things: what is told by its digits (a process, a port) is
 * given as text. The first argument is always a literal: `npm run l10n` collects them. Never
 * called while modules are loaded, since the language is not known by then.
 * @param text in English; with a comment where one English text is several in other languages
 */
export function t(text: string | { message: string; comment: string }, ...values: readonly Value[] | readonly [Values]): string {
  const [message, key] = typeof text === 'string' ? [text, text] : [text.message, `${text.message}/${text.comment}`]
  const found = texts[key] ?? message
  if (values.length === 0) return found
  const [first] = values
  const named = (typeof first === 'object' ? first : values) as Values
  // In one go: a value with braces in it stays as it is.
  const parts = partsOf(found)
  let result = parts[0]!
  for (let index = 1; index < parts.length; index += 2) {
    const value = named[parts[index]!] ?? `{${parts[index]}}`
    result += `${typeof value === 'number' ? numberText(value) : value}${parts[index + 1]}`
  }
  return result
}

let numbers: Intl.NumberFormat | undefined

/** A number of things as the editor's language writes it, so that large ones are read at once: `12,345`, `12.345`. */
export function numberText(n: number): string {
  // The texts are English where no other language is spoken, whatever the system's is.
  return n < MANY ? String(n) : (numbers ??= new Intl.NumberFormat(language ?? 'en')).format(n)
}

/** Text and names by turns. Known texts are not taken apart again: long lists have tens of thousands of them. */
function partsOf(text: string): readonly string[] {
  let parts = known.get(text)
  if (parts === undefined) known.set(text, (parts = text.split(/\{(\w+)\}/)))
  return parts
}

/** One of two texts, for one thing and for another number of them, which is `{n}`. */
export function plural(n: number, one: string, more: string, values?: Values): string {
  return t(n === 1 ? one : more, { n, ...values })
}
