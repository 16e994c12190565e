import * as z from 'zod'
import { textInput } from '../core/model/operations.js'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

export const closeHelpTool = defineTool({
  name: 'close_help',
  title: 'Close a request for help',
  description:
    'End a request for help with its answer, whether you were asked or asked yourself; the other side is told. ' +
    'Use it when the question is settled. Not while you need to know more: reply to it, and it stays open.',
  input: z.strictObject({ id: idInput.describe('Id of the request'), answer: textInput.default('').describe('The answer, or why none is needed any more') }),
  run: (muster, { id, answer }) => muster.closeHelp(id, answer),
})
