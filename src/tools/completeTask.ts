import * as z from 'zod'
import { textInput } from '../core/model/operations.js'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

export const completeTaskTool = defineTool({
  name: 'complete_task',
  title: 'Complete a task',
  description:
    'Say that a task you started is done, once its acceptance criteria hold and your changes are saved and committed. ' +
    'What waited for it becomes free. Not where you cannot finish it: give it back (change_task) or hand it on.',
  input: z.strictObject({ id: idInput.describe('For example T-3'), note: textInput.default('').describe('What was done, for those who build on it') }),
  run: (muster, { id, note }) => muster.completeTask(id, note),
})
