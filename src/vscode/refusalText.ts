import type { ClaimRefusal } from '../core/model/operations.js'
import { lasting, parts, percent, short, until } from './text.js'

/** `Bea has src/auth.ts: 60 % · for 2 min · done in 10 min.` */
export function refusalText(refusal: ClaimRefusal, now: number): string {
  const name = short(refusal.holderName ?? refusal.heldBy ?? 'Somebody', 40)
  if (refusal.reason === 'QUEUED') return `${name} is next in line for ${refusal.resource}.`
  const facts = parts(
    refusal.stale === true && 'the lock is stale',
    percent(refusal.progress),
    refusal.since && `for ${lasting(refusal.since, now)}`,
    refusal.eta && `expected done ${until(refusal.eta, now)}`,
  )
  return `${name} has locked ${refusal.resource}${facts === '' ? '' : `: ${facts}`}.`
}
