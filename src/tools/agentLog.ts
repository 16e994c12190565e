import * as z from 'zod'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

export const agentLogTool = defineTool({
  name: 'agent_log',
  title: 'Read what an agent has written',
  description: 'The last lines of what an agent that Muster started in the background has written. Use it to see how it fares, or why it failed. Not for messages: read those.',
  input: z.strictObject({ id: idInput.describe('Name or id of the agent'), lines: z.number().int().min(1).max(1_000).optional().describe('How many; default 100') }),
  readOnly: true,
  run: (muster, { id, lines }) => muster.agentLog(id, lines),
})
