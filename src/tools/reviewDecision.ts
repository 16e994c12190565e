import * as z from 'zod'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

export const reviewDecisionTool = defineTool({
  name: 'review_decision',
  title: 'Approve or reject a decision',
  description:
    'Approve or reject a proposed decision. Use it on behalf of a person only; agents are refused. Not for changing one that was ' +
    'decided on: propose another.',
  input: z.strictObject({
    id: idInput.describe('For example D-3'),
    verdict: z.enum(['approved', 'rejected']),
    note: z.string().max(100_000).optional().describe('The reason'),
  }),
  run: (muster, { id, verdict, note }) => muster.reviewDecision(id, verdict, note),
})
