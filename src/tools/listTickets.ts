import * as z from 'zod'
import { defineTool } from './tool.js'

export const listTicketsTool = defineTool({
  name: 'list_tickets',
  title: 'List tickets of workers',
  description: 'List which worker has which task and scope, whether its ticket is there or lost, and where its newest output is. Use it before you integrate workers or start new ones. Not for all that is to be done: list_tasks.',
  input: z.strictObject({}),
  readOnly: true,
  run: async (muster) => ({ ok: true as const, tickets: await muster.listTickets() }),
})
