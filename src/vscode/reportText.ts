import { link } from './documentParts.js'
import { t } from './l10n.js'
import { escapeMarkdown } from './text.js'

/* Reports are Markdown, in which each text of others stands on a line of ours. On a page they are text only, also where they look like more. */

/** Headings that reports have, in the language of the editor. */
const headings: Readonly<Record<string, () => string>> = {
  'Summary': () => t('Summary'),
  'Progress': () => t('Progress'),
  'Completed': () => t('Completed'),
  'In Progress': () => t('In Progress'),
  'Decisions': () => t('Decisions'),
  'Risks and Blockers': () => t('Risks and Blockers'),
  'Next Actions and Approvals Needed': () => t('Next Actions and Approvals Needed'),
  'Next': () => t({ message: 'Next', comment: 'heading of a report: what comes next' }),
  'Messages': () => t('Messages'),
  'Blockers': () => t('Blockers'),
  'Metrics': () => t('Metrics'),
  'Approvals Needed': () => t('Approvals Needed'),
  'Decided in the Last Week': () => t('Decided in the Last Week'),
  'Workers': () => t('Workers'),
  'Delivered, not Integrated': () => t('Delivered, not Integrated'),
  'Outputs of the Last Run': () => t('Outputs of the Last Run'),
  'The Last Lines of the Smoke Test': () => t('The Last Lines of the Smoke Test'),
}

/** A decision or task that an item begins with. */
const named = /^((?:Approval needed|Next): )?([DT]-\d+)(?= )/

/** The report as Markdown that shows its texts exactly as written; decisions and tasks are links. */
export function reportText(markdown: string): string {
  return markdown.split('\n').map(lineOf).join('\n')
}

function lineOf(line: string): string {
  const [, mark = '', rest = ''] = /^(#{1,2} |- )?(.*)$/.exec(line) ?? []
  if (mark.startsWith('#')) return `${mark}${headingOf(rest)}`
  const [all = '', before = '', id = ''] = (mark === '- ' && named.exec(rest)) || []
  return `${mark}${id === '' ? '' : `${before === '' ? '' : `${escapeMarkdown(before)} `}${link(id.startsWith('D') ? 'decision' : 'task', id, id)}`}${textOf(rest.slice(all.length))}`
}

function headingOf(text: string): string {
  const [, number = '', heading = ''] = /^(\d\. )?(.*)$/.exec(text) ?? []
  const known = Object.hasOwn(headings, heading) ? headings[heading]!() : heading
  return textOf(`${number}${known}`)
}

/** What could begin HTML has a backslash in a report. A blank between a link and its text stays. */
function textOf(text: string): string {
  const [blanks = ''] = /^ */.exec(text) ?? []
  return `${blanks.slice(0, 1)}${escapeMarkdown(text.trimStart().replaceAll('\\<', '<'))}`
}
