import * as z from 'zod'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

export const completeAgentTool = defineTool({
  name: 'complete_agent',
  title: 'Say that an agent is done',
  description:
    'Mark an agent as done, yourself or one you started. Use it once its work is finished and delivered; it is no longer incomplete ' +
    'then. Not for a single task: complete that. Locks stay until they are released.',
  input: z.strictObject({ id: idInput.describe('Name or id of the agent') }),
  run: (muster, { id }) => muster.completeAgent(id),
})
