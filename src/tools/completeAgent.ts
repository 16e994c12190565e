import * as z from 'zod'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

export const completeAgentTool = defineTool({
  name: 'complete_agent',
  title: 'Say that an agent is done',
  description:
    'Mark an agent as done, yourself or one you started, once its work is finished and delivered. It is no longer incomplete then. Locks stay until they are released.',
  input: z.strictObject({ id: idInput.describe('Name or id of the agent') }),
  run: (muster, { id }) => muster.completeAgent(id),
})
