import { priorities } from '../../core/model/claim.js'
import { messageKinds } from '../../core/model/message.js'
import { callTool } from '../../tools/tool.js'
import { command, outcome } from '../command.js'
import { keyOption } from '../sharedOptions.js'
import { acknowledgedText, messagesText, sentText, unknownText } from '../views/messages.js'

export const messageCommands = [
  command({
    name: 'send',
    summary: 'Send a message to an agent, to a role or to all',
    options: {
      to: { type: 'text', value: 'A', help: 'Name of an agent, role:lead, or all', required: true },
      subject: { type: 'text', value: 'T', help: 'One line' },
      body: { type: 'text', value: 'T', help: 'The message' },
      priority: { type: 'choice', choices: priorities, help: 'How soon it matters' },
      kind: { type: 'choice', choices: messageKinds, help: 'help asks for an answer, handoff passes work on' },
      deadline: { type: 'number', value: 'MIN', help: 'Minutes after which an answer is of no more use' },
      check: { type: 'list', value: 'T', help: 'A step of a checklist' },
      key: keyOption,
    },
    access: 'start',
    examples: ['muster send --to beta --subject "API changed" --body "login() takes an options object now" --priority high'],
    async run({ muster, notice }, options) {
      const { sendMessageTool } = await import('../../tools/sendMessage.js')
      const result = await callTool(sendMessageTool, muster, {
        to: options.to,
        subject: options.subject,
        body: options.body,
        priority: options.priority,
        kind: options.kind,
        deadlineMinutes: options.deadline,
        checklist: options.check.length > 0 ? options.check : undefined,
      }, { key: options.key })
      if (result.ok && result.unknown !== undefined) notice(unknownText(result.unknown))
      return outcome(result, () => sentText(result))
    },
  }),
  command({
    name: 'inbox',
    summary: 'Read your messages, newest last; marks them as seen',
    options: {
      unread: { type: 'flag', help: 'Only those you have not seen' },
      from: { type: 'text', value: 'A', help: 'Only those of this agent' },
      search: { type: 'text', value: 'T', help: 'Only those with this text' },
      peek: { type: 'flag', help: 'Leave them unread' },
    },
    access: ({ peek }) => (peek ? 'look' : 'join'),
    examples: ['muster inbox --unread', 'muster inbox --from beta --search login --peek'],
    async run({ muster }, options) {
      const { readMessagesTool } = await import('../../tools/readMessages.js')
      const result = await callTool(readMessagesTool, muster, options)
      return outcome(result, (ui) => messagesText(result.messages, options.unread, ui))
    },
  }),
  command({
    name: 'ack',
    summary: 'Tell the sender of a message that you will act on it',
    words: { usage: '<id>', min: 1, max: 1 },
    options: {},
    access: 'join',
    examples: ['muster ack m-12'],
    async run({ muster }, _options, [id = '']) {
      const { acknowledgeTool } = await import('../../tools/acknowledge.js')
      const result = await callTool(acknowledgeTool, muster, { id })
      return outcome(result, () => acknowledgedText(result))
    },
  }),
  command({
    name: 'reply',
    summary: 'Answer a message',
    words: { usage: '<id>', min: 1, max: 1 },
    options: { body: { type: 'text', value: 'T', help: 'The answer', required: true } },
    access: 'join',
    examples: ['muster reply m-12 --body "done, src/auth.ts is yours"'],
    async run({ muster }, { body }, [id = '']) {
      const { replyTool } = await import('../../tools/reply.js')
      const result = await callTool(replyTool, muster, { id, body })
      return outcome(result, () => sentText(result))
    },
  }),
]
