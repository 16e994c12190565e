/** Which tables and keys a TOML text defines; enough of the format to know what must not be defined again. */
export interface DefinedKeys {
  /** By a header or a key, itself or something in it. */
  has(...path: string[]): boolean
  /** By a value within braces, to which nothing can be added elsewhere. */
  isInline(...path: string[]): boolean
}

const part = /(?:[\w-]+|"(?:[^"\\]|\\.)*"|'[^']*')/.source
const key = new RegExp(`^[ \\t]*(${part}(?:[ \\t]*\\.[ \\t]*(?:${part}))*)[ \\t]*=[ \\t]*(.?)`)
const header = new RegExp(`^[ \\t]*\\[\\[?[ \\t]*(${part}(?:[ \\t]*\\.[ \\t]*(?:${part}))*)[ \\t]*\\]`)

export function definedIn(toml: string): DefinedKeys {
  const found: { path: readonly string[]; inline: boolean }[] = []
  let table: readonly string[] = []
  for (const line of withoutLongTexts(toml).split('\n')) {
    const [, name] = header.exec(line) ?? []
    const [, word, value] = key.exec(line) ?? []
    if (name !== undefined) found.push({ path: (table = partsOf(name)), inline: false })
    else if (word !== undefined) {
      const path = [...table, ...partsOf(word)]
      found.push({ path, inline: value === '{' })
      if (value === '{') found.push(...namesWithin(line).map((inner) => ({ path: [...path, inner], inline: false })))
    }
  }
  const begins = (path: readonly string[], start: readonly string[]): boolean => start.every((one, at) => path[at] === one)
  return {
    has: (...path) => found.some((one) => begins(one.path, path)),
    isInline: (...path) => found.some((one) => one.inline && one.path.length === path.length && begins(one.path, path)),
  }
}

/** Lines of a text over several lines look like keys, and are none. */
function withoutLongTexts(toml: string): string {
  return toml.replaceAll('\r\n', '\n').replace(/"""[^]*?"""|'''[^]*?'''/g, '""')
}

/** First names in a value within braces. */
function namesWithin(line: string): string[] {
  const inside = line.slice(line.indexOf('{') + 1).replace(/\{[^{}]*\}/g, '')
  return [...inside.matchAll(new RegExp(`(?:^|,)[ \\t]*(${part})[ \\t]*[=.]`, 'g'))].flatMap(([, name = '']) => partsOf(name))
}

function partsOf(name: string): string[] {
  return [...name.matchAll(new RegExp(part, 'g'))].map(([one]) => (/^["']/.test(one) ? one.slice(1, -1) : one))
}
