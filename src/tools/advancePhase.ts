import { advanceInput } from '../core/model/planOperations.js'
import { defineTool } from './tool.js'

export const advancePhaseTool = defineTool({
  name: 'advance_phase',
  title: 'Go on to the next phase',
  description:
    'End the current phase and begin the next. It makes a decision, and takes effect when a person approves that. Use it when all that ' +
    'must be true of the phase is ticked off. Not for single deliverables: complete their tasks.',
  input: advanceInput.extend({ to: advanceInput.shape.to.describe('Default: the next of the plan'), note: advanceInput.shape.note.describe('Why now'), force: advanceInput.shape.force.describe('For persons: though steps are open') }),
  run: (muster, how) => muster.advancePhase(how),
})
