import * as z from 'zod'
import { defineTool } from './tool.js'

export const sessionStatusTool = defineTool({
  name: 'session_status',
  title: 'See where everybody stands',
  description:
    'One line about each agent: status, what it is at, and for whom it waits; and when all this was saved last. ' +
    'Use it to begin a recovery, or for an overview. Not for details of one agent: get that agent.',
  input: z.strictObject({}),
  readOnly: true,
  run: (muster) => muster.sessionStatus(),
})
