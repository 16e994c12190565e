import { relative, sep } from 'node:path'
import type { ClaimView } from '../core/model/operations.js'
import type { World } from '../core/muster.js'
import { foldersAbove, placeOf, touches } from '../core/model/overlap.js'
import { t } from './l10n.js'
import { resourceOf } from './resources.js'
import { clockTime, held, parts, percent, short } from './text.js'

/** Locks on one file or folder, as its window sees them. */
export interface LocksOnFile {
  mine: ClaimView | undefined
  /** Others' in this working tree. */
  others: readonly ClaimView[]
  /** Others' on the same place in other working trees: allowed, and worth knowing before merging. */
  elsewhere: readonly ClaimView[]
  /** That they were found in. */
  world?: World | undefined
}

/** When more files change their mark at once, all are asked for again. */
const MANY = 200

/** Finds the locks on a file: those on it, on something in it, or on a folder or pattern around it. Filed by place, since every file shown is looked up. */
export class LocksOnFiles {
  /** Most places have one lock: it stands for the list, for there may be ten thousand. */
  private readonly at = new Map<string, ClaimView | ClaimView[]>()

  /** @param tree the working tree of the window */
  constructor(claims: readonly ClaimView[], private readonly tree: string) {
    for (const claim of claims) {
      if (claim.kind === 'name') continue
      const place = placeOf(resourceOf(claim))
      const known = this.at.get(place)
      if (known === undefined) this.at.set(place, claim)
      else if (Array.isArray(known)) known.push(claim)
      else this.at.set(place, [known, claim])
    }
  }

  /** @param path from the root of the working tree, with `/` */
  on(path: string): LocksOnFile | undefined {
    if (this.at.size === 0) return undefined
    const near = [path, ...foldersAbove(path), ''].flatMap((place) => this.at.get(place) ?? [])
    const found = near.filter((claim) => isOn(claim, path))
    if (found.length === 0) return undefined
    const here = found.filter((claim) => claim.tree === this.tree)
    return {
      mine: here.find((claim) => claim.mine),
      others: here.filter((claim) => !claim.mine),
      elsewhere: found.filter((claim) => claim.tree !== this.tree && !claim.mine),
    }
  }

  /** Places in a folder that are locked in this working tree, as files, in part, or as folders; paths from its root, which is ''. */
  below(folder: string): string[] {
    return [...this.at].flatMap(([place, found]) => (place !== '' && place.startsWith(folder === '' ? '' : `${folder}/`) && listOf(found).some(({ tree, kind }) => tree === this.tree && (kind === 'file' || kind === 'folder' || kind === 'symbol')) ? [place] : []))
  }

  /**
   * Files that look otherwise than they did.
   * @returns paths from the root of the working tree; undefined for many, and where folders or patterns are about files that nobody lists
   */
  changesSince(before?: LocksOnFiles): readonly string[] | undefined {
    const changed = new Set<string>()
    // Each is looked for among what was, then what was among what is.
    for (const [these, those, gone] of [[this, before, false], [before, this, true]] as const) {
      for (const [place, found] of these?.at ?? []) {
        const others = listOf(those?.at.get(place))
        for (const claim of listOf(found)) {
          const other = others.find((one) => isSame(one, claim))
          if (other !== undefined && (gone || marksAlike(other, claim))) continue
          const file = fileOf(claim)
          if (file === undefined || (changed.size === MANY && !changed.has(file))) return undefined
          changed.add(file)
        }
      }
    }
    return [...changed]
  }
}

function listOf(found: ClaimView | ClaimView[] | undefined): readonly ClaimView[] {
  return found === undefined ? [] : Array.isArray(found) ? found : [found]
}

function isSame(a: ClaimView, b: ClaimView): boolean {
  return a.tree === b.tree && a.resource === b.resource && a.heldBy === b.heldBy
}

function marksAlike(a: ClaimView, b: ClaimView): boolean {
  return a.token === b.token && a.presence === b.presence && a.progress === b.progress
}

function fileOf(claim: ClaimView): string | undefined {
  const resource = resourceOf(claim)
  return resource.kind === 'file' || resource.kind === 'symbol' ? resource.path : undefined
}

function isOn(claim: ClaimView, path: string): boolean {
  const resource = resourceOf(claim)
  const file = { kind: 'file' as const, tree: claim.tree, path }
  // A pattern is about the files it matches; the folder they are in is nobody's for that.
  return touches(resource, file)
}

/** A file's path as resources have it; undefined outside of the working tree. */
export function pathIn(root: string, file: string): string | undefined {
  const path = relative(root, file).replaceAll(sep, '/').normalize('NFC')
  return path === '' || path.startsWith('../') || path === '..' || /^[a-z]:/i.test(path) ? undefined : path
}

/** How a file is marked: at most two characters, the id of a theme colour, and a sentence. */
export interface FileMark {
  badge: string
  color: string
  tooltip: string
}

/** The mark of a file in lists and tabs: whose it is. It stays as it is while time passes, so it says since when. */
export function markOf(locks: LocksOnFile, now: number): FileMark | undefined {
  const { mine, others: [other], elsewhere: [away] } = locks
  if (other) return { badge: initials(other.holderName), color: other.stale || away ? 'problemsWarningIcon.foreground' : 'charts.blue', tooltip: parts(mine && t('Locked by you'), t('Locked by {0}', short(other.holderName, 30)), holdText(other), t({ message: 'since {0}', comment: 'time of day' }, clockTime(other.since, now)), away && overlapText(locks.elsewhere)) }
  if (away) return { badge: mine ? t({ message: 'me', comment: 'at most two characters' }) : initials(away.holderName), color: 'problemsWarningIcon.foreground', tooltip: parts(mine && t('Locked by you'), overlapText(locks.elsewhere)) }
  return mine && { badge: t({ message: 'me', comment: 'at most two characters' }), color: 'charts.green', tooltip: t('Locked by you') }
}

/** Whether an agent works for this window, as its chats and their subagents do: what they edit, they edit in the window's own editors. */
export function isFamily({ agents, me }: Pick<World, 'agents' | 'me'>, id: string): boolean {
  if (me === undefined) return false
  const parents = new Map(agents.map((agent) => [agent.id, agent.parent]))
  const above = new Set<string>()
  for (let one = parents.get(id); one !== undefined && !above.has(one); one = parents.get(one)) above.add(one)
  return above.has(me.id) || me.parent === id
}

/** `held by beta · 60 % · 12 min left` */
export function heldText(claim: ClaimView, now: number): string {
  return parts(t('held by {0}', short(claim.holderName, 30)), holdText(claim), held(claim, now))
}

/** What is to be known of a lock, besides whose it is and how long. */
function holdText(claim: ClaimView): string {
  const resource = resourceOf(claim)
  return parts(
    resource.kind === 'symbol' && t('only {0}', short(resource.symbol, 40)),
    stateOf(claim),
    percent(claim.progress),
  )
}

/** Who changes the same in other working trees, `also changing on feat-x (beta)`; undefined when nobody does. */
export function overlapText(overlaps: readonly ClaimView[]): string | undefined {
  if (overlaps.length === 0) return undefined
  const places = overlaps.slice(0, 3).map((claim) => `${short(branchOf(claim), 30)} (${short(claim.holderName, 30)})`)
  return t('also changing on {0}', places.join(', ') + (overlaps.length > 3 ? ' …' : ''))
}

/** Where a lock is, for people. */
export function branchOf({ branch, tree }: ClaimView): string {
  return branch ?? (tree || t('the main working tree'))
}

/** What is wrong with a lock; undefined when nothing is. */
export function stateOf(claim: ClaimView): string | undefined {
  if (!claim.stale) return undefined
  if (claim.mine) return t('lock is stale: check in to keep it')
  if (claim.presence === 'live') return t('not renewed, lock is stale')
  return claim.presence === 'gone' ? t('gone, lock is stale') : t('not heard from, lock is stale')
}

/** Two letters that stand for a name: of its words, or its beginning. */
function initials(name: string): string {
  const [first = '?', second] = short(name, 60).split(/[\s._-]+/).filter((word) => word !== '')
  const [one = '?', two = ''] = [...first]
  return second === undefined ? one + two : one + [...second][0]!
}
