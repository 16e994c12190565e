import * as z from 'zod'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

export const clearRecoveryTool = defineTool({
  name: 'clear_recovery',
  title: 'Clear what agents left unfinished',
  description:
    'Forget incomplete agents that are gone, all or one, and end their locks. Use it on behalf of a person only; agents are refused. ' +
    'Not to go on for one: resume it.',
  input: z.strictObject({ agent: idInput.optional().describe('Name or id; leave out for all') }),
  destructive: true,
  run: (muster, { agent }) => muster.clearRecovery(agent),
})
