import type { Stamp } from '../ledger/port.js'
import { agentIdOf } from '../model/agentId.js'
import { agentRoles } from '../model/words.js'
import type { DeliveryStatus, Message, MessageFields } from '../model/message.js'
import type { MarkResult, MessageView, Refusal, SendResult } from '../model/operations.js'
import type { Event } from '../model/events.js'
import { nextId } from '../state/ids.js'
import type { State } from '../state/state.js'
import { list } from '../state/text.js'
import { messagesOf, messageView } from '../state/views.js'
import { tell } from '../tell.js'
import { ageMs } from './presence.js'
import { Plan, refusal, type Context, type Rule } from './rule.js'

/** Identical messages of one sender within this time are one. */
export const SAME_MESSAGE_MS = 10 * 60_000

export type SendCommand = Pick<MessageFields, 'to' | 'subject' | 'body' | 'priority' | 'kind' | 'deadlineMinutes' | 'checklist' | 'writtenAt' | 'about'>

export const sendRule: Rule<SendCommand, Extract<SendResult, { ok: true }>, Extract<SendResult, { ok: false }>> = {
  decide(state, command, context) {
    const recipients = recipientsOf(state, command.to, context.agent)
    if (recipients.length === 0) return { refusal: noRecipient(state, command.to, context) }
    const fields = { ...command, from: context.agent, recipients }
    if (sentBefore(state, fields, context)) return { events: [] }
    return { events: [messageEvent(state, fields)] }
  },

  answer(events, _stamp, state, command, context) {
    const sent = sentIn(events) ?? sentBefore(state, { ...command, from: context.agent }, context)
    const recipients = sent ? [...sent.recipients] : []
    const unknown = recipients.filter((agent) => !state.agents.has(agent))
    return { ok: true, id: sent?.id ?? '', recipients, ...(unknown.length > 0 && { unknown }) }
  },
}

export function sentIn(events: readonly Event[]): { id: string; recipients: readonly string[] } | undefined {
  for (const event of events) if (event.type === 'message.sent') return { id: event.message, recipients: event.fields.recipients }
  return undefined
}

/** Agents an address stands for, the sender left out. A single name need not have joined yet: it will find the message. */
function recipientsOf(state: State, to: string, sender: string): string[] {
  if (to === 'all') return [...state.agents.values()].filter((agent) => agent.id !== sender).map((agent) => agent.id)
  const role = agentRoles.find((known) => to === `role:${known}`)
  if (role) return [...state.agents.values()].filter((agent) => agent.role === role && agent.id !== sender).map((agent) => agent.id)
  if (to.includes(',') && !state.agents.has(agentIdOf(to))) return [...new Set(severalIn(state, to).flatMap((one) => recipientsOf(state, one, sender)))]
  const id = agentIdOf(to)
  return id === '' || to.startsWith('role:') ? [] : [id]
}

/** To several: `a, b`. A name of somebody here may have a comma in itself: the longest counts. */
function severalIn(state: State, to: string): string[] {
  const parts = to.split(',')
  const several: string[] = []
  for (let from = 0, until; from < parts.length; from = until) {
    until = parts.length
    while (until > from + 1 && !state.agents.has(agentIdOf(parts.slice(from, until).join(',').trim()))) until--
    several.push(parts.slice(from, until).join(',').trim())
  }
  return several
}

function noRecipient(state: State, to: string, context: Context): Extract<SendResult, { ok: false }> {
  const others = [...state.agents.values()].filter((agent) => agent.id !== context.agent).map((agent) => agent.id)
  const known = others.length > 0 ? tell`Known here: ${list(others.slice(0, 8))}.` : tell`Nobody else is here yet; a message to a name waits until that agent comes.`
  return refusal('NO_RECIPIENT', tell`"${to}" is nobody here. ${known}`)
}

export function sentBefore(state: State, fields: SendCommand & { from: string; replyTo?: string | undefined }, context: Context): { id: string; recipients: readonly string[] } | undefined {
  for (const id of state.sentBy.get(fields.from) ?? []) {
    const earlier = state.messages.get(id)
    if (!earlier || ageMs(earlier.sent, context.stamp) > SAME_MESSAGE_MS) continue
    const same = (['to', 'subject', 'body', 'kind', 'priority', 'deadlineMinutes', 'replyTo'] as const).every((field) => earlier[field] === fields[field])
    if (same && JSON.stringify(earlier.checklist) === JSON.stringify(fields.checklist) && sameAbout(earlier, fields) && !earlier.closed) return earlier
  }
  return undefined
}

/** An act on a lock is told each time. */
function sameAbout({ about: one }: Pick<MessageFields, 'about'>, { about: other }: Pick<MessageFields, 'about'>): boolean {
  return one?.act === undefined && one?.resource === other?.resource && one?.tree === other?.tree
}

export function messageEvent(state: State, fields: Omit<MessageFields, 'thread'> & { thread?: string }): Event {
  const { id } = nextId(state, 'message')
  return { type: 'message.sent', message: id, fields: { ...fields, thread: fields.thread ?? id } }
}

export interface ReplyCommand {
  message: string
  body: string
  /** The message, where it has left the state. */
  retired?: Message | undefined
}

export const replyRule: Rule<ReplyCommand, Extract<SendResult, { ok: true }>, Refusal & { reason: 'NOT_FOUND' }> = {
  decide(state, command, context) {
    const original = state.messages.get(command.message) ?? command.retired
    const involved = original && (original.from === context.agent || Object.hasOwn(original.delivery, context.agent))
    if (!original || !involved) return { refusal: messageNotFound(command.message) }
    const plan = new Plan(state, context.stamp)
    const reply = replyTo(original, context.agent, command.body)
    if (!sentBefore(state, reply, context)) addReply(plan, original, reply)
    return { events: plan.events }
  },

  answer(events, _stamp, state, command, context) {
    const original = state.messages.get(command.message) ?? command.retired
    const sent = sentIn(events) ?? (original && sentBefore(state, replyTo(original, context.agent, command.body), context))
    return { ok: true, id: sent?.id ?? '', recipients: sent ? [...sent.recipients] : [] }
  },
}

/** What `agent`, one of the two sides, says to the other in the conversation of a message. */
export function replyTo(original: Message, agent: string, body: string): Omit<MessageFields, 'recipients'> & { recipients: string[] } {
  const recipients = original.from === agent ? original.recipients.filter((recipient) => recipient !== agent) : [original.from]
  const subject = /^re: /i.test(original.subject) ? original.subject : `Re: ${original.subject}`
  return { from: agent, to: recipients.join(', '), recipients, kind: 'reply', subject, body, priority: original.priority, thread: original.thread, replyTo: original.id }
}

/** Sends a reply; the message counts as answered by a recipient's. */
export function addReply(plan: Plan, original: Message, reply: MessageFields): void {
  plan.add(messageEvent(plan.state, reply))
  if (Object.hasOwn(original.delivery, reply.from)) plan.add({ type: 'message.marked', message: original.id, agent: reply.from, status: 'answered' })
}

export interface MarkCommand {
  messages: readonly string[]
  /** One of them, where it has left the state: what becomes of it is written down for whoever searches. */
  retired?: Message | undefined
  status: 'seen' | 'acknowledged'
}

const ladder: Record<DeliveryStatus, number> = { expired: 0, sent: 0, seen: 1, acknowledged: 2, answered: 3 }

/** Moves messages up the ladder for the caller; never down. */
export const markRule: Rule<MarkCommand, Extract<MarkResult, { ok: true }>, Extract<MarkResult, { ok: false }>> = {
  decide(state, command, context) {
    const events: Event[] = []
    for (const id of command.messages) {
      const delivery = (state.messages.get(id) ?? (command.retired?.id === id ? command.retired : undefined))?.delivery
      const mine = delivery && Object.hasOwn(delivery, context.agent) ? delivery[context.agent] : undefined
      if (!mine) return { refusal: messageNotFound(id) }
      if (ladder[mine.status] < ladder[command.status]) events.push({ type: 'message.marked', message: id, agent: context.agent, status: command.status })
    }
    return { events }
  },
  answer: (_events, _stamp, _state, command) => ({ ok: true, id: command.messages[0] ?? '' }),
}

export function messageNotFound(id: string): Refusal & { reason: 'NOT_FOUND' } {
  return refusal('NOT_FOUND', tell`There is no message ${id} to or from you. List yours to see the ids.`)
}

/** Messages for `reader` as asked for, oldest first; among `all` where they are given and not only unread ones are wanted. */
export function selectMessages(state: State, reader: string, options: { unread: boolean; from?: string; search?: string; ids?: readonly string[] }, now: Stamp, all?: readonly Message[]): MessageView[] {
  const from = options.from === undefined ? undefined : agentIdOf(options.from)
  const search = options.search?.toLowerCase()
  const candidates = options.unread ? [...state.unreadOf.ids(reader)].flatMap((id) => state.messages.get(id) ?? []) : (all ?? messagesOf(state, reader))
  return candidates
    .filter((message) => from === undefined || message.from === from)
    .filter((message) => options.ids === undefined || options.ids.includes(message.id))
    .filter((message) => search === undefined || `${message.subject}\n${message.body}`.toLowerCase().includes(search))
    .map((message) => messageView(state, message, reader, now))
}
