import { createHash } from 'node:crypto'
import { tell } from '../core/tell.js'

/* Parts of files that people write too. Their marks hold a sum, so that any machine can tell whether somebody changed them. */

export interface FoundSection {
  /** Of the whole part, marks included. */
  from: number
  to: number
  body: string
  /** What its mark says that the text's sum is; '' where it says none. */
  sum: string
  /** It stands between its marks. */
  marked: boolean
  /** Nobody wrote into it. */
  isOurs: boolean
}

/** Half a part, or several. */
export interface BrokenSection {
  /** For people: what is wrong, and what to do. */
  problem: string
  hint: string
  /** Of the mark that is too much or alone, counted from 1. */
  line: number
}

/** What a part's text counts as, whichever ends its lines have. */
export function sumOfText(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex').slice(0, 12)
}

/**
 * The part; undefined where the file has none.
 * @param heading A file without marks that begins with this is the part as a whole: somebody took them out
 */
export function findSection(text: string, name: string, heading?: string): FoundSection | BrokenSection | undefined {
  const begins = [...text.matchAll(new RegExp(`^\\ufeff? {0,3}<!-- muster:begin ${name}(?: ([0-9a-f]+))? -->[ \\t]*\\r?$\\n?`, 'gm'))]
  const ends = [...text.matchAll(new RegExp(`^ {0,3}<!-- muster:end ${name} -->[ \\t]*\\r?$\\n?`, 'gm'))]
  const [begin, end] = [begins[0], ends[0]]
  const lineAt = (index: number): number => text.slice(0, index).split('\n').length
  if (begin === undefined && end === undefined) return heading !== undefined && text.replace(/^\ufeff/, '').startsWith(heading) ? { from: text.startsWith('\ufeff') ? 1 : 0, to: text.length, body: text.replace(/^\ufeff/, ''), sum: '', marked: false, isOurs: false } : undefined
  if (begins.length > 1 || ends.length > 1) return { problem: tell`The part "${name}" is there twice, or one of its marks is.`, hint: tell`Take out what is too much, so that there is one part with its two marks. Then run: muster docs render`, line: lineAt((begins[1] ?? ends[1])!.index) }
  if (begin === undefined || end === undefined || end.index < begin.index) {
    const line = lineAt((begin ?? end)!.index)
    const problem = tell`The part "${name}" has lost one of its marks.`
    if (begin === undefined) return { problem, hint: tell`Put this line back where Muster's text begins, and run muster docs render: <!-- muster:begin ${name} -->. Or take out all of that text and the other mark, and run muster docs init.`, line }
    return { problem, hint: tell`Put this line back where Muster's text ends, and run muster docs render: <!-- muster:end ${name} -->. Or take out all of that text and the other mark, and run muster docs init.`, line }
  }
  const body = text.slice(begin.index + begin[0].length, end.index)
  const [, sum = ''] = begin
  // What stands before it on its line is no part of it.
  return { from: begin.index + (begin[0].startsWith('\ufeff') ? 1 : 0), to: end.index + end[0].length, body, sum, marked: true, isOurs: sumOfText(body) === sum }
}

/** A problem to tell of, instead of a part. */
export function isBroken(found: FoundSection | BrokenSection | undefined): found is BrokenSection {
  return found !== undefined && 'problem' in found
}

/**
 * Whether nothing is lost with a part that is made anew. One without marks, as an earlier version left it, may be behind: each
 * line of it is to be in the text, as often and in its order.
 */
export function saysAll(text: string, { body, marked }: FoundSection): boolean {
  const before = body.replaceAll('\r\n', '\n')
  if (marked) return before === text
  const lines = text.split('\n')
  let at = -1
  return before.split('\n').every((line) => line.trim() === '' || (at = lines.indexOf(line, at + 1)) >= 0)
}

/** A file without the parts of ours that nobody wrote into: what people have in it. */
export function othersText(text: string): string {
  const whole = text.replaceAll('\r\n', '\n')
  return whole.replace(/^(\ufeff?) {0,3}<!-- muster:begin ([a-z0-9-]+) ([0-9a-f]+) -->[ \t]*\n([^]*?)^ {0,3}<!-- muster:end \2 -->[ \t]*\n?/gm, (part, before: string, _name, sum: string, body: string) => (sumOfText(body) === sum ? before : part))
}

/** The part with its marks. */
function sectionText(name: string, body: string, eol: string): string {
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
