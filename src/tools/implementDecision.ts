import * as z from 'zod'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

export const implementDecisionTool = defineTool({
  name: 'implement_decision',
  title: 'Mark a decision as implemented',
  description:
    'Say that an approved decision has been put into practice. Refused for decisions that no person has approved.',
  input: z.strictObject({ id: idInput.describe('For example D-3') }),
  run: (muster, { id }) => muster.implementDecision(id),
})
