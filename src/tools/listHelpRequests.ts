import * as z from 'zod'
import type { MessageView } from '../core/model/operations.js'
import { defineTool } from './tool.js'

export const listHelpRequestsTool = defineTool({
  name: 'list_help_requests',
  title: 'List open requests for help',
  description:
    'Requests for help to you or from you that nobody has closed yet, the most urgent first. Use it before you begin something new: ' +
    'help others first. Not for other messages: read them.',
  input: z.strictObject({}),
  readOnly: true,
  async run(muster): Promise<{ ok: true; helpRequests: MessageView[] }> {
    return { ok: true, helpRequests: await muster.listHelpRequests() }
  },
})
