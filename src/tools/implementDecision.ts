import * as z from 'zod'
import { implementationInput } from '../core/model/operations.js'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

export const implementDecisionTool = defineTool({
  name: 'implement_decision',
  title: 'Mark a decision as implemented',
  description:
    'Say that an approved decision has been put into practice. Use it when the code does what was decided. Not before a person has ' +
    'approved it: it is refused then.',
  input: z.strictObject({
    id: idInput.describe('For example D-3'),
    commits: implementationInput.shape.commits.describe('Ids of the commits that did it'),
    resources: implementationInput.shape.resources.describe('Files that were changed for it'),
  }),
  run: (muster, { id, ...how }) => muster.implementDecision(id, how),
})
