import * as z from 'zod'
import type { AgentView, Refusal } from '../core/model/operations.js'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

export const getAgentTool = defineTool({
  name: 'get_agent',
  title: 'Show an agent',
  description:
    'Everything known about one agent: its task, progress, blocker, locks and when it was last seen. Use it before you wait for an ' +
    'agent or take over from it. Not for finding out who there is: list the agents.',
  input: z.strictObject({ id: idInput.describe('Name or id of the agent') }),
  readOnly: true,
  async run(muster, { id }): Promise<{ ok: true; agent: AgentView } | (Refusal & { reason: 'NOT_FOUND' })> {
    const agent = await muster.getAgent(id)
    if (agent !== undefined) return { ok: true, agent }
    return { ok: false, reason: 'NOT_FOUND', hint: `Nobody here is called ${id}. List the agents to see who is.` }
  },
})
