import { readOptions, type MessageView } from '../core/model/operations.js'
import { defineTool } from './tool.js'

const options = readOptions.shape

export const readMessagesTool = defineTool({
  name: 'read_messages',
  title: 'Read messages',
  description:
    'Read what others sent you, newest last. Marks them as seen. Use it when told that messages are unread and before you finish. ' +
    'Acknowledge those that ask you to do something; reply where an answer is expected.',
  input: readOptions.extend({
    unread: options.unread.describe('Only those you have not seen'),
    from: options.from.describe('Only those of this agent'),
    search: options.search.describe('Only those with this text in subject or body'),
    peek: options.peek.describe('Leave them unread'),
  }),
  async run(muster, input): Promise<{ ok: true; messages: MessageView[]; unacknowledged?: readonly MessageView[]; older?: true }> {
    const messages = await muster.readMessages(input)
    const { unacknowledged, olderMessages } = await muster.refresh()
    // A search and ids look everywhere; what is unread is always listed.
    const older = olderMessages && !input.unread && input.search === undefined && input.ids === undefined
    return { ok: true, messages, ...(older && { older }), ...(unacknowledged.length > 0 && { unacknowledged }) }
  },
})
