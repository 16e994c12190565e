import type { ClaimView } from '../../core/model/operations.js'
import type { World } from '../../core/muster.js'
import { addTo } from '../addTo.js'
import { rowKinds } from '../contributions.js'
import { t } from '../l10n.js'
import { Overlaps } from '../resources.js'
import { ago, byName, held, lockCount, nameOfPath, parentOfPath, parts, percent, short, until } from '../text.js'
import { tooltip, type Row, type Target } from './row.js'

/** Who holds what: what needs somebody first (stale, then waited for), then mine, then the newest. Those who wait stand below. */
export function lockRows(world: World, now: number): Row[] {
  return rowsOf(world, now).map(({ row }) => row)
}

/** The same below the folders they are in, in the order of names. */
export function locksByFolder(world: World, now: number): Row[] {
  const folders = new Map<string, Placed[]>()
  for (const one of rowsOf(world, now)) {
    addTo(folders, one.claim.kind === 'name' ? NAMES : parentOfPath(one.claim.resource), one)
  }
  return [...folders].sort(([a], [b]) => Number(a === NAMES) - Number(b === NAMES) || byName(a, b)).map(([folder, locks]) => folderRow(folder, locks))
}

/** Names and ports are in no folder. */
const NAMES = ':'

interface Placed {
  claim: ClaimView
  row: Row
}

function rowsOf(world: World, now: number): Placed[] {
  const overlaps = new Overlaps(world.claims)
  const names = world.claims.some(({ waiters }) => waiters.length > 0) ? new Map(world.agents.map((agent) => [agent.id, agent.name])) : new Map<string, string>()
  const rank = (claim: ClaimView): number => (claim.stale ? 0 : claim.waiters.length > 0 ? 1 : claim.mine ? 2 : 3)
  return [...world.claims]
    .sort((a, b) => rank(a) - rank(b) || b.since.localeCompare(a.since) || byName(a.resource, b.resource))
    .map((claim) => ({ claim, row: { ...lockRow(claim, overlaps.of(claim), world.me?.tree, now), ...waitersBelow(claim, names, world.me?.id) } }))
}

function folderRow(folder: string, locks: readonly Placed[]): Row {
  const label = folder === NAMES ? t('Names') : folder === '' ? '/' : folder
  const stale = locks.filter(({ claim }) => claim.stale).length
  const description = parts(lockCount(locks.length), stale > 0 && t('{0} stale', stale))
  return {
    id: `folder ${folder}`,
    label: short(label),
    description,
    icon: folder === NAMES ? 'tag' : 'folder',
    tooltip: tooltip(folder === NAMES ? t('Names and ports') : label, [t('Locks'), description]),
    spoken: parts(folder === NAMES ? t('Names and ports') : t('Folder {0}', label), description),
    kind: rowKinds.group,
    target: { type: 'group' },
    // The folder is said above it.
    children: locks.map(({ claim, row }) => ({ ...row, description: folder === NAMES || folder === '' ? row.description : row.description.replace(` · ${parentOfPath(claim.resource)}`, '') })),
    expanded: true,
  }
}

function waitersBelow(claim: ClaimView, names: ReadonlyMap<string, string>, me: string | undefined): Partial<Row> {
  if (claim.waiters.length === 0) return {}
  return {
    ...(me !== undefined && claim.waiters.includes(me) && { kind: `${kindOf(claim)}${rowKinds.waiting}` }),
    children: claim.waiters.map((waiter, index) => {
      const mine = waiter === me
      const name = mine ? t('you') : (names.get(waiter) ?? waiter)
      const description = index === 0 ? t('waits, is next') : t('waits')
      return {
        id: `${claim.tree}\n${claim.resource}\n${claim.heldBy}\n${waiter}`,
        label: short(name),
        description,
        icon: 'watch',
        tooltip: tooltip(name, [t('Waits for'), claim.resource]),
        spoken: parts(name, description),
        kind: mine ? rowKinds.myPlace : rowKinds.waiter,
        target: mine ? targetOf(claim) : ({ type: 'agent', id: waiter } as const),
      }
    }),
    expanded: true,
  }
}

/** @param tree the working tree of this window; undefined when that is not known */
export function lockRow(claim: ClaimView, overlaps: readonly ClaimView[], tree: string | undefined, now: number): Row {
  const elsewhere = claim.kind !== 'name' && tree !== undefined && claim.tree !== tree
  const overlap = overlapText(overlaps)
  const state = stateOf(claim)
  // The icon says that a stale lock is stale, the tooltip all of it: a row has room for a few words.
  const facts = (trouble: string | undefined): string => parts(
    trouble,
    percent(claim.progress),
    claim.waiters.length > 0 && t('{0} waiting', claim.waiters.length),
    elsewhere && t('on {0}', branchOf(claim)),
    overlap,
    held(claim, now),
    claim.mode === 'shared' && t('shared'),
  )
  return {
    id: `${claim.tree}\n${claim.resource}\n${claim.heldBy}`,
    label: short(nameOfPath(claim.resource)),
    description: parts(claim.mine ? t('you') : short(claim.holderName, 30), facts(shortStateOf(claim)), parentOfPath(claim.resource)),
    ...lookOf(claim, overlaps.length > 0),
    tooltip: tooltip(
      claim.resource,
      [t('Locked by'), claim.mine ? t('you') : claim.holderName],
      [t('State'), state],
      [t('Since'), ago(claim.since, now)],
      [t('Progress'), parts(percent(claim.progress), claim.message)],
      [t('Note'), claim.note],
      [t({ message: 'Done', comment: 'when' }), claim.eta && until(claim.eta, now)],
      [t('Branch'), claim.branch],
      [t('Working tree'), claim.tree],
      [t('Overlap'), overlap],
    ),
    spoken: parts(claim.resource, claim.mine ? t('locked by you') : t('locked by {0}', claim.holderName), facts(state)),
    kind: kindOf(claim),
    target: targetOf(claim),
    ...(claim.kind !== 'name' && claim.kind !== 'glob' && { click: 'muster.openFile' as const }),
  }
}

function kindOf(claim: ClaimView): string {
  return claim.mine ? rowKinds.myLock : claim.stale ? rowKinds.staleLock : rowKinds.lock
}

function targetOf({ tree, resource, heldBy }: ClaimView): Target {
  return { type: 'lock', tree, resource, heldBy }
}

/** Who changes the same in other working trees; undefined when nobody does. */
export function overlapText(overlaps: readonly ClaimView[]): string | undefined {
  return overlaps.length === 0 ? undefined : t('also changing on {0}', overlaps.map(placeOf).join(', '))
}

function placeOf(claim: ClaimView): string {
  return `${branchOf(claim)} (${short(claim.holderName, 30)})`
}

/** Where a lock is, for people. */
export function branchOf({ branch, tree }: ClaimView): string {
  return branch ?? (tree || t('the main working tree'))
}

/** What is wrong with a lock; undefined when nothing is. */
export function stateOf(claim: ClaimView): string | undefined {
  if (!claim.stale) return undefined
  if (claim.mine) return t('lock is stale: check in to keep it')
  return claim.presence === 'gone' ? t('gone, lock is stale') : t('not heard from, lock is stale')
}

function shortStateOf(claim: ClaimView): string | undefined {
  if (!claim.stale || claim.mine) return stateOf(claim)
  return claim.presence === 'gone' ? t('gone') : t('not heard from')
}

function lookOf(claim: ClaimView, overlaps: boolean): Pick<Row, 'icon' | 'color'> {
  if (claim.stale) return { icon: 'warning', color: 'problemsWarningIcon.foreground' }
  if (overlaps) return { icon: 'git-compare', color: 'problemsWarningIcon.foreground' }
  return { icon: 'lock', color: claim.mine ? 'charts.green' : 'charts.blue' }
}
