import { cleanText, markedData } from '../core/marked.js'
import type { MessageView } from '../core/model/operations.js'
import { markRule, selectMessages } from '../core/rules/message.js'
import { unacknowledged } from '../core/rules/unacknowledged.js'
import { reachesModel } from './answer.js'
import type { Moment } from './call.js'
import type { HookSession } from './session.js'

/** Characters of all messages handed over at once: clients cut off or put aside what is longer. */
const ALL = 6_000
/** Characters of one body; the rest is read by its id. */
const BODY = 2_000
/** Messages without an answer that are named. */
const RAISED = 5

/** Moments at which a sender hears of urgent messages that nobody acknowledged: seldom enough not to be nagged. */
const raisedAt: readonly Moment[] = ['session-start', 'prompt']

/**
 * Hands unread messages over: answers the text for the model, having marked them as seen. Only where the model reads what
 * the hook says; what does not fit waits for the next call.
 */
export async function handOver(session: HookSession): Promise<string | undefined> {
  const { me, call } = session
  if (me === '' || !reachesModel(call)) return undefined
  const parts = [await unreadText(session), raisedText(session)].filter((text) => text !== undefined)
  return parts.length === 0 ? undefined : parts.join('\n\n')
}

async function unreadText({ parts, me, state: known }: HookSession): Promise<string | undefined> {
  if (!known.unreadOf.has(me)) return undefined
  const state = await parts.ledger.refresh()
  const unread = selectMessages(state, me, { unread: true }, parts.connection.now())
  const { fitting, left } = fit(unread)
  if (fitting.length === 0) return undefined
  await parts.join()
  await parts.connection.perform(markRule, { messages: fitting.map(({ id }) => id), status: 'seen' })
  const more = left > 0 ? ` ${left} more will follow.` : ''
  const count = fitting.length === 1 ? 'a message' : `${fitting.length} messages`
  return `Muster: ${count} for you (${me}).${more} Answer with the reply tool of the muster server, or: muster reply <id> --body "…"\n${markedData({ messages: fitting.map(shown) })}`
}

/** Urgent messages of this agent that nobody acknowledged in time. */
function raisedText({ state, me, call, parts }: HookSession): string | undefined {
  const raised = raisedAt.includes(call.moment) ? unacknowledged(state, (sender) => sender === me, parts.connection.now()) : []
  if (raised.length === 0) return undefined
  const data = raised.slice(-RAISED).map(({ id, to, subject, delivery }) => ({ id, to, subject: cleanText(subject, 200), delivery: Object.fromEntries(Object.entries(delivery).map(([agent, { status }]) => [agent, status])) }))
  return `Muster: nobody has acknowledged ${raised.length === 1 ? 'an urgent message' : `${raised.length} urgent messages`} of yours for ten minutes or more. Do not wait for it: ask somebody else, or the person you work for.\n${markedData({ unacknowledged: data })}`
}

/** The most urgent first, as many as fit; at least one. */
function fit(unread: readonly MessageView[]): { fitting: MessageView[]; left: number } {
  const rank = { urgent: 0, high: 1, normal: 2, low: 3 }
  const sorted = [...unread].sort((a, b) => rank[a.priority] - rank[b.priority])
  const fitting: MessageView[] = []
  let size = 0
  for (const message of sorted) {
    size += JSON.stringify(shown(message)).length
    if (size > ALL && fitting.length > 0) break
    fitting.push(message)
  }
  return { fitting, left: sorted.length - fitting.length }
}

function shown(message: MessageView): object {
  const { id, from, kind, subject, body, priority, sentAt, deadline, checklist, ticked, about } = message
  const rest = body.length > BODY ? { cut: `read the whole of it with: muster inbox --search ${id}` } : {}
  return {
    id, from, kind, priority, sentAt, subject: cleanText(subject, 200), body: cleanText(body, BODY), ...rest,
    ...(deadline !== undefined && { deadline }),
    ...(checklist !== undefined && { checklist: checklist.slice(0, 20).map((item) => cleanText(item, 200)) }),
    ...(ticked !== undefined && ticked.length > 0 && { stepsDone: ticked.map(({ step }) => step) }),
    ...(about !== undefined && { about: { act: about.act, resource: about.resource } }),
  }
}
