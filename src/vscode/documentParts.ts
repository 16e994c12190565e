import type { ClaimView, DecisionView, MessageView } from '../core/model/operations.js'
import type { Opened } from '../protocol/document.js'
import { t } from './l10n.js'
import { isFile } from './leads.js'
import { ago, escapeMarkdown, held, parts, percent, short } from './text.js'
import { branchOf } from './locksOnFiles.js'

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
    const box = `<label><input type="checkbox" data-step="${step}" data-key="step ${step}"${tick ? ' checked' : ''}> ${escapeMarkdown(text.replace(/\s+/g, ' '))}</label>`
    return `- ${box}${by}`
  })
  return [`## ${progressOf(checklist, done.size)}`, items.join('\n')]
}

/** `2 of 5 done` */
export function progressOf(checklist: readonly string[], done: number): string {
  return t('{0} of {1} done', done, checklist.length)
}

/** A link that the editor opens. */
export function link(open: Opened, name: string, text: string): string {
  return `<a href="#" data-open="${open}" data-name="${encodeURIComponent(name)}">${escapeMarkdown(text)}</a>`
}

/** What a decision leads to: locks that are held now, and commits that git knows. */
export interface Related {
  claims: readonly ClaimView[]
  commits: readonly { id: string; subject: string; author: string; at: string }[]
  now: number
}

export function decisionLink({ superseded }: DecisionView): string[] {
  return superseded ? [`## ${t('Replaced by')}`, link('decision', superseded.replacement, superseded.replacement)] : []
}

/** Tasks that are named, as links. */
export function tasksPart(title: string, ids: readonly string[]): string[] {
  return ids.length === 0 ? [] : [`## ${title}`, ids.map((id) => `- ${link('task', id, id)}`).join('\n')]
}

/** What it is about and what was changed for it, with who has it locked now; and locks that were taken for it, which name it. */
export function resourcesPart({ id, resources = [], implemented }: Pick<DecisionView, 'id' | 'resources' | 'implemented'>, { claims, now }: Pick<Related, 'claims' | 'now'>): string[] {
  const named = [...new Set([...resources, ...(implemented?.resources ?? [])])]
  const naming = new RegExp(`(^|[^A-Za-z0-9-])${id}($|[^A-Za-z0-9-])`, 'i')
  const taken = claims.filter(({ resource, note, message }) => !named.includes(resource) && (naming.test(note ?? '') || naming.test(message ?? '')))
  const heldBy = (claim: ClaimView): string => parts(t('locked by {0}', short(claim.holderName, 40)), claim.tree !== '' && t('on {0}', branchOf(claim)), percent(claim.progress), claim.stale && t('stale'), held(claim, now))
  const item = (resource: string, locks: readonly ClaimView[]): string => {
    const text = isFile(resource) ? link('file', resource, resource) : escapeMarkdown(resource)
    return `- ${text}${locks.length > 0 ? ` <small>${escapeMarkdown(locks.map(heldBy).join('; '))}</small>` : ''}`
  }
  const items = [...named.map((resource) => item(resource, claims.filter((claim) => claim.resource === resource))), ...taken.map((claim) => item(claim.resource, [claim]))]
  return items.length === 0 ? [] : [`## ${t('Files and locks')}`, items.join('\n')]
}

/** Commits that were named for it, and those whose message names it. One that git does not know here is no link. */
export function commitsPart({ implemented }: DecisionView, { commits, now }: Related): string[] {
  const unknown = (implemented?.commits ?? []).filter((id) => !commits.some((commit) => commit.id.startsWith(id)))
  const items = [
    ...commits.map(({ id, subject, author, at }) => `- ${link('commit', id, id.slice(0, 8))} ${escapeMarkdown(short(subject, 100))} <small>${escapeMarkdown(`${short(author, 40)}, ${ago(at, now)}`)}</small>`),
    ...unknown.map((id) => `- ${escapeMarkdown(id)} <small>${t('not in this repository (yet)')}</small>`),
  ]
  return items.length === 0 ? [] : [`## ${t('Commits')}`, items.join('\n')]
}

/** The same Markdown for where it is read as text: no HTML in it. */
export function withoutHtml(markdown: string): string {
  return markdown.replace(/<input[^>]*?( checked)?>/g, (_, checked: string | undefined) => (checked ? '&#91;x&#93;' : '&#91; &#93;')).replace(/<\/?(?:label|small|a)\b[^>]*>/g, '')
}
