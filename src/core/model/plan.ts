import * as z from 'zod'
import type { Stamp } from '../ledger/port.js'

/* What is to be reached: phases with what must be true of each, milestones, checklists, what is being made now, tests. */

/** Something that must be true; `done` once somebody ticked it off. */
export const criterion = z.object({ text: z.string(), done: z.boolean() })
export type Criterion = z.infer<typeof criterion>

const planPhase = z.object({ name: z.string(), acceptance: z.array(criterion), status: z.enum(['planned', 'current', 'done']) })
export type PlanPhase = z.infer<typeof planPhase>

/** Reached when its tasks are done: those that are listed, else all of its phase; or when somebody says so. */
export const milestone = z.object({ name: z.string(), phase: z.string().optional(), tasks: z.array(z.string()), reached: z.boolean() })
export type Milestone = z.infer<typeof milestone>

export const checklist = z.object({ name: z.string(), items: z.array(criterion) })
export type Checklist = z.infer<typeof checklist>

export const planFields = z.object({
  project: z.string(),
  phases: z.array(planPhase),
  milestones: z.array(milestone),
  checklists: z.array(checklist),
  /** What is being made now; the owner as people call them. An empty title: nothing. */
  deliverable: z.object({ title: z.string(), owner: z.string(), status: z.enum(['in progress', 'next']) }),
  tests: z.object({ passed: z.number().int().nonnegative(), total: z.number().int().nonnegative() }),
  /** The phase that is to follow once a person has approved the decision. */
  transition: z.object({ to: z.string(), decision: z.string() }),
})
export type PlanFields = z.infer<typeof planFields>

/** Fields of a plan are replaced as a whole; the rules make each from the newest. */
export interface Plan extends Partial<PlanFields> {
  /** When any of it changed, when it began, and when tests were counted. */
  changed: Stamp
  began: Stamp
  tested?: Stamp
}
