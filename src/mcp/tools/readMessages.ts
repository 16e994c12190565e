import * as z from 'zod'
import { readOptions } from '../../core/model/operations.js'
import { idInput } from '../../tools/input.js'
import { defineTool } from '../../tools/tool.js'
import { markSeen, raised } from './startup.js'

const options = readOptions.shape

export const readMessagesTool = defineTool({
  name: 'read_messages',
  title: 'Read messages',
  description:
    'Read what others sent you, oldest first, and mark it as seen. Use when told that messages are unread and before you finish. ' +
    'Acknowledge what you will act on; reply where an answer is expected. Not for waiting: claim can wait.',
  input: z.strictObject({
    acknowledge: z.array(idInput).max(100).default([]).describe('Ids of messages you understood and will act on'),
    tick: z.array(z.string().regex(/^.+:\d{1,6}$/)).max(100).default([]).describe('Checklist steps you did: id:step (m12:1)'),
    unread: z.boolean().default(true).describe('false: seen ones too'),
    from: options.from,
    search: options.search.describe('Text in subject or body'),
    ids: options.ids.describe('Just these, in full'),
    limit: z.number().int().min(1).max(200).default(20),
  }),
  repeatable: true,
  async run(muster, { acknowledge, tick, limit, unread, ...wanted }, { signal }) {
    const acknowledged: string[] = []
    const refusals = []
    for (const id of acknowledge) {
      const result = await muster.acknowledge(id)
      if (result.ok) acknowledged.push(id)
      else refusals.push(result)
    }
    const ticked: string[] = []
    for (const step of tick) {
      const at = step.lastIndexOf(':')
      const result = await muster.tickChecklist(step.slice(0, at), { done: [Number(step.slice(at + 1))] })
      if (result.ok) ticked.push(step)
      else refusals.push(result)
    }
    const found = await muster.readMessages({ ...wanted, unread: unread && wanted.ids === undefined, peek: true })
    // Of unread ones the oldest, so that none is skipped; else the newest.
    const shown = unread ? found.slice(0, limit) : found.slice(-limit)
    const messages = await markSeen(muster, shown, signal)
    const more = found.length - shown.length
    const unacknowledged = (await muster.refresh()).unacknowledged.map(raised)
    return { ok: refusals.length === 0, ...refusals[0], messages, ...(more > 0 && { more: { messages: more } }), ...(acknowledge.length > 0 && { acknowledged }), ...(tick.length > 0 && { ticked }), ...(unacknowledged.length > 0 && { unacknowledged }) }
  },
})
