import * as z from 'zod'
import { lineInput } from '../core/model/operations.js'
import { defineTool } from './tool.js'

export const logWorkTool = defineTool({
  name: 'log_work',
  title: 'Write a line in your work log',
  description:
    'Write down one step that you have taken, in one line, after each major step. For how far you are, check in; for how to go on, save a checkpoint.',
  input: z.strictObject({ text: lineInput.min(1) }),
  run: (muster, { text }, { key }) => muster.logWork(text, key),
})
