import * as z from 'zod'
import { idInput, textInput } from './input.js'
import { defineTool } from './tool.js'

export const failAgentTool = defineTool({
  name: 'fail_agent',
  title: 'Say that an agent failed',
  description:
    'Mark an agent as failed, with the reason. Use it when its work has ended without success, so that somebody can take it up again. ' +
    'Not for something that went wrong but does not end its work: log an error.',
  input: z.strictObject({ id: idInput.describe('Name or id of the agent'), error: textInput.describe('Why it failed') }),
  run: (muster, { id, error }) => muster.failAgent(id, error),
})
