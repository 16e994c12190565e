import * as z from 'zod'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

export const stopAgentTool = defineTool({
  name: 'stop_agent',
  title: 'Stop an agent',
  description: 'End an agent that Muster started, with everything it has started itself. It is asked first. Use it for agents that you deployed. Not for others: send them a message.',
  input: z.strictObject({ id: idInput.describe('Name or id of the agent'), reason: z.string().max(2_000).optional() }),
  destructive: true,
  run: (muster, { id, reason }) => muster.stopAgent(id, reason),
})
