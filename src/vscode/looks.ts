/** What a lock or an error looks like and what its tooltip says, the same in each view that has it. */
import type { ClaimView } from '../core/model/operations.js'
import type { ErrorView } from '../core/model/workOperations.js'
import { t } from './l10n.js'
import { stateOf } from './locksOnFiles.js'
import { ago, lasting, parts, percent, until } from './text.js'
import { tooltip, type Row } from './views/row.js'

type Look = Pick<Row, 'icon' | 'color'>

/** @param overlap as {@link overlapText} */
export function lockTooltip(claim: ClaimView, overlap: string | undefined, now: number): Row['tooltip'] {
  return tooltip(
    claim.resource,
    [t('Locked by'), claim.mine ? t('you') : claim.holderName],
    [t('State'), stateOf(claim)],
    [t('Since'), ago(claim.since, now)],
    [t('Progress'), parts(percent(claim.progress), claim.message)],
    [t('Note'), claim.note],
    [t('Expected done'), claim.eta && until(claim.eta, now)],
    [t('Kept for'), claim.stale ? undefined : lasting(now, Date.parse(claim.expiresAt))],
    [t('Branch'), claim.branch],
    [t('Working tree'), claim.tree],
    [t('Overlap'), overlap],
  )
}

/** @param overlaps whether others change the same in other working trees */
export function lookOfLock(claim: ClaimView, overlaps: boolean): Look {
  if (claim.stale) return { icon: 'warning', color: 'problemsWarningIcon.foreground' }
  if (overlaps) return { icon: 'git-compare', color: 'problemsWarningIcon.foreground' }
  return { icon: 'lock', color: claim.mine ? 'charts.green' : 'charts.blue' }
}

export function lookOfError({ resolved, severity }: ErrorView): Look {
  if (resolved) return { icon: 'pass', color: 'charts.green' }
  return severity === 'critical' || severity === 'high' ? { icon: 'error', color: 'problemsErrorIcon.foreground' } : { icon: 'warning', color: 'problemsWarningIcon.foreground' }
}
