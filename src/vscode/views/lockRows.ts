import type { ClaimView } from '../../core/model/operations.js'
import type { World } from '../../core/muster.js'
import { rowKinds } from '../contributions.js'
import { Overlaps } from '../resources.js'
import { ago, byName, lasting, nameOfPath, parentOfPath, parts, percent, short, until } from '../text.js'
import { tooltip, type Row } from './row.js'

/** Who holds what: mine, stale ones, then the newest first. */
export function lockRows(world: World, now: number): Row[] {
  const overlaps = new Overlaps(world.claims)
  const rank = (claim: ClaimView): number => (claim.mine ? 0 : claim.stale ? 1 : 2)
  return [...world.claims]
    .sort((a, b) => rank(a) - rank(b) || b.since.localeCompare(a.since) || byName(a.resource, b.resource))
    .map((claim) => lockRow(claim, overlaps.of(claim), world.me?.tree, now))
}

/** @param tree the working tree of this window; undefined when that is not known */
export function lockRow(claim: ClaimView, overlaps: readonly ClaimView[], tree: string | undefined, now: number): Row {
  const elsewhere = claim.kind !== 'name' && tree !== undefined && claim.tree !== tree
  const overlap = overlaps.length > 0 && `also changing on ${overlaps.map(placeOf).join(', ')}`
  const state = stateOf(claim)
  const facts = parts(
    state,
    percent(claim.progress),
    elsewhere && `on ${claim.branch ?? (claim.tree || 'the main working tree')}`,
    overlap,
    claim.waiters.length > 0 && `${claim.waiters.length} waiting`,
    claim.mode === 'shared' && 'shared',
    lasting(claim.since, now),
  )
  return {
    id: `${claim.tree}\n${claim.resource}\n${claim.heldBy}`,
    label: short(nameOfPath(claim.resource)),
    description: parts(claim.mine ? 'you' : short(claim.holderName, 30), facts, parentOfPath(claim.resource)),
    ...lookOf(claim, overlaps.length > 0),
    tooltip: tooltip(
      claim.resource,
      ['Locked by', claim.mine ? 'you' : claim.holderName],
      ['State', state],
      ['Since', ago(claim.since, now)],
      ['Progress', parts(percent(claim.progress), claim.message)],
      ['Note', claim.note],
      ['Done', claim.eta && until(claim.eta, now)],
      ['Waiting', claim.waiters.join(', ')],
      ['Branch', claim.branch],
      ['Working tree', claim.tree],
      ['Overlap', overlap || undefined],
    ),
    spoken: parts(claim.resource, `locked by ${claim.mine ? 'you' : claim.holderName}`, facts),
    kind: claim.mine ? rowKinds.myLock : claim.stale ? rowKinds.staleLock : rowKinds.lock,
    target: { type: 'lock', tree: claim.tree, resource: claim.resource, heldBy: claim.heldBy },
    ...(claim.kind !== 'name' && claim.kind !== 'glob' && { click: 'muster.openFile' as const }),
  }
}

function placeOf(claim: ClaimView): string {
  return `${claim.branch ?? (claim.tree || 'the main working tree')} (${short(claim.holderName, 30)})`
}

function stateOf(claim: ClaimView): string | undefined {
  if (!claim.stale) return undefined
  if (claim.mine) return 'lock is stale: check in to keep it'
  return claim.presence === 'gone' ? 'gone, lock is stale' : 'not heard from, lock is stale'
}

function lookOf(claim: ClaimView, overlaps: boolean): Pick<Row, 'icon' | 'color'> {
  if (claim.stale) return { icon: 'warning', color: 'problemsWarningIcon.foreground' }
  if (overlaps) return { icon: 'git-compare', color: 'problemsWarningIcon.foreground' }
  return { icon: 'lock', color: claim.mine ? 'charts.green' : 'charts.blue' }
}
