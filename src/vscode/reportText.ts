import { link } from './documentParts.js'
import { escapeMarkdown } from './text.js'

/* Reports are Markdown, in which each text of others stands on a line of ours. On a page they are text only, also where they look like more. */

/** A decision or task that an item begins with, also behind what it is there. */
const named = /^([^:]{1,40}: )?([DT]-\d+)(?= )/
/** A file that an item below another begins with, before its line. */
const inFile = /^[\w/]+\.md(?=:\d+ )/

/** The report as Markdown that shows its texts exactly as written; decisions, tasks and files are links. */
export function reportText(markdown: string): string {
  return markdown.split('\n').map(lineOf).join('\n')
}

function lineOf(line: string): string {
  const [, mark = '', rest = ''] = /^(#{1,2} | *- )?(.*)$/.exec(line) ?? []
  const file = mark === '  - ' ? inFile.exec(rest)?.[0] : undefined
  if (file !== undefined) return `${mark}${link('file', file, file)}${textOf(rest.slice(file.length))}`
  const [all = '', before = '', id = ''] = (mark.endsWith('- ') && named.exec(rest)) || []
  return `${mark}${id === '' ? '' : `${before === '' ? '' : `${escapeMarkdown(before)} `}${link(id.startsWith('D') ? 'decision' : 'task', id, id)}`}${textOf(rest.slice(all.length))}`
}

/** What could begin HTML has a backslash in a report. A blank between a link and its text stays. */
function textOf(text: string): string {
  const [blanks = ''] = /^ */.exec(text) ?? []
  return `${blanks.slice(0, 1)}${escapeMarkdown(text.trimStart().replaceAll('\\<', '<'))}`
}
