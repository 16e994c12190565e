import * as z from 'zod'
import { errorInput } from '../../core/model/workOperations.js'
import { defineTool } from '../../tools/tool.js'

const fields = errorInput.shape

export const logErrorTool = defineTool({
  name: 'log_error',
  title: 'Log an error',
  description:
    'Record a failure that others may run into or have to know of: broken build or dependency, conflict, timeout. The same again is counted. ' +
    'Not for mistakes you are about to fix yourself.',
  input: z.strictObject({
    message: fields.message.describe('What went wrong, one line'),
    kind: fields.kind,
    severity: fields.severity,
    resource: fields.resource,
    stack: fields.stack,
  }),
  run: (muster, input, { key }) => muster.logError(input, key),
})
