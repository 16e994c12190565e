import type { DeliveryStatus, MessageKind } from '../../core/model/message.js'
import type { MessageView } from '../../core/model/operations.js'
import type { World } from '../../core/muster.js'
import { addTo } from '../addTo.js'
import { progressOf } from '../documentParts.js'
import { rowKinds } from '../contributions.js'
import { ago, count, parts, short, until } from '../text.js'
import { tooltip, type Row } from './row.js'

/** More are not drawn; older ones are in the log. */
const SHOWN = 300

/** What somebody wants of me first: open requests for help, answers that are due, unread ones. Then the newest, those of one thread together. */
export function messageRows(world: World, now: number): Row[] {
  const me = world.me?.id
  const newest = [...world.messages].reverse()
  const needing = newest.filter((message) => needOf(message, me) < NONE).sort((a, b) => needOf(a, me) - needOf(b, me))
  const names = new Map(world.agents.map((agent) => [agent.id, agent.name]))
  const row = (message: MessageView): Row => messageRow(message, names, me, now)
  const rest = newest.filter((message) => needOf(message, me) === NONE).slice(0, Math.max(0, SHOWN - needing.length))
  return [...needing.slice(0, SHOWN).map(row), ...inThreads(rest, now, row)]
}

const NONE = 9

/** How urgently a message needs this window's person: the smaller the sooner. */
function needOf(message: MessageView, me: string | undefined): number {
  if (message.from === me || message.status === undefined) return NONE
  const settled = message.status === 'answered' || message.status === 'expired' || message.closed !== undefined
  if (message.kind === 'help' && !settled) return 0
  if (message.deadline !== undefined && !settled && message.status !== 'acknowledged') return 1
  if (!message.unread) return NONE
  return message.priority === 'urgent' ? 2 : 3
}

/** @param messages newest first */
function inThreads(messages: readonly MessageView[], now: number, row: (message: MessageView) => Row): Row[] {
  const threads = new Map<string, MessageView[]>()
  for (const message of messages) addTo(threads, message.thread, message)
  return [...threads].map(([thread, [last, ...earlier]]) => (earlier.length === 0 ? row(last!) : threadRow(thread, [last!, ...earlier], now, row)))
}

function threadRow(thread: string, messages: readonly MessageView[], now: number, row: (message: MessageView) => Row): Row {
  const [last] = messages
  const first = messages.find(({ id }) => id === thread) ?? messages.at(-1)!
  const title = titleOf(first)
  const description = parts(count(messages.length, 'message'), `last by ${short(last!.fromName, 30)}`, ago(last!.sentAt, now))
  return {
    id: `thread ${thread}`,
    label: title,
    description,
    icon: 'comment-discussion',
    color: 'descriptionForeground',
    tooltip: tooltip(title, ['Messages', description]),
    spoken: parts('Thread', title, description),
    kind: rowKinds.group,
    target: { type: 'group' },
    children: [...messages].reverse().map(row),
  }
}

export function unreadCount(world: World): number {
  return world.me?.unread ?? 0
}

export function messageRow(message: MessageView, names: ReadonlyMap<string, string>, me: string | undefined, now: number): Row {
  const sent = message.from === me
  const address = message.to === 'all' ? 'everyone' : (names.get(message.to) ?? message.to)
  const who = sent ? `to ${short(address, 30)}` : short(message.fromName, 30)
  const state = sent ? deliveryOf(message) : message.status === 'acknowledged' || message.status === 'answered' ? message.status : undefined
  const description = parts(who, kindNames[message.kind], message.priority !== 'normal' && message.priority, isDue(message) && `answer due ${until(message.deadline!, now)}`, state, checklistOf(message), ago(message.sentAt, now))
  const subject = titleOf(message)
  return {
    id: message.id,
    label: subject,
    description,
    ...lookOf(message, sent),
    tooltip: tooltip(
      subject,
      ['From', message.fromName],
      ['To', address],
      ['Priority', message.priority],
      ['Sent', ago(message.sentAt, now)],
      ['Answer due', message.deadline && until(message.deadline, now)],
      ['State', state],
      ['Checklist', checklistOf(message)],
      ['Text', short(message.body, 400)],
    ),
    spoken: parts(message.unread && 'unread', subject, sent ? description : `from ${description}`),
    kind: sent ? rowKinds.sent : message.unread ? rowKinds.unread : rowKinds.received,
    target: { type: 'message', id: message.id },
    click: 'muster.openMessage',
  }
}

function isDue({ deadline, status, delivery, closed }: MessageView): boolean {
  const steps = status === undefined ? Object.values(delivery) : [status]
  return deadline !== undefined && closed === undefined && !steps.some((step) => step === 'answered' || step === 'expired')
}

function checklistOf({ checklist, ticked = [] }: MessageView): string | undefined {
  return checklist && checklist.length > 0 ? progressOf(checklist, ticked.length) : undefined
}

/** What it is about, the same for sender and recipients: the subject, or the beginning of the text. */
export function titleOf(message: Pick<MessageView, 'subject' | 'body' | 'about'>): string {
  if (message.about) return `${actTitles[message.about.act]} ${short(message.about.resource)}`
  return short(message.subject) || short(message.body, 60) || '(empty message)'
}

const actTitles: Record<NonNullable<MessageView['about']>['act'], string> = { ask: 'Please release', answer: 'About your request for', taken: 'Lock taken over:', forced: 'Lock ended:', granted: 'Lock granted:' }

export const kindNames: Record<MessageKind, string | undefined> = { note: undefined, help: 'asks for help', handoff: 'hand-off', reply: 'reply' }

const ladder: readonly DeliveryStatus[] = ['answered', 'acknowledged', 'seen', 'expired', 'sent']

/** The best step any recipient has reached: `seen by 2 of 3`. */
export function deliveryOf(message: MessageView): string | undefined {
  const steps = Object.values(message.delivery)
  const best = ladder.find((step) => steps.includes(step))
  if (best === undefined || best === 'sent') return 'not seen yet'
  return steps.length === 1 ? best : `${best} by ${steps.filter((step) => step === best).length} of ${steps.length}`
}

function lookOf(message: MessageView, sent: boolean): Pick<Row, 'icon' | 'color'> {
  if (sent) return { icon: 'arrow-right', color: 'descriptionForeground' }
  if (!message.unread) return { icon: message.status === 'acknowledged' || message.status === 'answered' ? 'check' : 'mail-read', color: 'descriptionForeground' }
  if (message.priority === 'urgent' || message.about?.act === 'taken' || message.about?.act === 'forced') return { icon: 'warning', color: 'problemsWarningIcon.foreground' }
  return { icon: message.kind === 'help' || message.about?.act === 'ask' ? 'question' : 'mail', color: 'charts.blue' }
}
