import * as z from 'zod'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

export const removeAgentTool = defineTool({
  name: 'remove_agent',
  title: 'Forget an agent',
  description:
    'Take an agent off the list that is not there any more and holds no lock. Its tasks become free for others; messages it has not seen expire. What happened stays in the log.',
  input: z.strictObject({ id: idInput.describe('Name or id of the agent') }),
  destructive: true,
  run: (muster, { id }) => muster.removeAgent(id),
})
