import type { Milestone, Plan, PlanPhase } from '../model/plan.js'
import type { MilestoneView, PhaseView, PlanView, Progress } from '../model/planOperations.js'
import { iso } from './iso.js'
import type { State } from './state.js'

/** The only record of its table. */
export const PLAN = 'plan'

/** What names are compared by. */
export function nameKey(name: string): string {
  return name.trim().toLowerCase()
}

/** Where tasks of a phase that were done are counted: they leave the state some day, and a phase that was done stays so. */
export function doneCounter(phase: string): string {
  return `done in ${nameKey(phase)}`
}

/** Only while its decision waits for somebody. */
export function pendingTransition(state: State): Plan['transition'] {
  const transition = state.plan.get(PLAN)?.transition
  return transition && state.decisions.get(transition.decision)?.status === 'proposed' ? transition : undefined
}

export function planView(state: State): PlanView {
  const plan = state.plan.get(PLAN)
  const phases = (plan?.phases ?? []).map((phase, index) => phaseView(state, phase, index))
  const phase = phases.find(({ status }) => status === 'current')
  const milestones = (plan?.milestones ?? []).map((one) => milestoneView(state, one, phases))
  const milestone = milestones.find(({ reached }) => !reached)
  const overall = milestones.length > 0 ? progressOf(milestones.filter(({ reached }) => reached).length, milestones.length) : progressOf(phases.filter(({ status, progress }) => status === 'done' && progress.percent === 100).length, phases.length)
  const transition = pendingTransition(state)
  const { deliverable, tests, tested } = plan ?? {}
  return {
    project: plan?.project ?? '',
    phases,
    ...(phase && { phase }),
    milestones,
    ...(milestone && { milestone }),
    overall,
    checklists: plan?.checklists ?? [],
    ...(deliverable && deliverable.title !== '' && { deliverable }),
    ...(tests && tested && { tests: { ...tests, ...progressOf(tests.passed, tests.total), at: iso(tested) } as PlanView['tests'] & object }),
    ...(transition && { transition }),
    ...(plan && { beganAt: iso(plan.began), changedAt: iso(plan.changed) }),
  }
}

function phaseView(state: State, { name, status, acceptance }: PlanPhase, index: number): PhaseView {
  const tasks = tasksOf(state, name)
  const criteria = progressOf(acceptance.filter(({ done }) => done).length, acceptance.length)
  const counted = tasks.total > 0 ? tasks : criteria
  // A person may end a phase while something of it is open: that is not done by it.
  return { number: index, name, status, acceptance, tasks, progress: status === 'done' ? asOver(counted) : counted }
}

function milestoneView(state: State, { name, phase, tasks, reached }: Milestone, phases: readonly PhaseView[]): MilestoneView {
  const of = phase === undefined ? undefined : phases.find((one) => nameKey(one.name) === nameKey(phase))
  // A task that is not known any more was closed long ago.
  const states = tasks.flatMap((id) => state.tasks.get(id)?.status ?? 'done').filter((status) => status !== 'cancelled')
  const progress = tasks.length > 0 ? progressOf(states.filter((status) => status === 'done').length, states.length) : (of?.progress ?? progressOf(reached ? 1 : 0, 1))
  const isReached = reached || progress.percent === 100
  return { name, ...(phase !== undefined && { phase }), reached: isReached, progress: isReached ? asOver(progress) : progress }
}

/** What is over is whole where there is nothing to count; else it is as much of it as was done. */
function asOver(counted: Progress): Progress {
  return counted.total === 0 ? { ...counted, percent: 100 } : counted
}

function tasksOf(state: State, phase: string): Progress {
  const done = state.counters.get(doneCounter(phase)) ?? 0
  let open = 0
  for (const task of state.tasks.values()) if (!task.closed && task.phase !== undefined && nameKey(task.phase) === nameKey(phase)) open++
  return progressOf(done, done + open)
}

function progressOf(done: number, total: number): Progress {
  return { done, total, ...(total > 0 && { percent: Math.floor((100 * done) / total) }) }
}
