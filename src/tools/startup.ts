import * as z from 'zod'
import { defineTool } from './tool.js'

export const startupTool = defineTool({
  name: 'startup',
  title: 'Begin work',
  description:
    'Call this first, once, before any other work: it makes you known to the others and answers who you are, your unread messages, ' +
    'all active locks (`mine` marks those you still hold from before), locks you lost meanwhile, open requests for help and decisions to respect.',
  input: z.strictObject({}),
  run: (muster) => muster.startup(),
})
