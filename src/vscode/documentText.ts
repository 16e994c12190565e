import type { DeliveryStatus } from '../core/model/message.js'
import type { DecisionView, MessageView } from '../core/model/operations.js'
import type { ErrorView, TaskView } from '../core/model/workOperations.js'
import type { World } from '../core/muster.js'
import { addTo } from './addTo.js'
import { checklistPart, commitsPart, decisionLink, resourcesPart, tasksPart, type Related } from './documentParts.js'
import { locale, t } from './l10n.js'
import { escapeMarkdown } from './text.js'
import { decisionStatuses, deliveryStatuses, errorKinds, errorStatuses, levels, taskStatuses } from './words.js'
import { titleOf } from './views/messageRows.js'

/** How a longer text of others gets into a document. */
export type Say = (text: string) => string

/** A message as Markdown in which text by others shows exactly as written, but what `say` makes of longer texts. */
export function messageText(message: MessageView, world: World, say: Say = escapeMarkdown): string {
  const names = new Map(world.agents.map((agent) => [agent.id, agent.name]))
  const to = message.to === 'all' ? t('everyone') : (names.get(message.to) ?? message.to)
  const earlier = world.messages.filter((other) => other.thread === message.thread && other.id !== message.id && other.sentAt <= message.sentAt)
  return document(titleOf(message), [
    table([
      [t('From'), message.fromName],
      [t('To'), to],
      [t('Sent'), localTime(message.sentAt)],
      [t('Priority'), message.priority === 'normal' ? undefined : levels(message.priority)],
      [t('Answer due'), message.deadline && localTime(message.deadline)],
      [t('Closed'), message.closed && doneBy(message.closed.byName, message.closed.at)],
      [t('About'), message.about?.resource],
      [t('Received'), receivedText(message, names, world.me?.id)],
    ]),
    message.body.trim() && say(message.body.trim()),
    ...checklistPart(message, Date.now()),
    ...(earlier.length === 0 ? [] : ['---', `### ${t('Earlier')}`]),
    ...earlier.reverse().map((other) => `**${escapeMarkdown(other.fromName)}**, ${escapeMarkdown(localTime(other.sentAt))}\n\n${say(other.body.trim() || titleOf(other))}${'cut' in other ? ' …' : ''}`),
  ])
}

/** `you and 3 others: seen, Bea: answered`: who got how far, those of one step together. */
function receivedText({ delivery }: MessageView, names: ReadonlyMap<string, string>, me: string | undefined): string {
  const steps = new Map<DeliveryStatus, string[]>()
  for (const [agent, step] of Object.entries(delivery)) {
    if (agent === me) steps.set(step, [t('you'), ...(steps.get(step) ?? [])])
    else addTo(steps, step, names.get(agent) ?? agent)
  }
  const who = ([first = '', ...others]: readonly string[]): string => (others.length < 2 ? [first, ...others].join(', ') : t('{0} and {1} others', first, others.length))
  return [...steps].map(([step, agents]) => `${who(agents)}: ${step === 'sent' ? t('not seen yet') : deliveryStatuses(step)}`).join('; ')
}

/** A decision as Markdown, likewise. */
export function decisionText(decision: DecisionView, related: Related, say: Say = escapeMarkdown): string {
  const { review } = decision
  return document(`${decision.id} ${decision.title}`, [
    table([
      [t('Status'), decisionStatuses(decision.status)],
      [t('Proposed'), doneBy(decision.proposerName, decision.proposedAt)],
      [t('Reviewed'), review && doneBy(review.byName, review.at, review.note)],
      [t('Implemented'), decision.implemented && doneBy(decision.implemented.byName, decision.implemented.at)],
      [t('Replaced'), decision.superseded && doneBy(decision.superseded.replacement, decision.superseded.at)],
      [t('Impact'), levels(decision.impact)],
      [t('Category'), decision.category],
    ]),
    ...section(t('Decision'), decision.decision, say),
    ...section(t('Why'), decision.context, say),
    ...listSection(t('Alternatives'), decision.alternatives),
    ...listSection(t('Consequences'), decision.consequences),
    ...decisionLink(decision),
    ...resourcesPart(decision, related),
    ...commitsPart(decision, related),
  ])
}

/** A task as Markdown, likewise. */
export function taskText(task: TaskView, related: Pick<Related, 'claims' | 'now'>): string {
  return document(`${task.id} ${task.title}`, [
    table([
      [t('Status'), task.status === 'open' && task.blockedBy.length > 0 ? t('waits for {0}', task.blockedBy.join(', ')) : taskStatuses(task.status)],
      [t('Priority'), task.priority],
      [t('Phase'), task.phase],
      [t('For'), task.assigneeName],
      [t('Worked on by'), task.workerName],
      [t('Added'), doneBy(task.addedByName, task.addedAt)],
      [t('Started'), task.startedAt && localTime(task.startedAt)],
      [t('Closed'), task.closed && doneBy(task.closed.byName, task.closed.at, task.closed.note)],
    ]),
    ...listSection(t('Done when'), task.acceptance),
    ...resourcesPart(task, related),
    ...tasksPart(t('After'), task.dependsOn),
  ])
}

/** An error as Markdown, likewise. */
export function errorText(error: ErrorView): string {
  return document(error.id, [
    escapeMarkdown(error.message.trim()),
    table([
      [t('Status'), errorStatuses(error.status)],
      [t('Severity'), levels(error.severity)],
      [t('Kind'), errorKinds(error.kind)],
      [t('Agent'), error.agentName],
      [t('In'), error.resource],
      [t('Happened'), error.count > 1 ? t('{0} times, from {1} to {2}', error.count, localTime(error.firstAt), localTime(error.lastAt)) : localTime(error.firstAt)],
      [t('Resolved'), error.resolved && doneBy(error.resolved.byName, error.resolved.at, error.resolved.text)],
    ]),
    ...section(t('Where'), error.stack ?? ''),
  ])
}

function document(title: string, blocks: readonly string[]): string {
  return [`# ${escapeMarkdown(title)}`, ...blocks].filter((block) => block !== '').join('\n\n') + '\n'
}

function table(rows: readonly (readonly [name: string, value: string | undefined])[]): string {
  const lines = rows.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [`| ${name} | ${escapeMarkdown(value).replaceAll('\n', ' ')} |`]))
  return ['| | |', '|---|---|', ...lines].join('\n')
}

function section(title: string, text: string, say: Say = escapeMarkdown): string[] {
  return text.trim() === '' ? [] : [`## ${title}`, say(text.trim())]
}

function listSection(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`## ${title}`, items.map((item) => `- ${escapeMarkdown(item).replaceAll('\n', '\n  ')}`).join('\n')]
}

/** @param note what was said about it */
function doneBy(who: string, iso: string, note = ''): string {
  const when = localTime(iso)
  return note === '' ? t('by {0}, {1}', who, when) : t('by {0}, {1}: {2}', who, when, note)
}

function localTime(iso: string): string {
  return new Date(iso).toLocaleString(locale(), { dateStyle: 'medium', timeStyle: 'short' })
}
