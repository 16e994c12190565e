import * as z from 'zod'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

export const resumeAgentTool = defineTool({
  name: 'resume_agent',
  title: 'Go on for an agent that stopped',
  description:
    'Begin an agent that is gone anew: answers where it stood (checkpoint, last work), its locks and its tasks. Use it when you go on ' +
    'in its name. Not for an agent that is still at work, nor for taking over a single lock: claim that with takeOver.',
  input: z.strictObject({ id: idInput.describe('Name or id of the agent') }),
  run: (muster, { id }) => muster.resumeAgent(id),
})
