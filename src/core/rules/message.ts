import { agentIdOf, agentRoles } from '../model/agent.js'
import type { DeliveryStatus, MessageFields } from '../model/message.js'
import type { AskResult, MarkResult, MessageView, Refusal, SendResult } from '../model/operations.js'
import { resourceKey, resourceLabel, type Resource } from '../model/resource.js'
import type { Event } from '../model/events.js'
import { nextId } from '../state/ids.js'
import type { State } from '../state/state.js'
import { list } from '../state/text.js'
import { messagesOf, messageView } from '../state/views.js'
import { collides } from '../model/overlap.js'
import { overlappingClaims } from './conflicts.js'
import { notify } from './notify.js'
import { ageMs } from './presence.js'
import { Plan, type Context, type Rule } from './rule.js'

/** Identical messages of one sender within this time are one. */
const SAME_MESSAGE_MS = 10 * 60_000

export type SendCommand = Pick<MessageFields, 'to' | 'subject' | 'body' | 'priority' | 'kind' | 'deadlineMinutes' | 'checklist'>

export const sendRule: Rule<SendCommand, Extract<SendResult, { ok: true }>, Extract<SendResult, { ok: false }>> = {
  decide(state, command, context) {
    const recipients = recipientsOf(state, command.to, context.agent)
    if (recipients.length === 0) return { refusal: noRecipient(state, command.to, context) }
    const fields = { ...command, from: context.agent, recipients }
    if (sentBefore(state, fields, context)) return { events: [] }
    return { events: [messageEvent(state, fields)] }
  },

  answer(events, _stamp, state, command, context) {
    const sent = sentIn(events) ?? sentBefore(state, { ...command, from: context.agent, recipients: recipientsOf(state, command.to, context.agent) }, context)
    const recipients = sent ? [...sent.recipients] : []
    const unknown = recipients.filter((agent) => !state.agents.has(agent))
    return { ok: true, id: sent?.id ?? '', recipients, ...(unknown.length > 0 && { unknown }) }
  },
}

function sentIn(events: readonly Event[]): { id: string; recipients: readonly string[] } | undefined {
  for (const event of events) if (event.type === 'message.sent') return { id: event.message, recipients: event.fields.recipients }
  return undefined
}

/** Agents an address stands for, the sender left out. A single name need not have joined yet: it will find the message. */
function recipientsOf(state: State, to: string, sender: string): string[] {
  if (to === 'all') return [...state.agents.values()].filter((agent) => agent.id !== sender).map((agent) => agent.id)
  const role = agentRoles.find((known) => to === `role:${known}`)
  if (role) return [...state.agents.values()].filter((agent) => agent.role === role && agent.id !== sender).map((agent) => agent.id)
  const id = agentIdOf(to)
  return id === '' || to.startsWith('role:') ? [] : [id]
}

function noRecipient(state: State, to: string, context: Context): Extract<SendResult, { ok: false }> {
  const others = [...state.agents.values()].filter((agent) => agent.id !== context.agent).map((agent) => agent.id)
  const known = others.length > 0 ? `Known here: ${list(others.slice(0, 8))}.` : 'Nobody else is here yet; a message to a name waits until that agent comes.'
  return { ok: false, reason: 'NO_RECIPIENT', hint: `"${to}" is nobody here. ${known}` }
}

function sentBefore(state: State, fields: SendCommand & { from: string; recipients: readonly string[] }, context: Context): { id: string; recipients: readonly string[] } | undefined {
  for (const id of state.sentBy.get(fields.from) ?? []) {
    const earlier = state.messages.get(id)
    if (!earlier || ageMs(earlier.sent, context.stamp) > SAME_MESSAGE_MS) continue
    const same = earlier.to === fields.to && earlier.subject === fields.subject && earlier.body === fields.body && earlier.kind === fields.kind
    if (same && !earlier.about) return earlier
  }
  return undefined
}

function messageEvent(state: State, fields: Omit<MessageFields, 'thread'> & { thread?: string }): Event {
  const { id } = nextId(state, 'message')
  return { type: 'message.sent', message: id, fields: { ...fields, thread: fields.thread ?? id } }
}

export interface ReplyCommand {
  message: string
  body: string
}

export const replyRule: Rule<ReplyCommand, Extract<SendResult, { ok: true }>, Refusal & { reason: 'NOT_FOUND' }> = {
  decide(state, command, context) {
    const original = state.messages.get(command.message)
    const involved = original && (original.from === context.agent || Object.hasOwn(original.delivery, context.agent))
    if (!original || !involved) return { refusal: notFound(command.message) }
    const to = original.from === context.agent ? original.recipients.filter((agent) => agent !== context.agent) : [original.from]
    const plan = new Plan(state, context.stamp)
    const subject = /^re: /i.test(original.subject) ? original.subject : `Re: ${original.subject}`
    plan.add(messageEvent(state, { from: context.agent, to: to.join(', '), recipients: to, kind: 'reply', subject, body: command.body, priority: original.priority, thread: original.thread, replyTo: original.id }))
    if (Object.hasOwn(original.delivery, context.agent)) plan.add({ type: 'message.marked', message: original.id, agent: context.agent, status: 'answered' })
    return { events: plan.events }
  },

  answer(events) {
    const sent = sentIn(events)
    return { ok: true, id: sent?.id ?? '', recipients: sent ? [...sent.recipients] : [] }
  },
}

export interface MarkCommand {
  messages: readonly string[]
  status: Exclude<DeliveryStatus, 'sent' | 'answered'>
}

const ladder: Record<DeliveryStatus, number> = { sent: 0, seen: 1, acknowledged: 2, answered: 3 }

/** Moves messages up the ladder for the caller; never down. */
export const markRule: Rule<MarkCommand, Extract<MarkResult, { ok: true }>, Extract<MarkResult, { ok: false }>> = {
  decide(state, command, context) {
    const events: Event[] = []
    for (const id of command.messages) {
      const delivery = state.messages.get(id)?.delivery
      const mine = delivery && Object.hasOwn(delivery, context.agent) ? delivery[context.agent] : undefined
      if (!mine) return { refusal: notFound(id) }
      if (ladder[mine.status] < ladder[command.status]) events.push({ type: 'message.marked', message: id, agent: context.agent, status: command.status })
    }
    return { events }
  },
  answer: (_events, _stamp, _state, command) => ({ ok: true, id: command.messages[0] ?? '' }),
}

function notFound(id: string): Refusal & { reason: 'NOT_FOUND' } {
  return { ok: false, reason: 'NOT_FOUND', hint: `There is no message ${id} to or from you. List yours to see the ids.` }
}

export interface AskCommand {
  resource: Resource
  text: string
}

/** Asks whoever holds the resource to release it. */
export const askRule: Rule<AskCommand, Extract<AskResult, { ok: true }>, Extract<AskResult, { ok: false }>> = {
  decide(state, command, context) {
    const holders = overlappingClaims(state, command.resource).filter((claim) => claim.holder !== context.agent && collides(claim.resource, command.resource))
    const exact = holders.find((claim) => resourceKey(claim.resource) === resourceKey(command.resource))
    const claim = exact ?? holders[0]
    const label = resourceLabel(command.resource)
    if (!claim) return { refusal: { ok: false, reason: 'NOT_HELD', hint: `Nobody else holds ${label}: claim it.` } }
    const plan = new Plan(state, context.stamp)
    notify(plan, context.agent, claim.holder, 'ask', claim, `Please release ${resourceLabel(claim.resource)}`, command.text)
    return { events: plan.events }
  },
  answer(events) {
    const sent = sentIn(events)
    return { ok: true, id: sent?.id ?? '', to: sent?.recipients[0] ?? '' }
  },
}

/** Messages for `reader` as asked for, oldest first. */
export function selectMessages(state: State, reader: string, options: { unread: boolean; from?: string; search?: string; ids?: readonly string[] }): MessageView[] {
  const from = options.from === undefined ? undefined : agentIdOf(options.from)
  const search = options.search?.toLowerCase()
  const candidates = options.unread ? [...state.unreadOf.ids(reader)].flatMap((id) => state.messages.get(id) ?? []) : messagesOf(state, reader)
  return candidates
    .filter((message) => from === undefined || message.from === from)
    .filter((message) => options.ids === undefined || options.ids.includes(message.id))
    .filter((message) => search === undefined || `${message.subject}\n${message.body}`.toLowerCase().includes(search))
    .map((message) => messageView(state, message, reader))
}
