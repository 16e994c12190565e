import type { DecisionView, MessageView } from '../core/model/operations.js'
import type { ErrorView, TaskView } from '../core/model/workOperations.js'
import type { World } from '../core/muster.js'
import { checklistPart, commitsPart, decisionLink, resourcesPart, type Related } from './documentParts.js'
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
    ...checklistPart(message, Date.now()),
    ...(earlier.length === 0 ? [] : ['---', '### Earlier']),
    ...earlier.reverse().map((other) => `**${escapeMarkdown(other.fromName)}**, ${escapeMarkdown(localTime(other.sentAt))}  \n${escapeMarkdown(other.body.trim() || titleOf(other))}`),
  ])
}

/** A decision as Markdown, likewise. */
export function decisionText(decision: DecisionView, related: Related): string {
  const { review } = decision
  return document(`${decision.id} ${decision.title}`, [
    table([
      ['Status', decision.status],
      ['Proposed', `by ${decision.proposerName}, ${localTime(decision.proposedAt)}`],
      ['Reviewed', review && `by ${review.byName}, ${localTime(review.at)}${review.note === '' ? '' : `: ${review.note}`}`],
      ['Implemented', decision.implemented && `by ${decision.implemented.byName}, ${localTime(decision.implemented.at)}`],
      ['Replaced', decision.superseded && `by ${decision.superseded.replacement}, ${localTime(decision.superseded.at)}`],
      ['Impact', decision.impact],
      ['Category', decision.category],
    ]),
    ...section('Decision', decision.decision),
    ...section('Why', decision.context),
    ...listSection('Alternatives', decision.alternatives),
    ...listSection('Consequences', decision.consequences),
    ...decisionLink(decision),
    ...resourcesPart(decision, related),
    ...commitsPart(decision, related),
  ])
}

/** A task as Markdown, likewise. */
export function taskText(task: TaskView): string {
  return document(`${task.id} ${task.title}`, [
    table([
      ['Status', task.status === 'open' && task.blockedBy.length > 0 ? `waits for ${task.blockedBy.join(', ')}` : task.status],
      ['Priority', task.priority],
      ['Phase', task.phase],
      ['For', task.assigneeName],
      ['Worked on by', task.workerName],
      ['Added', `by ${task.addedByName}, ${localTime(task.addedAt)}`],
      ['Started', task.startedAt && localTime(task.startedAt)],
      ['Closed', task.closed && `by ${task.closed.byName}, ${localTime(task.closed.at)}${task.closed.note === '' ? '' : `: ${task.closed.note}`}`],
    ]),
    ...listSection('Done when', task.acceptance),
    ...listSection('Files', task.resources),
    ...listSection('After', task.dependsOn),
  ])
}

/** An error as Markdown, likewise. */
export function errorText(error: ErrorView): string {
  return document(error.id, [
    escapeMarkdown(error.message.trim()),
    table([
      ['Status', error.status],
      ['Severity', error.severity],
      ['Kind', error.kind === 'code_error' ? 'code' : error.kind],
      ['To', error.agentName],
      ['In', error.resource],
      ['Happened', error.count > 1 ? `${error.count} times, from ${localTime(error.firstAt)} to ${localTime(error.lastAt)}` : localTime(error.firstAt)],
      ['Resolved', error.resolved && `by ${error.resolved.byName}, ${localTime(error.resolved.at)}${error.resolved.text === '' ? '' : `: ${error.resolved.text}`}`],
    ]),
    ...section('Where', error.stack ?? ''),
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
