import * as z from 'zod'
import { defineTool } from './tool.js'

export const nextTaskTool = defineTool({
  name: 'next_task',
  title: 'See what to do next',
  description:
    'The most important task that is free for you: nothing it waits for is unfinished, and nobody is at work on it. Use it when you have ' +
    'nothing to do, then start the task before you work on it. Changes nothing by itself. Not for choosing among all tasks: list them.',
  input: z.strictObject({}),
  readOnly: true,
  run: (muster) => muster.nextTask(),
})
