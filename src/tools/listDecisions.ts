import * as z from 'zod'
import { decisionStatuses } from '../core/model/decision.js'
import type { DecisionView } from '../core/model/operations.js'
import { defineTool } from './tool.js'

export const listDecisionsTool = defineTool({
  name: 'list_decisions',
  title: 'List decisions',
  description:
    'Decisions and where they stand. Use it before you choose an interface, a format or a dependency: respect the approved ones. ' +
    'Not as leave to act on those that are only proposed.',
  input: z.strictObject({ status: z.enum(decisionStatuses).optional() }),
  readOnly: true,
  async run(muster, filter): Promise<{ ok: true; decisions: DecisionView[] }> {
    return { ok: true, decisions: await muster.listDecisions(filter) }
  },
})
