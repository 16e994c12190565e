import { messageKinds, priorities } from '../../core/model/words.js'
import { callTool } from '../../tools/tool.js'
import { command, outcome } from '../command.js'
import { keyOption } from '../sharedOptions.js'
import { UsageError } from '../usageError.js'
import { acknowledgedText, helpClosedText, helpText, messagesText, sentText, tickedText, unacknowledgedLines, unknownText } from '../views/messages.js'

export const messageCommands = [
  command({
    name: 'send',
    summary: 'Send a message to an agent, to a role or to all',
    options: {
      to: { type: 'text', value: 'A', help: 'Name of an agent, role:lead, or all', required: true },
      subject: { type: 'text', value: 'T', help: 'One line' },
      body: { type: 'text', value: 'T', help: 'The message' },
      context: { type: 'text', value: 'T', help: 'A section of it: what it is about' },
      issue: { type: 'text', value: 'T', help: 'A section of it: what is wrong' },
      suggestion: { type: 'text', value: 'T', help: 'A section of it: what should be done' },
      priority: { type: 'choice', choices: priorities, help: 'How soon it matters' },
      kind: { type: 'choice', choices: messageKinds, help: 'help asks for an answer, handoff passes work on' },
      deadline: { type: 'number', value: 'MIN', help: 'Minutes after which an answer is of no more use' },
      check: { type: 'list', value: 'T', help: 'A step of a checklist' },
      about: { type: 'text', value: 'FILE', help: 'File, folder or other resource it is about, which its reader can open' },
      key: keyOption,
    },
    access: 'start',
    examples: ['muster send --to beta --subject "Export is slow" --context "10,000 rows" --issue "a minute" --suggestion "write in batches"', 'muster send --to beta --subject "API changed" --body "login() takes an options object now" --priority high'],
    async run({ muster, notice }, options) {
      const { sendMessageTool } = await import('../../tools/sendMessage.js')
      const result = await callTool(sendMessageTool, muster, {
        to: options.to,
        subject: options.subject,
        body: options.body,
        context: options.context,
        issue: options.issue,
        suggestion: options.suggestion,
        priority: options.priority,
        kind: options.kind,
        deadlineMinutes: options.deadline,
        checklist: options.check.length > 0 ? options.check : undefined,
        about: options.about,
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
    takesIn: true,
    examples: ['muster inbox --unread', 'muster inbox --from beta --search login --peek'],
    async run({ muster }, options) {
      const { readMessagesTool } = await import('../../tools/readMessages.js')
      const result = await callTool(readMessagesTool, muster, options)
      return outcome(result, (ui) => [messagesText(result.messages, options.unread, ui), ...(result.older ? [ui.paint('quiet', 'Older messages are found with --search.')] : []), ...unacknowledgedLines(result.unacknowledged, ui)].join('\n'))
    },
  }),
  command({
    name: 'ack',
    summary: 'Tell the sender of a message that you will act on it',
    words: { usage: '<id>', min: 1, max: 1 },
    options: {},
    access: 'join',
    examples: ['muster ack m12'],
    async run({ muster }, _options, [id = '']) {
      const { acknowledgeTool } = await import('../../tools/acknowledge.js')
      const result = await callTool(acknowledgeTool, muster, { id })
      return outcome(result, () => acknowledgedText(result))
    },
  }),
  command({
    name: 'tick',
    summary: 'Tick off steps of a message\'s checklist; its sender sees how far it is',
    words: { usage: '<id> <step…>', min: 2, max: 101 },
    options: { undo: { type: 'flag', help: 'They are not done after all' } },
    access: 'join',
    examples: ['muster tick m12 1 2', 'muster tick m12 2 --undo'],
    async run({ muster }, { undo }, [id = '', ...words]) {
      const steps = words.map((word) => {
        if (!/^\d{1,6}$/.test(word)) throw new UsageError(`"${word}" is no step. Steps count from 1, as the inbox shows them.`)
        return Number(word)
      })
      const { tickChecklistTool } = await import('../../tools/tickChecklist.js')
      const result = await callTool(tickChecklistTool, muster, { id, [undo ? 'open' : 'done']: steps })
      return outcome(result, () => tickedText(result))
    },
  }),
  command({
    name: 'reply',
    summary: 'Answer a message',
    words: { usage: '<id>', min: 1, max: 1 },
    options: { body: { type: 'text', value: 'T', help: 'The answer', required: true } },
    access: 'join',
    examples: ['muster reply m12 --body "done, src/auth.ts is yours"'],
    async run({ muster }, { body }, [id = '']) {
      const { replyTool } = await import('../../tools/reply.js')
      const result = await callTool(replyTool, muster, { id, body })
      return outcome(result, () => sentText(result))
    },
  }),
  command({
    name: 'help-request',
    summary: 'Ask for help, list what is open, or close a request',
    details: 'Open requests come first in what the one asked sees at startup, until somebody closes them.',
    options: {
      to: { type: 'text', value: 'A', help: 'Whom to ask: name of an agent, role:lead, or all' },
      subject: { type: 'text', value: 'T', help: 'One line' },
      body: { type: 'text', value: 'T', help: 'What you need and what you tried' },
      priority: { type: 'choice', choices: priorities, help: 'How soon it matters' },
      deadline: { type: 'number', value: 'MIN', help: 'Minutes after which help is of no more use' },
      list: { type: 'flag', help: 'List the open requests to you and from you' },
      close: { type: 'text', value: 'ID', help: 'Close this request' },
      answer: { type: 'text', value: 'T', help: 'With --close: the answer' },
      key: keyOption,
    },
    access: ({ list }) => (list ? 'look' : 'join'),
    examples: ['muster help-request --to gamma --subject "ghost data" --body "need it for the power modules" --priority high', 'muster help-request --list', 'muster help-request --close m12 --answer "it is in data/ghost.json"'],
    async run({ muster, notice }, options) {
      const wanted = [options.to, options.close, options.list || undefined].filter((one) => one !== undefined)
      if (wanted.length !== 1) throw new UsageError('One of --to, --close and --list is needed.')
      if (options.list) {
        const { listHelpRequestsTool } = await import('../../tools/listHelpRequests.js')
        const result = await callTool(listHelpRequestsTool, muster, {})
        return outcome(result, (ui) => helpText(result.helpRequests, ui))
      }
      if (options.close !== undefined) {
        const { closeHelpTool } = await import('../../tools/closeHelp.js')
        const result = await callTool(closeHelpTool, muster, { id: options.close, answer: options.answer })
        return outcome(result, () => helpClosedText(result))
      }
      const { requestHelpTool } = await import('../../tools/requestHelp.js')
      const { to, subject, body, priority, deadline } = options
      const result = await callTool(requestHelpTool, muster, { to, subject, body, priority, deadlineMinutes: deadline }, { key: options.key })
      if (result.ok && result.unknown !== undefined) notice(unknownText(result.unknown))
      return outcome(result, () => sentText(result))
    },
  }),
]
