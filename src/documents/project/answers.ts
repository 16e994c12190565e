import type { PlanChange, PlanView } from '../../core/model/planOperations.js'

/** What people say when documents are made and nothing is planned yet; empty for what they left out. */
export interface PlanAnswers {
  project?: string
  phase?: string
  acceptance?: readonly string[]
  deliverable?: string
}

export function hasAnswers({ project, phase, acceptance = [], deliverable }: PlanAnswers): boolean {
  return [project, phase, deliverable, ...acceptance].some((text) => text !== undefined && text !== '')
}

/** The change of the plan that they come to. */
export function changeOf({ project = '', phase = '', acceptance = [], deliverable = '' }: PlanAnswers): PlanChange {
  return {
    ...(project !== '' && { project }),
    ...(phase !== '' && { phases: [{ name: phase, acceptance: acceptance.filter((text) => text !== '') }] }),
    ...(deliverable !== '' && { deliverable: { title: deliverable } }),
  }
}

/** A plan without phases as it is after that change: to show documents before anything is recorded. */
export function withAnswers(plan: PlanView, answers: PlanAnswers, now: string): PlanView {
  if (!hasAnswers(answers)) return plan
  const { project = '', phase: name = '', acceptance = [], deliverable = '' } = answers
  const criteria = acceptance.filter((text) => text !== '').map((text) => ({ text, done: false }))
  const count = (total: number): { done: number; total: number; percent?: number } => ({ done: 0, total, ...(total > 0 && { percent: 0 }) })
  const phase = { number: plan.phases.length, name, status: 'current' as const, acceptance: criteria, tasks: count(0), progress: count(criteria.length) }
  return {
    ...plan,
    project: project || plan.project,
    ...(name !== '' && plan.phases.length === 0 && { phases: [phase], phase, overall: plan.milestones.length > 0 ? plan.overall : count(1) }),
    ...(deliverable !== '' && { deliverable: { title: deliverable, owner: '', status: 'in progress' as const } }),
    beganAt: plan.beganAt ?? now,
    changedAt: now,
  }
}
