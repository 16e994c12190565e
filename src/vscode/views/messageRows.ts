import type { DeliveryStatus, MessageKind } from '../../core/model/message.js'
import type { AgentView, MessageView } from '../../core/model/operations.js'
import type { World } from '../../core/muster.js'
import { addTo } from '../addTo.js'
import { progressOf } from '../documentParts.js'
import { rowKinds } from '../contributions.js'
import { plural, t } from '../l10n.js'
import { isFile } from '../leads.js'
import { ago, dueText, parts, short, until } from '../text.js'
import { deliveryStatuses, levels } from '../words.js'
import { tooltip, type Row } from './row.js'

/** More are not drawn; older ones are in the log. */
const SHOWN = 300

/** What somebody wants of me first: open requests for help, answers that are due, unread ones. Then the newest, those of one thread together. */
export function messageRows(world: World, now: number): Row[] {
  const me = world.me?.id
  const newest = [...world.messages].reverse()
  const needing = newest.filter((message) => needOf(message, me) < NONE).sort((a, b) => needOf(a, me) - needOf(b, me))
  const names = new Map(world.agents.map((agent) => [agent.id, agent.name]))
  const row = (message: MessageView): Row => messageRow(message, names, world.me, now)
  const rest = newest.filter((message) => needOf(message, me) === NONE).slice(0, Math.max(0, SHOWN - needing.length))
  return [...needing.slice(0, SHOWN).map(row), ...inThreads(rest, now, row)]
}

/** Of {@link needOf}: nobody is waited for. */
export const NONE = 9
/** Of {@link needOf}: an answer is waited for by some time, which is to come or over. */
export const [DUE, LATE] = [1, 3] as const

/** How urgently a message needs this window's person: the smaller the sooner. */
export function needOf(message: MessageView, me: string | undefined): number {
  if (message.from === me || message.status === undefined) return NONE
  const settled = message.status === 'answered' || message.closed !== undefined || (message.status === 'expired' && message.deadline === undefined)
  if (message.kind === 'help' && !settled) return 0
  const isLate = message.status === 'expired'
  if (isDue(message) && message.status !== 'acknowledged' && !isLate) return DUE
  if (message.unread && (message.priority === 'urgent' || tellsOfLoss(message))) return 2
  // Late is later than due, and still wanted; what is late for days hides nothing that presses.
  if (isDue(message) && isLate) return LATE
  return message.unread ? 4 : NONE
}

/** Whether it says that a lock of its receiver's was ended by somebody else. */
export function tellsOfLoss({ about }: Pick<MessageView, 'about'>): boolean {
  return about?.act === 'taken' || about?.act === 'forced'
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
  const description = parts(plural(messages.length, '1 message', '{n} messages'), t('last by {0}', short(last!.fromName, 30)), ago(last!.sentAt, now))
  return {
    id: `thread ${thread}`,
    label: title,
    description,
    icon: 'comment-discussion',
    color: 'descriptionForeground',
    tooltip: tooltip(title, [t('Messages'), description]),
    spoken: parts(t('Thread'), title, description),
    kind: rowKinds.group,
    target: { type: 'group' },
    children: [...messages].reverse().map(row),
  }
}

export function unreadCount(world: World): number {
  return world.me?.unread ?? 0
}

export function messageRow(message: MessageView, names: ReadonlyMap<string, string>, me: AgentView | undefined, now: number): Row {
  const sent = message.from === me?.id
  const address = message.to === 'all' ? t('everyone') : (names.get(message.to) ?? message.to)
  const who = sent ? t('to {0}', short(address, 30)) : short(message.fromName, 30)
  const state = message.closed ? t('closed') : sent ? deliveryOf(message) : ownState(message)
  const description = parts(who, kindNames[message.kind]?.(), message.priority !== 'normal' && levels(message.priority), isDue(message) && dueText(message.deadline!, now), state, checklistOf(message), ago(message.sentAt, now))
  const subject = titleOf(message)
  return {
    id: message.id,
    label: subject,
    description,
    ...lookOf(message, sent, now),
    tooltip: tooltip(
      subject,
      [t('From'), message.fromName],
      [t('To'), address],
      [t('Priority'), levels(message.priority)],
      [t('Sent'), ago(message.sentAt, now)],
      [t('Answer due'), message.deadline && until(message.deadline, now)],
      [t('State'), state],
      [t('Checklist'), checklistOf(message)],
      [t('Text'), short(message.body, 400)],
    ),
    spoken: parts(message.unread && t('unread'), subject, sent ? description : t('from {0}', description)),
    kind: kindOf(message, sent, me),
    target: { type: 'message', id: message.id },
    click: 'muster.openMessage',
  }
}

/** Nothing was done about it by its reader. Late is better than never: its sender still sees it. */
export function mayAcknowledge({ status }: Pick<MessageView, 'status'>): boolean {
  return status === 'sent' || status === 'seen' || status === 'expired'
}

/** Somebody asks for a lock that its receiver, `me`, still has, and was not answered. */
export function mayRelease({ about, from, recipients, status }: MessageView, me: AgentView | undefined): boolean {
  return about?.act === 'ask' && me !== undefined && from !== me.id && recipients.includes(me.id) && me.claims.includes(about.resource) && status !== 'answered' && status !== 'expired'
}

/** Whether a part of what is asked for may be kept: nothing is within a name, a port or a symbol. */
export function mayNarrow({ about }: MessageView): boolean {
  return !/^(name|port):|#/.test(about?.resource ?? '')
}

/** A request for help that nobody has closed. */
export function isOpenHelp({ kind, closed }: MessageView): boolean {
  return kind === 'help' && closed === undefined
}

function kindOf(message: MessageView, sent: boolean, me: AgentView | undefined): string {
  return `${stateKindOf(message, sent)}${sent || mayAcknowledge(message) ? '' : rowKinds.settled}${mayRelease(message, me) ? (mayNarrow(message) ? rowKinds.askedPart : rowKinds.asked) : ''}${message.about && isFile(message.about.resource) ? rowKinds.withFile : ''}`
}

function stateKindOf(message: MessageView, sent: boolean): string {
  if (isOpenHelp(message)) return sent ? rowKinds.sentHelp : message.unread ? rowKinds.unreadHelp : rowKinds.receivedHelp
  return sent ? rowKinds.sent : message.unread ? rowKinds.unread : rowKinds.received
}

/** Whether an answer is waited for, be it late. Of one's own that has expired its state says so. */
export function isDue({ deadline, status, delivery, closed }: MessageView): boolean {
  if (deadline === undefined || closed !== undefined) return false
  return status === undefined ? !Object.values(delivery).some((step) => step === 'answered' || step === 'expired') : status !== 'answered'
}

/** Its time has passed, and its reader did nothing about it. */
function isLate(message: MessageView, now: number): boolean {
  return isDue(message) && mayAcknowledge(message) && Date.parse(message.deadline!) <= now
}

function checklistOf({ checklist, ticked = [] }: MessageView): string | undefined {
  return checklist && checklist.length > 0 ? progressOf(checklist, ticked.length) : undefined
}

/** What it is about, the same for sender and recipients: the subject, or the beginning of the text. */
export function titleOf(message: Pick<MessageView, 'subject' | 'body' | 'about'>): string {
  const { act, resource = '' } = message.about ?? {}
  if (act) return actTitles[act](short(resource))
  return short(message.subject) || short(message.body, 60) || t('(empty message)')
}

const actTitles: Record<NonNullable<NonNullable<MessageView['about']>['act']>, (resource: string) => string> = {
  ask: (resource) => t('Please release {0}', resource),
  answer: (resource) => t('About your request for {0}', resource),
  taken: (resource) => t('Lock taken over: {0}', resource),
  forced: (resource) => t('Lock ended: {0}', resource),
  granted: (resource) => t('Lock granted: {0}', resource),
}

export const kindNames: Record<MessageKind, (() => string) | undefined> = { note: undefined, help: () => t('asks for help'), handoff: () => t('hand-off'), reply: () => t('reply') }

const ladder: readonly DeliveryStatus[] = ['answered', 'acknowledged', 'seen', 'expired', 'sent']

/** The best step any recipient has reached: `seen by 2 of 3`. */
export function deliveryOf(message: MessageView): string {
  const steps = Object.values(message.delivery)
  const best = ladder.find((step) => steps.includes(step))
  if (best === undefined || best === 'sent') return t('not seen yet')
  const word = deliveryStatuses(best)
  return steps.length === 1 ? word : t('{status} by {number} of {all}', { status: word, number: steps.filter((step) => step === best).length, all: steps.length })
}

/** What this window has done about a message that it got. */
export function ownState({ status }: MessageView): string | undefined {
  return status === 'acknowledged' || status === 'answered' ? deliveryStatuses(status) : undefined
}

function lookOf(message: MessageView, sent: boolean, now: number): Pick<Row, 'icon' | 'color'> {
  if (sent) return { icon: 'arrow-right', color: 'descriptionForeground' }
  if (isLate(message, now)) return { icon: 'watch', color: 'problemsWarningIcon.foreground' }
  if (!message.unread) return { icon: message.status === 'acknowledged' || message.status === 'answered' ? 'check' : 'mail-read', color: 'descriptionForeground' }
  if (message.priority === 'urgent' || tellsOfLoss(message)) return { icon: 'warning', color: 'problemsWarningIcon.foreground' }
  return { icon: message.kind === 'help' || message.about?.act === 'ask' ? 'question' : 'mail', color: 'charts.blue' }
}
