import { parse } from './acting.js'
import { wholeDecision } from './lookBack.js'
import * as op from './model/planOperations.js'
import type { PlanCalls } from './planCalls.js'
import { correctRule, findDecision } from './rules/decision.js'
import { SaveOperations } from './saveOperations.js'
import { planView } from './state/planViews.js'
import { defined } from './workOperations.js'

/** Operations on the plan, and on what is decided about it. */
export abstract class PlanOperations extends SaveOperations implements PlanCalls {
  async getPlan(): Promise<op.PlanView> {
    return planView(await this.parts.ledger.refresh())
  }

  async changePlan(change: op.PlanChange): Promise<op.PlanResult> {
    const { changePlanRule } = await import('./rules/plan.js')
    return this.act(changePlanRule, parse(op.planChange, change, 'change of the plan'))
  }

  async setTests(passed: number, total: number): Promise<op.TestsResult> {
    const { setTestsRule } = await import('./rules/plan.js')
    return this.act(setTestsRule, parse(op.testsInput, { passed, total }, 'count of tests'))
  }

  async advancePhase(how: op.AdvanceInput = {}): Promise<op.AdvanceResult> {
    const { advanceRule } = await import('./rules/plan.js')
    return this.act(advanceRule, parse(op.advanceInput, how, 'way to go on'))
  }

  async correctDecision(id: string, correction: op.Correction): Promise<op.CorrectResult> {
    const fields = defined(parse(op.correction, correction, 'correction'))
    const { ledger } = this.parts
    const known = findDecision(await ledger.refresh(), id)
    // Of an old one the state has only a part, and the event is to hold all of it.
    const before = known && (await wholeDecision(ledger, known))
    return this.act(correctRule, { decision: id, before, fields })
  }
}
