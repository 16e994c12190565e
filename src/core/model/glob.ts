/*
 * Patterns of paths: `*` and `?` within a name, `**` for any folders, `{a,b}` for either. All else stands for itself:
 * frameworks use brackets, parentheses and `!` in the names of files.
 */

const known = new Map<string, RegExp>()
/** Patterns that are kept as expressions. */
const MOST = 1_000

/** Any folders, and below them any: stands for nothing more, and would be tried in every way there is. */
const again = /(^|\/)\*{2,}(?:\/\*{2,})+(?=\/|$)/g

/** Whether a pattern stands for a path, or a part of a pattern for a name. */
export function globMatches(pattern: string, path: string): boolean {
  let expression = known.get(pattern)
  if (expression === undefined) {
    if (known.size >= MOST) known.clear()
    known.set(pattern, (expression = new RegExp(`^${sourceOf(pattern.replace(again, '$1**'), true, true)}$`, 'su')))
  }
  return expression.test(path)
}

/** @param starts whether the text begins where a name does @param ends whether it ends so */
function sourceOf(text: string, starts: boolean, ends: boolean): string {
  let source = ''
  for (let at = 0; at < text.length; ) {
    const first = at === 0 ? starts : text[at - 1] === '/'
    const [stars = ''] = /^\*+/.exec(text.slice(at)) ?? []
    const next = at + stars.length
    const last = next === text.length ? ends : text[next] === '/'
    const braces = text[at] === '{' ? alternativesAt(text, at) : undefined
    if (braces) {
      const closes = braces.end === text.length ? ends : text[braces.end] === '/'
      source += `(?:${braces.texts.map((one) => sourceOf(one, first, closes)).join('|')})`
      at = braces.end
    } else if (stars.length > 1 && first && last) {
      // The slash before or after it goes with it: `a/**` stands for `a` as well, `**/b` for `b`.
      if (next < text.length) source += '(?:.*/)?'
      else source = source.endsWith('/') ? `${source.slice(0, -1)}(?:/.*)?` : `${source}.*`
      at = next + 1
    } else if (stars !== '') {
      source += first && last ? '[^/]+' : '[^/]*'
      at = next
    } else {
      const character = String.fromCodePoint(text.codePointAt(at)!)
      source += character === '?' ? '[^/]' : character.replace(/[\\^$.+()[\]{}|]/, '\\$&')
      at += character.length
    }
  }
  return source
}

/** What stands in the braces that begin there, and where they end; undefined where they are no choice. */
function alternativesAt(text: string, start: number): { texts: string[]; end: number } | undefined {
  const texts: string[] = []
  let [depth, from] = [0, start + 1]
  for (let at = start; at < text.length; at++) {
    if (text[at] === '{') depth++
    if ((text[at] === ',' && depth === 1) || (text[at] === '}' && --depth === 0)) {
      texts.push(text.slice(from, at))
      from = at + 1
    }
    if (depth === 0) return texts.length > 1 ? { texts, end: at + 1 } : undefined
  }
  return undefined
}
