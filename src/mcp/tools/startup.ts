import * as z from 'zod'
import type { MessageView } from '../../core/model/operations.js'
import { defineTool } from '../../tools/tool.js'

/** Most of each list that a model is given at once. */
const MOST = 20

export const startupTool = defineTool({
  name: 'startup',
  title: 'Begin work',
  description:
    'Call first, before any other work: makes you known and answers who you are, your unread messages, locks held (mine: yours from before), ' +
    'open requests for help, your tasks, last checkpoint and work log, decisions to respect, agents that left work behind. Not needed twice.',
  input: z.strictObject({ task: z.string().max(500).optional().describe('What you were asked to do, in a few words; people see it beside your name') }),
  repeatable: true,
  async run(muster, { task }, { signal }) {
    if (task !== undefined && task !== '') await muster.checkIn(null, { currentTask: task, status: 'working' })
    const result = await muster.startup()
    const urgentFirst = [...result.messages].sort((a, b) => Number(b.priority === 'urgent') - Number(a.priority === 'urgent'))
    const shown = urgentFirst.slice(0, MOST)
    const messages = await markSeen(muster, shown, signal)
    const claims = [...result.claims].sort((a, b) => Number(b.mine) - Number(a.mine))
    const decisions = result.decisions.filter(({ status }) => status !== 'rejected' && status !== 'superseded').reverse()
    const lists = { helpRequests: result.helpRequests, claims, tasks: result.tasks, decisions, incomplete: result.incomplete, lost: result.lost, unacknowledged: result.unacknowledged.map(raised) }
    const more = Object.entries({ ...lists, messages: urgentFirst }).flatMap(([name, all]) => (all.length > MOST ? [[name, all.length - MOST] as const] : []))
    const first = Object.fromEntries(Object.entries(lists).map(([name, all]) => [name, all.slice(0, MOST)]))
    return { ...result, ...first, messages, ...(more.length > 0 && { more: Object.fromEntries(more) }) }
  },
})

/** What a sender is told of its urgent message that nobody acknowledged: which one, and how far it got. */
export function raised({ id, to, subject, sentAt, delivery }: MessageView): Partial<MessageView> {
  return { id, to, subject, sentAt, delivery }
}

/** What is about to be given to a model counts as seen, unless it was called off. */
export async function markSeen(muster: { readMessages(options: { ids: string[] }): Promise<MessageView[]> }, messages: readonly MessageView[], signal: AbortSignal | undefined): Promise<readonly MessageView[]> {
  if (messages.length === 0 || signal?.aborted) return messages
  const seen = new Map((await muster.readMessages({ ids: messages.map(({ id }) => id) })).map((message) => [message.id, message]))
  return messages.map((message) => seen.get(message.id) ?? message)
}
