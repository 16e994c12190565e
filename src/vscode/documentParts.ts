import type { MessageView } from '../core/model/operations.js'
import type { Opened } from '../protocol/document.js'
import { ago, escapeMarkdown } from './text.js'

/*
 * What documents hold beside text: boxes to tick and links, as HTML within Markdown. What others wrote is escaped; names in
 * attributes are percent-encoded, which leaves nothing of HTML.
 */

/** The steps of a message's checklist, with who did them; nothing where it has none. */
export function checklistPart({ checklist = [], ticked = [] }: MessageView, now: number): string[] {
  if (checklist.length === 0) return []
  const done = new Map(ticked.map((tick) => [tick.step, tick]))
  const items = checklist.map((text, index) => {
    const step = index + 1
    const tick = done.get(step)
    const by = tick ? ` <small>${escapeMarkdown(`${tick.byName}, ${ago(tick.at, now)}`)}</small>` : ''
    return `- <label><input type="checkbox" data-step="${step}" data-key="step ${step}"${tick ? ' checked' : ''}> ${escapeMarkdown(text.replace(/\s+/g, ' '))}</label>${by}`
  })
  return [`## ${progressOf(checklist, done.size)}`, items.join('\n')]
}

/** `2 of 5 done` */
export function progressOf(checklist: readonly string[], done: number): string {
  return `${done} of ${checklist.length} done`
}

/** A link that the editor opens. */
export function link(open: Opened, name: string, text: string): string {
  return `<a href="#" data-open="${open}" data-name="${encodeURIComponent(name)}">${escapeMarkdown(text)}</a>`
}

/** The same Markdown for where it is read as text: no HTML in it. */
export function withoutHtml(markdown: string): string {
  return markdown.replace(/<input[^>]*?( checked)?>/g, (_, checked: string | undefined) => (checked ? '&#91;x&#93;' : '&#91; &#93;')).replace(/<\/?(?:label|small|a)\b[^>]*>/g, '')
}
