import { helpInput, messageInput } from '../core/model/operations.js'
import { defineTool } from './tool.js'

const fields = helpInput.shape

export const requestHelpTool = defineTool({
  name: 'request_help',
  title: 'Ask somebody for help',
  description:
    'Ask another agent, a role or everybody. Use it for what you cannot do or find out yourself. It stays open, first in what they see at ' +
    'startup, until somebody closes it with an answer. Not for wanting a lock: ask for its release.',
  input: helpInput.extend({
    to: messageInput.shape.to.describe('Name of an agent, role:lead, or all'),
    subject: fields.subject.describe('One line'),
    body: fields.body.describe('What you need, what you tried, and what waits for it'),
    priority: fields.priority.describe('urgent interrupts people: only when work stands still'),
    deadlineMinutes: fields.deadlineMinutes.describe('After how many minutes help is of no more use'),
  }),
  run: (muster, { to, ...request }, { key }) => muster.requestHelp(to, request, key),
})
