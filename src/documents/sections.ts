import { createHash } from 'node:crypto'

/* Parts of files that people write too. Their marks hold a sum, so that any machine can tell whether somebody changed them. */

export interface FoundSection {
  /** Of the whole part, marks included. */
  from: number
  to: number
  body: string
  /** Nobody wrote into it. */
  isOurs: boolean
}

/** What a part's text counts as, whichever ends its lines have. */
export function sumOfText(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex').slice(0, 12)
}

/** The part; undefined where the file has none; text for people where it has half of one, or several. */
export function findSection(text: string, name: string): FoundSection | string | undefined {
  const begins = [...text.matchAll(new RegExp(`^<!-- muster:begin ${name}(?: ([0-9a-f]+))? -->[ \\t]*\\r?$\\n?`, 'gm'))]
  const ends = [...text.matchAll(new RegExp(`^<!-- muster:end ${name} -->[ \\t]*\\r?$\\n?`, 'gm'))]
  const [begin, end] = [begins[0], ends[0]]
  if (begin === undefined && end === undefined) return undefined
  if (begins.length > 1 || ends.length > 1) return `The part "${name}" is there twice. Remove one, with its marks.`
  if (begin === undefined || end === undefined || end.index < begin.index) return `The part "${name}" has lost one of its marks. Remove the other one too, and it is made anew.`
  const body = text.slice(begin.index + begin[0].length, end.index)
  return { from: begin.index, to: end.index + end[0].length, body, isOurs: sumOfText(body) === begin[1] }
}

/** A file without the parts of ours that nobody wrote into: what people have in it. */
export function othersText(text: string): string {
  const whole = text.replaceAll('\r\n', '\n')
  return whole.replace(/^<!-- muster:begin ([a-z0-9-]+) ([0-9a-f]+) -->[ \t]*\n([^]*?)^<!-- muster:end \1 -->[ \t]*\n?/gm, (part, _name, sum: string, body: string) => (sumOfText(body) === sum ? '' : part))
}

/** The part with its marks. */
export function sectionText(name: string, body: string, eol: string): string {
  const whole = `${body.replaceAll('\r\n', '\n').replace(/\n+$/, '')}\n`
  return `<!-- muster:begin ${name} ${sumOfText(whole)} -->\n${whole}<!-- muster:end ${name} -->\n`.replaceAll('\n', eol)
}

/** @param found Where it is already */
export function withSection(text: string | undefined, found: FoundSection | undefined, { section, body, put, fresh = '' }: { section: string; body: string; put: 'end' | 'begin'; fresh?: string | undefined }): string {
  const eol = text?.includes('\r\n') ? '\r\n' : '\n'
  const part = sectionText(section, body, eol)
  if (text === undefined || text.trim() === '') return fresh === '' ? part : put === 'begin' ? `${part}\n${fresh}` : `${fresh.trimEnd()}\n\n${part}`
  if (found) return text.slice(0, found.from) + part + text.slice(found.to)
  if (put === 'begin') return `${part}${eol}${text}`
  return `${text}${text.endsWith('\n') ? '' : eol}${eol}${part}`
}
