import type { AdvanceResult, PlanResult, PlanView, Progress, TestsResult } from '../../core/model/planOperations.js'
import { oneLine, say } from '../text/escape.js'
import type { Ui } from '../text/ui.js'

export function planText(plan: PlanView, ui: Ui): string {
  const { project, phases, milestones, checklists, deliverable, tests, transition, overall } = plan
  const steps = (items: readonly { text: string; done: boolean }[]): string[] => items.map(({ text, done }, index) => say`  ${index + 1}. [${done ? 'x' : ' '}] ${text}`)
  const lines = [
    ...(project === '' && overall.total === 0 ? [] : [say`${project === '' ? 'Plan' : project}: ${percent(overall)}`]),
    ...(deliverable ? [say`Now: ${deliverable.title} (${deliverable.status}${deliverable.owner === '' ? '' : `, ${deliverable.owner}`})`] : []),
    ...(tests ? [say`Tests: ${tests.passed} of ${tests.total} pass`] : []),
    ...(transition ? [ui.paint('warning', say`Waits for approval: on to ${transition.to} (${transition.decision})`)] : []),
    ...phases.flatMap((phase) => [ui.paint(phase.status === 'current' ? 'strong' : 'quiet', say`Phase ${phase.number}: ${phase.name} (${phase.status}, ${percent(phase.progress)})`), ...steps(phase.acceptance)]),
    ...milestones.map(({ name, reached, progress }) => say`Milestone: ${name} (${reached ? 'reached' : percent(progress)})`),
    ...checklists.flatMap(({ name, items }) => [ui.paint('strong', say`${name}`), ...steps(items)]),
  ]
  return lines.length === 0 ? 'There is no plan yet. Begin one: muster plan change --phase "Foundation"' : lines.join('\n')
}

function percent({ done, total, percent }: Progress): string {
  return percent === undefined ? 'nothing to count yet' : `${percent} %, ${done} of ${total}`
}

export function planResultText(result: PlanResult, ui: Ui): string {
  return result.ok ? planText(result.plan, ui) : oneLine(result.hint)
}

export function testsText({ passed, total }: TestsResult): string {
  return say`Written down: ${passed} of ${total} tests pass.`
}

export function advanceText(result: AdvanceResult): string {
  if (!result.ok) return oneLine(result.hint)
  const { status, phase, id } = result
  return status === 'approved' ? say`On to ${phase}, as ${id} says.` : say`${id} asks for ${phase}. A person has to approve it: muster decision approve ${id}`
}
