import { messageInput } from '../core/model/operations.js'
import { defineTool } from './tool.js'

const fields = messageInput.shape

export const sendMessageTool = defineTool({
  name: 'send_message',
  title: 'Send a message',
  description:
    'Send a message to another agent, to everybody with a role, or to all. Use it for what others need to know or do. ' +
    'Not for progress, locks (ask for release) or answers (reply).',
  input: messageInput.extend({
    to: fields.to.describe('Name of an agent, role:lead, or all. For a name nobody has had yet the message waits, and the answer lists it under unknown'),
    subject: fields.subject.describe('One line'),
    context: fields.context.describe('What it is about'),
    about: fields.about.describe('File it is about'),
    issue: fields.issue.describe('What is wrong'),
    suggestion: fields.suggestion.describe('What should be done'),
    priority: fields.priority.describe('urgent interrupts people: only when work stands still'),
    kind: fields.kind.describe('help asks for an answer; handoff passes work on'),
    deadlineMinutes: fields.deadlineMinutes.describe('After how many minutes an answer is of no more use'),
    checklist: fields.checklist.describe('Steps for the reader to tick off'),
  }),
  run: (muster, input, { key }) => muster.sendMessage(input, key),
})
