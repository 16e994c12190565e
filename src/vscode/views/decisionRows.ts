import type { DecisionStatus } from '../../core/model/decision.js'
import type { DecisionView } from '../../core/model/operations.js'
import { isGate } from '../../core/model/words.js'
import type { World } from '../../core/muster.js'
import { rowKinds } from '../contributions.js'
import { t } from '../l10n.js'
import { ago, parts, short } from '../text.js'
import { decisionStatuses, levels } from '../words.js'
import { linksTo, tooltip, type Row } from './row.js'

/** Those that wait for a person, what others cannot go on without first; then the newest first. */
export function decisionRows(world: World, now: number): Row[] {
  const rank = ({ status, category }: DecisionView): number => (status !== 'proposed' ? 2 : isGate(category) ? 0 : 1)
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

/** What waits for a person's word on it. */
function gateOf({ status, category }: DecisionView): string | undefined {
  if (status !== 'proposed' || !isGate(category)) return undefined
  return /^phase/i.test(category.trim()) ? t('next phase') : t('breaking change')
}

export function decisionRow(decision: DecisionView, now: number): Row {
  const { review, implemented } = decision
  const status = decisionStatuses(decision.status)
  const description = parts(
    status,
    review ? t('by {0}', short(review.byName, 30)) : short(decision.proposerName, 30),
    gateOf(decision) ?? (decision.impact === 'high' && t('high impact')),
    ago(review?.at ?? decision.proposedAt, now),
  )
  return {
    id: decision.id,
    label: `${decision.id} ${short(decision.title)}`,
    description,
    ...looks[decision.status],
    tooltip: tooltip(
      `${decision.id} ${decision.title}`,
      [t('Decision'), short(decision.decision, 400)],
      [t('Why'), short(decision.context, 400)],
      [t('Impact'), levels(decision.impact)],
      [t('Category'), decision.category],
      [t('Proposed'), t('by {0}, {1}', decision.proposerName, ago(decision.proposedAt, now))],
      [t('Reviewed'), review && t('{0} by {1}, {2}', decisionStatuses(decision.status === 'rejected' ? 'rejected' : 'approved'), review.byName, ago(review.at, now))],
      [t('Note'), review?.note],
      [t('Implemented'), implemented && t('by {0}, {1}', implemented.byName, ago(implemented.at, now))],
      [t('Files'), linksTo('file', [...new Set([...(decision.resources ?? []), ...(implemented?.resources ?? [])])])],
      [t('Commits'), linksTo('commit', implemented?.commits ?? [])],
    ),
    spoken: parts(t('Decision {0}', String(decision.number)), decision.title, description),
    kind: kinds[decision.status],
    target: { type: 'decision', id: decision.id },
    click: 'muster.openDecision',
  }
}
