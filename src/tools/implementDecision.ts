import * as z from 'zod'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

export const implementDecisionTool = defineTool({
  name: 'implement_decision',
  title: 'Mark a decision as implemented',
  description:
    'Say that an approved decision has been put into practice. Use it when the code does what was decided. Not before a person has ' +
    'approved it: it is refused then.',
  input: z.strictObject({ id: idInput.describe('For example D-3') }),
  run: (muster, { id }) => muster.implementDecision(id),
})
