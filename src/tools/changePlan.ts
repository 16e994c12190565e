import * as z from 'zod'
import { lineInput } from '../core/model/operations.js'
import { planChange } from '../core/model/planOperations.js'
import { defineTool } from './tool.js'

const fields = planChange.shape

export const changePlanTool = defineTool({
  name: 'change_plan',
  title: 'Change the plan',
  description:
    'Add or change phases, milestones and checklists, say what is being made now, and tick off what is true. Use it as soon as a ' +
    'deliverable is begun or done. Not for going on to the next phase: that is advance_phase, and waits for a person.',
  input: planChange.extend({
    phases: fields.phases.describe('With acceptance: what must be true at its end; replaces what was there'),
    milestones: fields.milestones.describe('Reached when its tasks (else all of its phase) are done, or reached says so'),
    tick: fields.tick.describe('Steps, from 1, of the phase or checklist named'),
    deliverable: lineInput.optional().describe('What is being made now; empty for nothing'),
    owner: lineInput.optional().describe('Who makes it'),
    upcoming: z.boolean().default(false).describe('It comes next'),
    remove: fields.remove.describe('Names to take out of the plan'),
  }),
  repeatable: true,
  run: (muster, { deliverable: title, owner, upcoming, ...change }) =>
    muster.changePlan({ ...change, ...(title !== undefined && { deliverable: { title, status: upcoming ? 'next' : 'in progress', ...(owner !== undefined && { owner }) } }) }),
})
