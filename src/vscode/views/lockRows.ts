import type { ClaimView } from '../../core/model/operations.js'
import type { World } from '../../core/muster.js'
import { rowKinds } from '../contributions.js'
import { t } from '../l10n.js'
import { branchOf, overlapText, stateOf } from '../locksOnFiles.js'
import { lockTooltip, lookOfLock } from '../looks.js'
import { Overlaps } from '../resources.js'
import { byName, held, lockCount, nameOfPath, parentOfPath, parts, percent, short } from '../text.js'
import { tooltip, type Row, type Target } from './row.js'

/** Who holds what: what needs somebody first (stale, then waited for), then mine, then the newest. Those who wait stand below. */
export function lockRows(world: World, now: number): Row[] {
  return rowsOf(world, now, true).map(({ row }) => row)
}

/**
 * The same below the folders they are in, as the Explorer has them: a folder that holds one folder only is one row with it.
 * In each folder what needs somebody comes first, then folders, those with such locks before others, then the rest.
 */
export function locksByFolder(world: World, now: number): Row[] {
  const root: Folder = { path: '', folders: new Map(), locks: [] }
  const names: Placed[] = []
  for (const one of rowsOf(world, now, false)) {
    if (one.claim.kind === 'name') names.push(one)
    else folderAt(root, parentOfPath(one.claim.resource)).locks.push(one)
  }
  return [...below(root), ...(names.length > 0 ? [groupRow({ id: 'names', label: t('Names'), title: t('Names and ports'), icon: 'tag', locks: names }, names.map(({ row }) => row))] : [])]
}

interface Folder {
  path: string
  folders: Map<string, Folder>
  locks: Placed[]
}

function folderAt(root: Folder, path: string): Folder {
  let folder = root
  for (const name of path === '' ? [] : path.split('/')) {
    let next = folder.folders.get(name)
    if (next === undefined) folder.folders.set(name, (next = { path: folder.path === '' ? name : `${folder.path}/${name}`, folders: new Map(), locks: [] }))
    folder = next
  }
  return folder
}

function below({ folders, locks }: Folder): Row[] {
  const urgent = locks.filter(({ claim }) => needsSomebody(claim))
  const rest = locks.filter(({ claim }) => !needsSomebody(claim)).sort((a, b) => byName(a.row.label, b.row.label))
  const found = [...folders.values()].map((folder) => ({ folder, locks: allIn(folder) }))
  const rank = (all: readonly Placed[]): number => (all.some(({ claim }) => needsSomebody(claim)) ? 0 : 1)
  found.sort((a, b) => rank(a.locks) - rank(b.locks) || byName(a.folder.path, b.folder.path))
  return [...urgent.map(({ row }) => row), ...found.map(({ folder, locks: all }) => folderRow(folder, all)), ...rest.map(({ row }) => row)]
}

function allIn({ folders, locks }: Folder): Placed[] {
  return [...locks, ...[...folders.values()].flatMap(allIn)]
}

function needsSomebody({ stale, waiters }: ClaimView): boolean {
  return stale || waiters.length > 0
}

function folderRow(folder: Folder, locks: readonly Placed[]): Row {
  let last = folder
  for (let [only, ...more] = last.folders.values(); only !== undefined && more.length === 0 && last.locks.length === 0; [only, ...more] = last.folders.values()) last = only
  const label = last.path.slice(parentOfPath(folder.path).length).replace(/^\//, '')
  return groupRow({ id: last.path, label, title: last.path, icon: 'folder', locks }, below(last))
}

function groupRow({ id, label, title, icon, locks }: { id: string; label: string; title: string; icon: string; locks: readonly Placed[] }, children: readonly Row[]): Row {
  const stale = locks.filter(({ claim }) => claim.stale).length
  const description = parts(lockCount(locks.length), stale > 0 && t('{0} stale', stale))
  return {
    id: icon === 'folder' ? `folder ${id}` : `(${id})`,
    label: short(label),
    description,
    icon,
    tooltip: tooltip(title, [t('Locks'), description]),
    spoken: parts(icon === 'folder' ? t('Folder {0}', title) : title, description),
    kind: rowKinds.group,
    target: { type: 'group' },
    children,
    expanded: true,
  }
}

interface Placed {
  claim: ClaimView
  row: Row
}

/** @param folder whether rows say which folder they are in */
function rowsOf(world: World, now: number, folder: boolean): Placed[] {
  const overlaps = new Overlaps(world.claims)
  const names = world.claims.some(({ waiters }) => waiters.length > 0) ? new Map(world.agents.map((agent) => [agent.id, agent.name])) : new Map<string, string>()
  const rank = (claim: ClaimView): number => (claim.stale ? 0 : claim.waiters.length > 0 ? 1 : claim.mine ? 2 : 3)
  return [...world.claims]
    .sort((a, b) => rank(a) - rank(b) || b.since.localeCompare(a.since) || byName(a.resource, b.resource))
    .map((claim) => ({ claim, row: { ...lockRow(claim, { overlaps: overlaps.of(claim), tree: world.me?.tree, folder }, now), ...waitersBelow(claim, names, world.me?.id) } }))
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

interface LockPlace {
  overlaps: readonly ClaimView[]
  /** The working tree of this window; undefined when that is not known. */
  tree: string | undefined
  folder: boolean
}

function lockRow(claim: ClaimView, { overlaps, tree, folder }: LockPlace, now: number): Row {
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
    description: parts(claim.mine ? t('you') : short(claim.holderName, 30), facts(shortStateOf(claim)), folder && parentOfPath(claim.resource)),
    ...lookOfLock(claim, overlaps.length > 0),
    tooltip: lockTooltip(claim, overlap, now),
    spoken: parts(claim.resource, claim.mine ? t('locked by you') : t('locked by {0}', claim.holderName), facts(state)),
    kind: kindOf(claim),
    target: targetOf(claim),
    click: isFile(claim) ? 'muster.openFile' : 'muster.showLock',
  }
}

function kindOf(claim: ClaimView): string {
  const kind = claim.mine ? rowKinds.myLock : claim.stale ? rowKinds.staleLock : rowKinds.lock
  return isFile(claim) ? kind : `${kind}${rowKinds.noFile}`
}

function isFile({ kind }: ClaimView): boolean {
  return kind !== 'name' && kind !== 'glob'
}

function targetOf({ tree, resource, heldBy }: ClaimView): Target {
  return { type: 'lock', tree, resource, heldBy }
}

function shortStateOf(claim: ClaimView): string | undefined {
  if (!claim.stale) return undefined
  if (claim.mine) return t('stale: check in')
  if (claim.presence === 'live') return t('not renewed')
  return claim.presence === 'gone' ? t('gone') : t('not heard from')
}
