import type { DecisionStatus } from '../../core/model/decision.js'
import type { DecisionView } from '../../core/model/operations.js'
import type { World } from '../../core/muster.js'
import { rowKinds } from '../contributions.js'
import { ago, parts, short } from '../text.js'
import { tooltip, type Row } from './row.js'

/** Those that wait for a person, then the newest first. */
export function decisionRows(world: World, now: number): Row[] {
  const rank = (decision: DecisionView): number => (decision.status === 'proposed' ? 0 : 1)
  return [...world.decisions].sort((a, b) => rank(a) - rank(b) || b.number - a.number).map((decision) => decisionRow(decision, now))
}

/** Decisions that wait for a person, where this window is one. */
export function waitingDecisions(world: World): DecisionView[] {
  return world.me?.kind === 'person' ? world.decisions.filter((decision) => decision.status === 'proposed') : []
}

const looks: Record<DecisionStatus, Pick<Row, 'icon' | 'color'>> = {
  proposed: { icon: 'question', color: 'charts.blue' },
  approved: { icon: 'pass', color: 'charts.green' },
  rejected: { icon: 'circle-slash', color: 'problemsErrorIcon.foreground' },
  implemented: { icon: 'pass-filled', color: 'charts.green' },
  superseded: { icon: 'history', color: 'disabledForeground' },
}

const kinds: Record<DecisionStatus, string> = {
  proposed: rowKinds.proposed,
  approved: rowKinds.approved,
  implemented: rowKinds.implemented,
  rejected: rowKinds.reviewed,
  superseded: rowKinds.reviewed,
}

export function decisionRow(decision: DecisionView, now: number): Row {
  const { review } = decision
  const description = parts(
    decision.status,
    review ? `by ${short(review.byName, 30)}` : short(decision.proposerName, 30),
    decision.impact === 'high' && 'high impact',
    ago(review?.at ?? decision.proposedAt, now),
  )
  return {
    id: decision.id,
    label: `${decision.id} ${short(decision.title)}`,
    description,
    ...looks[decision.status],
    tooltip: tooltip(
      `${decision.id} ${decision.title}`,
      ['Decision', short(decision.decision, 400)],
      ['Why', short(decision.context, 400)],
      ['Impact', decision.impact],
      ['Category', decision.category],
      ['Proposed', `by ${decision.proposerName}, ${ago(decision.proposedAt, now)}`],
      ['Reviewed', review && `${decision.status} by ${review.byName}, ${ago(review.at, now)}`],
      ['Note', review?.note],
    ),
    spoken: parts(`Decision ${decision.number}`, decision.title, description),
    kind: kinds[decision.status],
    target: { type: 'decision', id: decision.id },
    click: 'muster.openDecision',
  }
}
