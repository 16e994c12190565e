import type { DecisionResult, DecisionView } from '../../core/model/operations.js'
import { oneLine, say } from '../text/escape.js'
import { table } from '../text/table.js'
import { ago } from '../text/time.js'
import type { Tone, Ui } from '../text/ui.js'

const tones: Partial<Record<DecisionView['status'], Tone>> = { proposed: 'warning', approved: 'good', rejected: 'bad' }

export function decisionsText(decisions: readonly DecisionView[], ui: Ui): string {
  if (decisions.length === 0) return 'No decisions.'
  return table(
    [
      { title: 'ID' },
      { title: 'STATUS' },
      { title: 'TITLE', min: 16 },
      { title: 'CATEGORY', min: 8, drop: 2 },
      { title: 'IMPACT', drop: 3 },
      { title: 'BY', min: 5, drop: 1 },
      { title: 'WHEN', align: 'right', drop: 4 },
      { title: 'REVIEW', min: 10, drop: 5 },
    ],
    decisions.map((decision) => {
      const tone = tones[decision.status]
      return [
        decision.id,
        tone === undefined ? decision.status : { text: decision.status, tone },
        decision.title,
        decision.category,
        decision.impact,
        decision.proposerName,
        ago(decision.proposedAt, ui.now),
        decision.review === undefined ? '' : `${decision.review.byName}${decision.review.note === '' ? '' : `: ${decision.review.note}`}`,
      ]
    }),
    ui,
  )
}

export function proposedText(result: DecisionResult): string {
  return result.ok ? say`Proposed ${result.id}. A person approves it: muster decision approve ${result.id}` : oneLine(result.hint)
}

export function reviewedText(result: DecisionResult): string {
  return result.ok ? say`${result.id} is ${result.status}.` : oneLine(result.hint)
}
