import type { DecisionView, MessageView } from '../core/model/operations.js'
import type { World } from '../core/muster.js'
import { escapeMarkdown } from './text.js'
import { titleOf } from './views/messageRows.js'

/** A message as Markdown in which text by others shows exactly as written. */
export function messageText(message: MessageView, world: World): string {
  const names = new Map(world.agents.map((agent) => [agent.id, agent.name]))
  const to = message.to === 'all' ? 'everyone' : (names.get(message.to) ?? message.to)
  const earlier = world.messages.filter((other) => other.thread === message.thread && other.id !== message.id && other.sentAt <= message.sentAt)
  return document(titleOf(message), [
    table([
      ['From', message.fromName],
      ['To', to],
      ['Sent', localTime(message.sentAt)],
      ['Priority', message.priority === 'normal' ? undefined : message.priority],
      ['Answer due', message.deadline && localTime(message.deadline)],
      ['About', message.about?.resource],
      ['Received', Object.entries(message.delivery).map(([agent, step]) => `${names.get(agent) ?? agent}: ${step === 'sent' ? 'not seen yet' : step}`).join(', ')],
    ]),
    escapeMarkdown(message.body.trim()),
    ...(message.checklist ?? []).map((item) => `- ${escapeMarkdown(item)}`),
    ...(earlier.length === 0 ? [] : ['---', '### Earlier']),
    ...earlier.reverse().map((other) => `**${escapeMarkdown(other.fromName)}**, ${escapeMarkdown(localTime(other.sentAt))}  \n${escapeMarkdown(other.body.trim() || titleOf(other))}`),
  ])
}

/** A decision as Markdown, likewise. */
export function decisionText(decision: DecisionView): string {
  const { review } = decision
  return document(`${decision.id} ${decision.title}`, [
    table([
      ['Status', decision.status],
      ['Proposed', `by ${decision.proposerName}, ${localTime(decision.proposedAt)}`],
      ['Reviewed', review && `by ${review.byName}, ${localTime(review.at)}${review.note === '' ? '' : `: ${review.note}`}`],
      ['Impact', decision.impact],
      ['Category', decision.category],
    ]),
    ...section('Decision', decision.decision),
    ...section('Why', decision.context),
    ...listSection('Alternatives', decision.alternatives),
    ...listSection('Consequences', decision.consequences),
  ])
}

function document(title: string, blocks: readonly string[]): string {
  return [`# ${escapeMarkdown(title)}`, ...blocks].filter((block) => block !== '').join('\n\n') + '\n'
}

function table(rows: readonly (readonly [name: string, value: string | undefined])[]): string {
  const lines = rows.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [`| ${name} | ${escapeMarkdown(value).replaceAll('\n', ' ')} |`]))
  return ['| | |', '|---|---|', ...lines].join('\n')
}

function section(title: string, text: string): string[] {
  return text.trim() === '' ? [] : [`## ${title}`, escapeMarkdown(text.trim())]
}

function listSection(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`## ${title}`, items.map((item) => `- ${escapeMarkdown(item).replaceAll('\n', '\n  ')}`).join('\n')]
}

function localTime(iso: string): string {
  return new Date(iso).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
}
