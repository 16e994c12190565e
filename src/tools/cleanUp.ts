import { cleanUpOptions } from '../core/model/agentOperations.js'
import { defineTool } from './tool.js'

export const cleanUpTool = defineTool({
  name: 'clean_up',
  title: 'Clean up old records',
  description:
    'Take finished agents, read messages, closed tasks, resolved errors and integrated deliverables that are old off the lists; what ' +
    'happened stays in the log. Use it when a person wants the lists short, with dryRun first. Not for anything open: that is never ' +
    'touched.',
  input: cleanUpOptions.extend({ keepDays: cleanUpOptions.shape.keepDays.describe('How many days closed records are kept'), dryRun: cleanUpOptions.shape.dryRun.describe('Only say what would go') }),
  destructive: true,
  run: (muster, options) => muster.cleanUp(options),
})
