import * as z from 'zod'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

export const removeAgentTool = defineTool({
  name: 'remove_agent',
  title: 'Forget an agent',
  description:
    'Take an agent off the list. Use it for one that is not there any more and holds no lock: its tasks become free for others, ' +
    'messages it has not seen expire, what happened stays in the log. Not for one whose work is unfinished: resume it.',
  input: z.strictObject({ id: idInput.describe('Name or id of the agent') }),
  destructive: true,
  run: (muster, { id }) => muster.removeAgent(id),
})
