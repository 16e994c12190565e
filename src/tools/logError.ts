import { errorInput } from '../core/model/workOperations.js'
import { defineTool } from './tool.js'

const fields = errorInput.shape

export const logErrorTool = defineTool({
  name: 'log_error',
  title: 'Log an error',
  description:
    'Write down something that went wrong and that you cannot put right at once: a conflict, a broken dependency, a failing build, a timeout. ' +
    'The same error again is counted. Resolve it when it is put right. Where it stops you, check in as blocked too.',
  input: errorInput.extend({
    message: fields.message.describe('What went wrong, in a sentence'),
    severity: fields.severity.describe('critical: others cannot work either'),
    stack: fields.stack.describe('Stack trace or end of the output'),
    resource: fields.resource.describe('File it happened in'),
  }),
  run: (muster, error, { key }) => muster.logError(error, key),
})
