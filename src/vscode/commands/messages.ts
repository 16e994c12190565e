import * as vscode from 'vscode'
import { priorities } from '../../core/model/claim.js'
import type { AgentView, MessageInput, MessageView, TickInput } from '../../core/model/operations.js'
import type { Muster } from '../../core/muster.js'
import { droppable } from '../cancellable.js'
import { plural, t } from '../l10n.js'
import { addressOf } from '../resources.js'
import { showInformationMessage, showQuickPick, type Item } from '../say.js'
import { ago, duration, lockCount, parts, percent, short } from '../text.js'
import { agentRoles, capital, levels } from '../words.js'
import { progressOf } from '../documentParts.js'
import { mayAcknowledge, titleOf } from '../views/messageRows.js'
import { targetOf, type Target } from '../views/row.js'
import { ask, done, given, gone, pick, readable, refused, TEXT, writable, type Command } from './context.js'
import { lockOf } from './lockArgument.js'
import { nearby } from './nearby.js'

const EVERYONE = 'all'

export const sendMessage: Command = async (context, argument) => {
  const muster = await writable(context)
  const lock = targetOf(argument, 'lock') && (await lockOf(argument, muster, { title: '', none: '', filter: () => true }))
  // Where its working tree is gone, the message is about nothing that could be opened.
  const address = lock && addressOf(lock, muster.root)
  const about = lock && address !== undefined ? { says: lock.resource, about: address } : undefined
  const recipient = lock?.heldBy ?? targetOf(argument, 'agent')?.id ?? (await pickRecipient(muster))
  const name = recipient === EVERYONE ? t('everyone') : short(muster.state().agents.find((agent) => agent.id === recipient)?.name ?? recipient, 40)
  const title = t('Message to {0}', name)
  const subject = await ask(title, t('What is it about?'), { placeHolder: t('subject') })
  const body = await ask(title, t('Text. This may stay empty.'), { most: TEXT, optional: true, placeHolder: t('text') })
  const result = await muster.sendMessage({ to: recipient, subject, body, ...(await sendOptions(muster, title, about)) })
  if (!result.ok) return refused(result.hint)
  done(t('Sent to {0}', name))
}

type SendOptions = Pick<MessageInput, 'kind' | 'priority' | 'deadlineMinutes' | 'checklist' | 'about' | Section>
type Section = 'context' | 'issue' | 'suggestion'
const deadlines = [undefined, 15, 60, 240, 1440] as const

const questions = {
  context: () => t('What has to be known first? This may stay empty.'),
  issue: () => t('What is wrong? This may stay empty.'),
  suggestion: () => t('What do you suggest? This may stay empty.'),
} as const

/** What the reader can open from the message: what is open here, and what is locked. @throws CancellationError */
async function pickAbout(muster: Muster, title: string): Promise<{ says: string; about: string | undefined }> {
  const nothing = { icon: 'circle-slash', label: t('Nothing in particular'), description: '', about: undefined, says: '' }
  return given(await showQuickPick([...nearby(muster), nothing], { title, placeHolder: t('What is it about?'), ignoreFocusOut: true, matchOnDescription: true }))
}

/** Sends at once with Enter; everything else about the message can be set before. @throws CancellationError */
async function sendOptions(muster: Muster, title: string, about = { says: '', about: undefined as string | undefined }): Promise<SendOptions> {
  const chosen: Required<Pick<SendOptions, 'kind' | 'priority'>> & { deadlineMinutes: number | undefined; checklist: string[] } = { kind: 'note', priority: 'normal', deadlineMinutes: undefined, checklist: [] }
  const sections: { [S in Section]?: string } = {}
  const sectionItem = (what: Section, icon: string, label: string) => ({ icon, label, description: short(sections[what] ?? '', 100), what }) as const
  const due = (minutes: number | undefined): string => (minutes === undefined ? t('No answer due') : t('Within {0}', duration(minutes * 60_000)))
  for (;;) {
    const items = [
      { icon: 'send', label: t('Send'), description: parts(chosen.priority !== 'normal' && levels(chosen.priority), chosen.kind === 'help' && t('asks for help'), chosen.deadlineMinutes !== undefined && t('answer due within {0}', duration(chosen.deadlineMinutes * 60_000)), chosen.checklist.length > 0 && plural(chosen.checklist.length, '1 point', '{n} points')), what: 'send' },
      { label: t('What an answer needs'), kind: vscode.QuickPickItemKind.Separator, what: 'send' },
      { icon: 'file', label: t('About'), description: about.says || t('Nothing in particular'), what: 'about' },
      sectionItem('context', 'book', t('Context')),
      sectionItem('issue', 'issues', t('Issue')),
      sectionItem('suggestion', 'lightbulb', t('Suggestion')),
      { icon: 'checklist', label: t('Add to Checklist'), description: chosen.checklist.join(' · '), what: 'checklist' },
      { label: t('How it is sent'), kind: vscode.QuickPickItemKind.Separator, what: 'send' },
      { icon: 'flame', label: t('Importance'), description: capital(levels(chosen.priority)), what: 'priority' },
      { icon: 'question', label: t('Kind'), description: chosen.kind === 'help' ? t('Asks for help, open until somebody closes it') : t('Note'), what: 'kind' },
      { icon: 'clock', label: t('Answer Due'), description: due(chosen.deadlineMinutes), what: 'deadline' },
    ] as const
    const { what } = given(await showQuickPick(items, { title, placeHolder: t('Enter sends it'), ignoreFocusOut: true }))
    if (what === 'send') return { ...sections, kind: chosen.kind, priority: chosen.priority, ...(chosen.deadlineMinutes !== undefined && { deadlineMinutes: chosen.deadlineMinutes }), ...(chosen.checklist.length > 0 && { checklist: chosen.checklist }), ...(about.about !== undefined && { about: about.about }) }
    try {
      if (what === 'priority') chosen.priority = await pick(priorities, { title, placeHolder: t('How important is it?'), none: '', item: (one) => ({ label: capital(levels(one)) }) })
      else if (what === 'kind') chosen.kind = chosen.kind === 'help' ? 'note' : 'help'
      else if (what === 'about') about = await pickAbout(muster, title)
      else if (what === 'deadline') chosen.deadlineMinutes = (await pick(deadlines.map((minutes) => ({ minutes })), { title, placeHolder: t('When is an answer due?'), none: '', item: ({ minutes }) => ({ label: due(minutes) }) })).minutes
      else if (what !== 'checklist') sections[what] = (await ask(title, questions[what](), { most: TEXT, value: sections[what] ?? '', optional: true })) || undefined
      else chosen.checklist.push(await ask(title, t('What is to be done?'), { placeHolder: t('one point of the checklist') }))
    } catch (error) {
      // Left without an answer: back to the message, as it is.
      if (!(error instanceof vscode.CancellationError)) throw error
    }
  }
}

/** All there ever were, also those that left the lists. */
export const searchMessages: Command = async (context) => {
  const muster = readable(context)
  const title = t('Search messages')
  const search = await ask(title, t('Words of the subject or the text'), { placeHolder: t('what to look for') })
  const found = (await droppable(t('Looking through all messages'), () => muster.readMessages({ search, peek: true }))).reverse()
  await context.documents.showMessage(await pick(found, { title: `${title}: ${short(search, 40)}`, none: t('No message has "{0}" in it.', short(search, 40)), item: (message) => itemOf(message, muster.agent) }), context.window)
}

/** An agent other than this window's. @throws CancellationError */
export async function pickAgent(muster: Muster, title: string): Promise<string> {
  return pickRecipient(muster, { title, everyone: false })
}

async function pickRecipient(muster: Muster, { title, everyone } = { title: t('Send a message'), everyone: true }): Promise<string> {
  const rank = (agent: AgentView): number => (agent.presence === 'gone' ? 1 : 0)
  const others = muster.state().agents.filter((agent) => !agent.me).sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))
  const items = others.map((agent) => ({
    label: agent.name,
    description: parts(agent.kind === 'person' ? t('person') : (agent.role ? agentRoles(agent.role) : t('agent')), agent.presence === 'gone' && t('gone')),
    detail: parts(percent(agent.progress), agent.message ?? agent.currentTask, agent.claims.length > 0 && lockCount(agent.claims.length), t('seen {0}', ago(agent.seenAt, Date.now()))),
    iconPath: new vscode.ThemeIcon(agent.kind === 'person' ? 'account' : 'hubot'),
    id: agent.id,
  }))
  if (items.length === 0) void showInformationMessage(t('Nobody else is here yet.'))
  if (items.length === 0) throw new vscode.CancellationError()
  const all = { label: t('Everyone'), description: t('{0} others', items.length), detail: undefined, iconPath: new vscode.ThemeIcon('organization'), id: EVERYONE }
  return given(await showQuickPick([...items, ...(everyone && items.length > 1 ? [all] : [])], { title, placeHolder: t('To whom?'), ignoreFocusOut: true, matchOnDetail: true })).id
}

export const openMessage: Command = async (context, argument) => {
  const muster = readable(context)
  const message = await messageOf(argument, muster, t('Read a message'), () => true)
  await context.documents.showMessage(message, context.window)
  if (message.unread && context.window.writable) await markSeen(muster, message)
}

async function markSeen(muster: Muster, message: MessageView): Promise<void> {
  await muster.readMessages({ unread: true, ids: [message.id] })
}

export const replyMessage: Command = async (context, argument) => {
  const muster = await writable(context)
  const message = await messageOf(argument, muster, t('Reply to a message'), (one) => one.from !== muster.agent)
  // A request for help of one to another: only they can answer it, and whoever wants to help writes.
  if (!message.recipients.includes(muster.agent)) return sendMessage(context, { target: { type: 'agent', id: message.from } satisfies Target })
  const body = await ask(t('Reply to {0}', short(message.fromName, 40)), short(titleOf(message)), { most: TEXT, placeHolder: t('your answer') })
  const result = await muster.reply(message.id, body)
  if (!result.ok) return refused(result.hint)
  done(t('Replied to {0}', message.fromName))
}

export const acknowledgeMessage: Command = async (context, argument) => {
  const muster = await writable(context)
  const open = (one: MessageView): boolean => one.from !== muster.agent && mayAcknowledge(one)
  const message = await messageOf(argument, muster, t('Acknowledge a message'), open)
  const result = await muster.acknowledge(message.id)
  if (!result.ok) return refused(result.hint)
  done(t('Acknowledged "{0}"', titleOf(message)))
}

/** One step, where a document's box was ticked; else all at once, as they stand: what is chosen is done. */
export const tickChecklist: Command = async (context, argument) => {
  const muster = await writable(context)
  const id = targetOf(argument, 'message')?.id
  if (id !== undefined && typeof argument === 'object' && argument !== null && 'steps' in argument) {
    const result = await muster.tickChecklist(id, argument.steps as TickInput)
    return result.ok ? undefined : refused(result.hint)
  }
  const message = await messageOf(argument, muster, t('Tick off a checklist'), (one) => (one.checklist?.length ?? 0) > 0)
  const ticks = new Map(message.ticked?.map((tick) => [tick.step, tick]))
  const items = (message.checklist ?? []).map((text, index) => {
    const tick = ticks.get(index + 1)
    return { label: short(text), description: tick && parts(tick.byName, ago(tick.at, Date.now())), picked: tick !== undefined, step: index + 1 }
  })
  const chosen = new Set(given(await showQuickPick(items, { canPickMany: true, title: short(titleOf(message)), placeHolder: t('What is done?'), ignoreFocusOut: true })).map(({ step }) => step))
  const result = await muster.tickChecklist(message.id, { done: items.map(({ step }) => step).filter((step) => chosen.has(step)), open: [...ticks.keys()].filter((step) => !chosen.has(step)) })
  if (!result.ok) return refused(result.hint)
  done(progressOf(message.checklist ?? [], result.ticked.length))
}

/** The message a command is about: the clicked one, else one that is picked. @throws CancellationError */
export async function messageOf(argument: unknown, muster: Muster, title: string, filter: (message: MessageView) => boolean): Promise<MessageView> {
  const world = muster.state()
  const id = targetOf(argument, 'message')?.id
  // What was clicked may be between others, an agent's of this window or a request for help; or so old that only the records have it.
  if (id !== undefined) return world.message(id) ?? (await muster.readMessages({ ids: [id], peek: true }))[0] ?? gone(t('The message'))
  const newest = world.messages.filter(filter).reverse()
  return pick([...newest.filter((one) => one.unread), ...newest.filter((one) => !one.unread)], {
    title,
    none: t('There is no message for that.'),
    item: (message) => itemOf(message, muster.agent),
  })
}

function itemOf(message: MessageView, me: string): Item {
  return {
    label: titleOf(message),
    description: parts(message.unread && t('unread'), message.from === me ? t('sent by you') : message.fromName),
    detail: parts(ago(message.sentAt, Date.now()), short(message.body, 100)),
    iconPath: new vscode.ThemeIcon(message.unread ? 'mail' : 'mail-read'),
  }
}
