import * as z from 'zod'
import { defineTool } from './tool.js'

export const listSessionsTool = defineTool({
  name: 'list_sessions',
  title: 'List saved windows',
  description:
    'All saves of windows and of the team\'s state, the newest first, with what is in each. ' +
    'Use it before recovering one. Not for who works here now: list the agents.',
  input: z.strictObject({}),
  readOnly: true,
  run: (muster) => muster.listSessions(),
})
