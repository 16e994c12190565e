import * as z from 'zod'
import { lineInput } from '../core/model/operations.js'
import { defineTool } from './tool.js'

export const logWorkTool = defineTool({
  name: 'log_work',
  title: 'Write a line in your work log',
  description:
    'Write down one step that you have taken, in one line. Use it after each major step. Not for how far you are (check in), nor for ' +
    'how to go on (save a checkpoint).',
  input: z.strictObject({ text: lineInput.min(1) }),
  run: (muster, { text }, { key }) => muster.logWork(text, key),
})
