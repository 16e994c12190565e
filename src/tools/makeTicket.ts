import { ticketInput } from '../core/model/tickets.js'
import { defineTool } from './tool.js'

const fields = ticketInput.shape

export const makeTicketTool = defineTool({
  name: 'make_ticket',
  title: 'Write a ticket for a worker',
  description:
    'Give a worker one task with a scope that overlaps with no other worker\'s, and write its ticket to .taskers/tickets from a template of the project. ' +
    'Use it before you start a worker, and to make a lost ticket again. Not for asking somebody something: send a message.',
  input: ticketInput.extend({
    worker: fields.worker.describe('Name of the worker, for example Codex-Worker-1'),
    task: fields.task.describe('Id of the task; leave out for the one that is the worker\'s already'),
    scopes: fields.scopes.describe('Files, folders and patterns it may work on; leave out for those of the task'),
    brief: fields.brief.describe('What it should know besides the task'),
    takeOver: fields.takeOver.describe('Also where the task is another worker\'s, whose ticket goes'),
    template: fields.template.describe('Name of a file in docs/worker-ticket-templates; leave out for the worker\'s own'),
  }),
  repeatable: true,
  run: (muster, ticket) => muster.makeTicket(ticket),
})
