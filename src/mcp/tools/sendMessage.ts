import * as z from 'zod'
import { MusterError } from '../../core/errors.js'
import { messageInput, resourceInput } from '../../core/model/operations.js'
import { idInput } from '../../tools/input.js'
import { defineTool } from '../../tools/tool.js'

const fields = messageInput.shape

export const sendMessageTool = defineTool({
  name: 'send_message',
  title: 'Send a message',
  description:
    'Use it when others need to know or do something. kind: note; help (stays open until answered); reply (with replyTo); request_release ' +
    '(with resource: asks its holders to let go). Not for progress: check in.',
  input: z.strictObject({
    kind: z.enum(['note', 'help', 'reply', 'request_release']).default('note'),
    to: fields.to.optional().describe('Agent, role:lead or all; for note and help'),
    subject: fields.subject.describe('One line'),
    body: fields.body,
    priority: fields.priority.describe('urgent only when work stands still'),
    replyTo: idInput.optional().describe('Message id'),
    close: z.boolean().default(false).describe('The reply settles a request for help'),
    resource: resourceInput.optional(),
    deadlineMinutes: fields.deadlineMinutes.describe('After this it is of no use'),
    checklist: fields.checklist,
  }),
  async run(muster, { kind, to, replyTo, close, resource, ...message }, { key }) {
    switch (kind) {
      case 'reply':
        if (close) return muster.closeHelp(needed(replyTo, 'replyTo', kind), text(message))
        return muster.reply(needed(replyTo, 'replyTo', kind), text(message))
      case 'request_release':
        return muster.askForRelease(needed(resource, 'resource', kind), text(message))
      case 'help': {
        const { checklist: _, ...request } = message
        return muster.requestHelp(needed(to, 'to', kind), request, key)
      }
      case 'note':
        return muster.sendMessage({ ...message, to: needed(to, 'to', kind) }, key)
    }
  },
})

function text({ subject, body }: { subject: string; body: string }): string {
  return [subject, body].filter((part) => part !== '').join('\n\n')
}

function needed(value: string | undefined, field: string, kind: string): string {
  if (value !== undefined) return value
  throw new MusterError('INVALID_INPUT', `${field} is missing.`, { hint: `Give ${field} with kind ${kind}.` })
}
