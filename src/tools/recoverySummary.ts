import { recoveryOptions } from '../core/model/agentOperations.js'
import { defineTool } from './tool.js'

export const recoverySummaryTool = defineTool({
  name: 'recovery_summary',
  title: 'See what was left unfinished',
  description:
    'Which agents have not finished, by status and level, whether they are still there, and where they stood; failed ones and those whose work nobody took over apart. ' +
    'Use it after a crash or restart. Not for who works here now: list the agents.',
  input: recoveryOptions.extend({ details: recoveryOptions.shape.details.describe('Also what each holds, did last and left uncommitted') }),
  readOnly: true,
  run: (muster, options) => muster.recoverySummary(options),
})
