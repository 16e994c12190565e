import assert from 'node:assert/strict'
import { answerOf } from '../../../src/mcp/answer.js'
import { resultOf } from '../../../src/mcp/results.js'
import { readMessagesTool } from '../../../src/mcp/tools/readMessages.js'
import { callTool } from '../../../src/tools/tool.js'
import { fakeMuster } from '../cli/fakeHost.js'
import { messageView } from '../cli/samples.js'
import { world } from '../vscode/fakes.js'

describe('an agent whose urgent message nobody acknowledged', () => {
  const read = async (unacknowledged: ReturnType<typeof messageView>[]): Promise<Record<string, unknown>> => {
    const muster = fakeMuster({ readMessages: async () => [], refresh: async () => world({ unacknowledged }) })
    const { structuredContent } = answerOf('read_messages', await callTool(readMessagesTool, muster, {}), {})
    resultOf('read_messages').parse(structuredContent)
    return structuredContent!
  }

  it('is told when it reads its messages: which one and how far it got, not its text again', async () => {
    const message = messageView({ id: 'm-9', from: 'alpha', to: 'beta', subject: 'Stop', body: 'a long text', priority: 'urgent', delivery: { beta: 'seen' } })
    assert.deepEqual((await read([message]))['unacknowledged'], [{ id: 'm-9', to: 'beta', sentAt: message.sentAt, delivery: { beta: 'seen' }, untrusted: { subject: 'Stop' } }])
  })

  it('is told nothing where there is nothing', async () => {
    assert.equal('unacknowledged' in (await read([])), false)
  })
})
