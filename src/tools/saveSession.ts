import * as z from 'zod'
import { defineTool } from './tool.js'

export const saveSessionTool = defineTool({
  name: 'save_session',
  title: 'Save what is going on',
  description:
    'Write down who works on what, the locks, and where each branch stands, in a file to recover from. ' +
    'Use it before something risky, or every ten minutes where no editor window is open. Not for where you yourself stand: save a checkpoint.',
  input: z.strictObject({ keep: z.number().int().min(1).max(10_000).optional().describe('Older saves beyond so many go') }),
  repeatable: true,
  run: (muster, input) => muster.saveSession(input),
})
