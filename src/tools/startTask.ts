import * as z from 'zod'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

export const startTaskTool = defineTool({
  name: 'start_task',
  title: 'Start a task',
  description:
    'Take a task, before you work on it: one agent only can. Refused where somebody is at work on it, it waits for others, or is meant for ' +
    'somebody else. Lock the files it names as well. Not for looking at it: list the tasks.',
  input: z.strictObject({ id: idInput.describe('For example T-3') }),
  run: (muster, { id }) => muster.startTask(id),
})
