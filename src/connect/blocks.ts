import { MusterError } from '../core/errors.js'
import { tell } from '../core/tell.js'

/** Lines of ours in a text of somebody else's, between two marks of their own. */
export interface Marks {
  begin: string
  end: string
}

/** A mark counts only as a line of its own. */
function find(text: string, { begin, end }: Marks): { from: number; to: number } | undefined {
  const lines = new RegExp(`^${escaped(begin)}[ \\t]*\\r?$[^]*?^${escaped(end)}[ \\t]*\\r?$\\n?`, 'm').exec(text)
  if (lines) return { from: lines.index, to: lines.index + lines[0].length }
  const lost = [begin, end].find((mark) => new RegExp(`^${escaped(mark)}[ \\t]*\\r?$`, 'm').test(text))
  if (lost !== undefined) throw new MusterError('INVALID_INPUT', tell`The mark "${lost}" has lost its other half, so nothing was changed.`, { hint: tell`Remove what is left of Muster's section, then connect again.` })
  return undefined
}

/**
 * Puts lines into a text: in the place of those that are there, else at its end.
 * @throws MusterError INVALID_INPUT where one of the marks is missing
 */
export function putBlock(text: string | undefined, marks: Marks, body: string): string {
  const eol = text?.includes('\r\n') ? '\r\n' : '\n'
  const block = `${marks.begin}\n${body.trimEnd()}\n${marks.end}\n`.replaceAll('\n', eol)
  if (text === undefined || text.trim() === '') return block
  const found = find(text, marks)
  if (found) return text.slice(0, found.from) + (text.endsWith('\n') || found.to < text.length ? block : block.trimEnd()) + text.slice(found.to)
  // A text without a newline at its end stays one: so it is known how it was.
  return text.endsWith('\n') ? text + eol + block : text + eol + eol + block.trimEnd()
}

/** The text as it was before; undefined where there is nothing else in it. */
export function takeBlock(text: string, marks: Marks): string | undefined {
  const found = find(text, marks)
  if (!found) return text
  const [before, after] = [text.slice(0, found.from), text.slice(found.to)]
  // The empty line above it is ours as well, where it stands at the end.
  const rest = after !== '' ? before + after : text.endsWith('\n') ? before.replace(/(\r?\n)\r?\n$/, '$1') : before.replace(/\r?\n\r?\n$/, '')
  return rest.trim() === '' ? undefined : rest
}

export function hasBlock(text: string, marks: Marks): boolean {
  return find(text, marks) !== undefined
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
