import * as z from 'zod'
import { defineTool } from './tool.js'

export const recoverSessionTool = defineTool({
  name: 'recover_session',
  title: 'Get your locks back from a save',
  description:
    'Gives you the locks back that you held when it was saved; names who has the others now, and what an editor window had open. ' +
    'Use it when you go on after a crash. Not for going on in another agent\'s name: resume that agent.',
  input: z.strictObject({
    id: z.string().min(1).max(100).optional().describe('Of the save; default: the newest'),
    dryRun: z.boolean().default(false).describe('Only say what would be given back'),
  }),
  repeatable: true,
  run: (muster, input) => muster.recoverSession(input),
})
