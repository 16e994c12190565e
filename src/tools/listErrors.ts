import { errorFilter, type ErrorView } from '../core/model/workOperations.js'
import { defineTool } from './tool.js'

export const listErrorsTool = defineTool({
  name: 'list_errors',
  title: 'List errors',
  description:
    'What went wrong for whom, how bad and how often, and what put it right. Use it before you spend time on a failure that others may ' +
    'know. Not for the log of what happened: that is for people.',
  input: errorFilter,
  readOnly: true,
  async run(muster, filter): Promise<{ ok: true; errors: ErrorView[] }> {
    return { ok: true, errors: await muster.listErrors(filter) }
  },
})
