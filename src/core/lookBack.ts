import type { Commit, Ledger, Stamp } from './ledger/port.js'
import type { Decision } from './model/decision.js'
import type { Event, EventOf } from './model/events.js'
import type { Message } from './model/message.js'
import type { MessageView } from './model/operations.js'
import { wasGiven } from './state/ids.js'
import { hasRetired } from './state/retire.js'
import type { State } from './state/state.js'
import { ticked } from './state/ticks.js'

type History = Pick<Ledger<State, Event>, 'read' | 'history'>

/** The message with its whole body. @throws what reading the ledger throws */
export async function wholeMessage(ledger: History, message: Message): Promise<Message> {
  if (message.cut !== true) return message
  const event = eventIn(await ledger.read(message.sent.seq), 'message.sent', (sent) => sent.message === message.id)
  const { cut: _cut, ...rest } = message
  return event === undefined ? message : { ...rest, body: event.fields.body }
}

/** The view of a message with the whole body. @throws what reading the ledger throws */
export async function wholeView(ledger: History, state: State, { cut, ...view }: MessageView & { cut?: true }): Promise<MessageView> {
  const message = state.messages.get(view.id)
  return cut !== true || message === undefined ? view : { ...view, body: (await wholeMessage(ledger, message)).body }
}

/** The decision with all its texts. @throws what reading the ledger throws */
export async function wholeDecision(ledger: History, decision: Decision): Promise<Decision> {
  if (decision.cut !== true) return decision
  const event = eventIn(await ledger.read(decision.proposed.seq), 'decision.proposed', (proposed) => proposed.decision === decision.id)
  const corrected = decision.corrected && eventIn(await ledger.read(decision.corrected.seq), 'decision.corrected', (one) => one.decision === decision.id)
  const { cut: _cut, ...rest } = decision
  return event === undefined ? decision : { ...rest, ...event.fields, ...corrected?.fields }
}

function eventIn<T extends Event['type']>(commit: Commit<Event> | undefined, type: T, is: (event: EventOf<T>) => boolean): EventOf<T> | undefined {
  for (const { events } of commit?.ops ?? []) {
    for (const event of events) if (event.type === type && is(event as EventOf<T>)) return event as EventOf<T>
  }
  return undefined
}

/**
 * Messages to or from `reader` with what the state has of them only in part or not any more, oldest first. Reads the ledger
 * from its beginning where something has left the state.
 */
export async function allMessages(ledger: History, state: State, reader: string): Promise<Message[]> {
  const found = new Map<string, Message>()
  for (const message of state.messages.values()) if (concerns(message, reader)) found.set(message.id, message)
  if (hasRetired(state) || [...found.values()].some((message) => message.cut === true)) {
    for await (const { ops, stamp } of ledger.history()) for (const { events } of ops) for (const event of events) note(state, found, event, stamp, reader)
  }
  return [...found.values()].sort((a, b) => a.sent.seq - b.sent.seq)
}

/** Whether what is asked for may have left the state: texts that are searched for, and messages by id that are not there. */
export function needsLookBack(state: State, { unread, search, ids = [] }: { unread: boolean; search?: string | undefined; ids?: readonly string[] | undefined }): boolean {
  return !unread && (search !== undefined || ids.some((id) => !state.messages.has(id) && wasGiven(state, 'message', id)))
}

/**
 * A message that has left the state, as the ledger has it; undefined while it is there, and where none was ever given this
 * id. Reads the ledger from its beginning.
 */
export async function retiredMessage(ledger: History, state: State, id: string): Promise<Message | undefined> {
  if (state.messages.has(id) || !wasGiven(state, 'message', id)) return undefined
  const found = new Map<string, Message>()
  for await (const { ops, stamp } of ledger.history()) {
    for (const { events } of ops) for (const event of events) if ('message' in event && event.message === id) note(state, found, event, stamp, '')
  }
  return found.get(id)
}

function note(state: State, found: Map<string, Message>, event: Event, stamp: Stamp, reader: string): void {
  if (event.type === 'message.sent') {
    const { message: id, fields } = event
    const known = found.get(id)
    const delivery = Object.fromEntries(fields.recipients.map((recipient) => [recipient, { status: 'sent' as const, stamp }]))
    if (known?.cut === true) {
      const { cut: _cut, ...rest } = known
      found.set(id, { ...rest, body: fields.body })
    } else if (known === undefined && concerns({ ...fields, delivery }, reader)) found.set(id, { ...fields, id, sent: stamp, delivery })
  } else if (event.type === 'message.marked' || event.type === 'message.ticked' || event.type === 'help.closed') {
    const message = found.get(event.message)
    if (message === undefined || state.messages.has(message.id)) return
    if (event.type === 'help.closed') found.set(message.id, { ...message, closed: { by: event.by, stamp } })
    else if (event.type === 'message.ticked') found.set(message.id, ticked(message, event, stamp))
    else if (Object.hasOwn(message.delivery, event.agent)) found.set(message.id, { ...message, delivery: { ...message.delivery, [event.agent]: { status: event.status, stamp } } })
  }
}

function concerns({ from, delivery }: Pick<Message, 'from' | 'delivery'>, reader: string): boolean {
  return reader === '' || from === reader || Object.hasOwn(delivery, reader)
}
