import * as z from 'zod'
import type { DeliverableView } from '../core/model/workOperations.js'
import { defineTool } from './tool.js'

export const listDeliverablesTool = defineTool({
  name: 'list_deliverables',
  title: 'List deliverables',
  description:
    'What agents delivered, and what became of it. Use it to find what waits to be taken over. Not for work in progress: list the ' +
    'tasks.',
  input: z.strictObject({}),
  readOnly: true,
  async run(muster): Promise<{ ok: true; deliverables: DeliverableView[] }> {
    return { ok: true, deliverables: await muster.listDeliverables() }
  },
})
