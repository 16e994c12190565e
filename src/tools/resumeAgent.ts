import * as z from 'zod'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

export const resumeAgentTool = defineTool({
  name: 'resume_agent',
  title: 'Go on for an agent that stopped',
  description:
    'Begin an agent that is gone anew: answers where it stood (checkpoint, last work), its locks and its tasks, for whoever goes on in its name.',
  input: z.strictObject({ id: idInput.describe('Name or id of the agent') }),
  run: (muster, { id }) => muster.resumeAgent(id),
})
