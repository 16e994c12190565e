import * as z from 'zod'
import { agentStatuses } from '../core/model/words.js'
import type { AgentView } from '../core/model/operations.js'
import { defineTool } from './tool.js'

export const listAgentsTool = defineTool({
  name: 'list_agents',
  title: 'List agents',
  description:
    'Who works here, on what, how far they are, and whether they are still there. Use it to find whom to ask. Not for one agent that ' +
    'you know: get it.',
  input: z.strictObject({ status: z.enum(agentStatuses).optional() }),
  readOnly: true,
  async run(muster, filter): Promise<{ ok: true; agents: AgentView[] }> {
    return { ok: true, agents: await muster.listAgents(filter) }
  },
})
