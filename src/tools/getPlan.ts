import * as z from 'zod'
import type { PlanView } from '../core/model/planOperations.js'
import { defineTool } from './tool.js'

export const getPlanTool = defineTool({
  name: 'get_plan',
  title: 'Show the plan',
  description:
    'Phases with what must be true of each, milestones, checklists, the current deliverable and tests, with percentages. Use it before ' +
    'you decide what is worth doing. Not for single tasks: list those.',
  input: z.strictObject({}),
  readOnly: true,
  async run(muster): Promise<{ ok: true; plan: PlanView }> {
    return { ok: true, plan: await muster.getPlan() }
  },
})
