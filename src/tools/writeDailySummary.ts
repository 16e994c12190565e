import { summaryInput } from '../core/model/workOperations.js'
import { defineTool } from './tool.js'

export const writeDailySummaryTool = defineTool({
  name: 'write_daily_summary',
  title: 'Write the daily summary',
  description:
    'Sum up a day or session for people: what was completed, what comes next, messages that matter, blockers and figures. Use it once at the end. Not for single steps: log them.',
  input: summaryInput,
  run: (muster, summary, { key }) => muster.writeDailySummary(summary, key),
})
