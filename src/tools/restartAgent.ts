import * as z from 'zod'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

export const restartAgentTool = defineTool({
  name: 'restart_agent',
  title: 'Begin an agent again',
  description: 'Begin an agent again that Muster started, with the same command and its last checkpoint; one that runs is stopped before. Use it for agents that you deployed. Not to change its brief: deploy it anew.',
  input: z.strictObject({ id: idInput.describe('Name or id of the agent'), reason: z.string().max(2_000).optional() }),
  destructive: true,
  run: (muster, { id, reason }) => muster.restartAgent(id, reason),
})
