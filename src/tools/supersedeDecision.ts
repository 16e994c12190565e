import * as z from 'zod'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

export const supersedeDecisionTool = defineTool({
  name: 'supersede_decision',
  title: 'Replace a decision by another',
  description:
    'Put another decision in the place of one that no longer holds. Use it when the new one is proposed; what a person approved is replaced only by ' +
    'what a person approved, or by a person. Not for one that is only proposed: let it be rejected.',
  input: z.strictObject({ id: idInput.describe('The decision that no longer holds'), by: idInput.describe('The decision that holds instead') }),
  run: (muster, { id, by }) => muster.supersedeDecision(id, by),
})
