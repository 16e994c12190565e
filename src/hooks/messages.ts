import { cleanText, markedData } from '../core/marked.js'
import type { MessageView } from '../core/model/operations.js'
import { markRule, selectMessages } from '../core/rules/message.js'
import { reachesModel } from './answer.js'
import type { HookSession } from './session.js'

/** Characters of all messages handed over at once: clients cut off or put aside what is longer. */
const ALL = 6_000
/** Characters of one body; the rest is read by its id. */
const BODY = 2_000

/**
 * Hands unread messages over: answers the text for the model, having marked them as seen. Only where the model reads what
 * the hook says; what does not fit waits for the next call.
 */
export async function handOver(session: HookSession): Promise<string | undefined> {
  const { parts, me, call } = session
  if (me === '' || !reachesModel(call) || !session.state.unreadOf.has(me)) return undefined
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
  const { id, from, kind, subject, body, priority, sentAt, deadline, checklist, about } = message
  const rest = body.length > BODY ? { cut: `read the whole of it with: muster inbox --search ${id}` } : {}
  return {
    id, from, kind, priority, sentAt, subject: cleanText(subject, 200), body: cleanText(body, BODY), ...rest,
    ...(deadline !== undefined && { deadline }),
    ...(checklist !== undefined && { checklist: checklist.slice(0, 20).map((item) => cleanText(item, 200)) }),
    ...(about !== undefined && { about: { act: about.act, resource: about.resource } }),
  }
}
