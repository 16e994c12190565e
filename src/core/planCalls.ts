import type * as op from './model/planOperations.js'

/** The part of {@link Muster} that is about what is to be reached: phases, milestones, checklists, the current deliverable, tests. */
export interface PlanCalls {
  /** The plan as it stands, with percentages computed from tasks. */
  getPlan(): Promise<op.PlanView>
  /** Adds to the plan, changes or takes away parts of it, and ticks off what is true now. Refused as a whole where a part does not fit. */
  changePlan(change: op.PlanChange): Promise<op.PlanResult>
  /** Says how many tests there are, and how many of them pass. */
  setTests(passed: number, total: number): Promise<op.TestsResult>
  /** Goes on to the next phase: at once for a person; what an agent asks for waits until a person approves the decision it makes. */
  advancePhase(how?: op.AdvanceInput): Promise<op.AdvanceResult>
  /** Puts a slip in the texts of a decision right. For persons only; what it said before stays in the log. */
  correctDecision(id: string, correction: op.Correction): Promise<op.CorrectResult>
}
