import type { ClaimRefusal } from '../core/model/operations.js'
import { t } from './l10n.js'
import { lasting, parts, percent, short, until } from './text.js'

/** `Bea has src/auth.ts: 60 % · for 2 min · done in 10 min.` */
export function refusalText(refusal: ClaimRefusal, now: number): string {
  const name = short(refusal.holderName ?? refusal.heldBy ?? t('Somebody'), 40)
  if (refusal.reason === 'QUEUED') return t('{0} is next in line for {1}.', name, refusal.resource)
  const held = refusal.held ?? refusal.resource
  const facts = parts(
    refusal.stale === true && t('the lock is stale'),
    percent(refusal.progress),
    refusal.since && t('for {duration}', { duration: lasting(refusal.since, now) }),
    refusal.eta && (Date.parse(refusal.eta) >= now ? t('expected done {0}', until(refusal.eta, now)) : until(refusal.eta, now)),
  )
  return facts === '' ? t('{0} has locked {1}.', name, held) : t('{0} has locked {1}: {2}.', name, held, facts)
}
