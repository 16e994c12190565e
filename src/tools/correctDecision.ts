import { correction } from '../core/model/planOperations.js'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

export const correctDecisionTool = defineTool({
  name: 'correct_decision',
  title: 'Put a slip in a decision right',
  description: 'Replace texts of a decision where they hold a slip. Only a person may; use it when one asks for it. Not for deciding otherwise: propose another decision.',
  input: correction.extend({ id: idInput.describe('For example D-3') }),
  repeatable: true,
  run: (muster, { id, ...texts }) => muster.correctDecision(id, texts),
})
