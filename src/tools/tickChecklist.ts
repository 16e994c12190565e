import * as z from 'zod'
import { tickInput } from '../core/model/operations.js'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

const { done, open } = tickInput.shape

export const tickChecklistTool = defineTool({
  name: 'tick_checklist',
  title: 'Tick off steps of a checklist',
  description:
    'Say which steps of a message\'s checklist are done. Use it after each: its sender and everybody else it went to see how far it is. Not ' +
    'for tasks: start and complete those.',
  input: z.strictObject({
    id: idInput.describe('Id of the message'),
    done: done.describe('Steps that are done, counted from 1'),
    open: open.describe('Steps that are not done after all'),
  }),
  repeatable: true,
  run: (muster, { id, ...steps }) => muster.tickChecklist(id, steps),
})
