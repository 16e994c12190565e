import { join } from 'node:path'
import type { NameRules } from '../names.js'
import { resourceKey, type PathResource, type Resource } from '../model/resource.js'
import { uncommittedChanges } from './git.js'
import type { Tree } from './locate.js'
import { changedAt, type Announced } from './shellAnnounced.js'
import { resourcesOf, type WorkPlace } from './writtenFiles.js'

/*
 * What a shell command does to files that others hold cannot be stopped, but it can be told when it is certain whose doing it
 * was: the command itself says that it writes the file (or has git put it back), and the file was changed while it ran. For
 * git, which names no files, it also has to be as git has it now; what somebody edits meanwhile is not. A file that merely
 * changed meanwhile may be its holder's own work and is nobody's conflict, and what ran for long proves nothing: its holder had
 * time to write, and to commit, the same file.
 */

/** ms. */
const LONG = 30_000
/** Files that are told of: who switches branches under a hundred locks has made one mistake. */
const MOST = 50

/** What was noted of a shell command. */
export interface Begun extends Announced {
  /** When it began, by the clock of the disk, which files are dated by, in ms. */
  at: number
}

/** What is held by others than whoever ran the command. */
export interface HeldByOthers<C> {
  /** All that is locked, or more of it than others hold. */
  resources(): Iterable<Resource>
  /** Who else holds all of it alone, has done so since before the command began, and is there. */
  on(resource: Resource): C | undefined
}

/** A file that a command changed under somebody's lock. */
export interface ShellConflict<C> {
  path: string
  resource: Resource
  claim: C
}

/** Where a command ran. */
export interface ShellGround extends WorkPlace {
  names: NameRules
  /** The working tree that git was to write; undefined where there is none. */
  tree: Tree | undefined
}

/** After the command: the files of others that it changed, each once, and not more than are worth telling of. */
export async function shellConflicts<C>(begun: Begun, ground: ShellGround, held: HeldByOthers<C>): Promise<ShellConflict<C>[]> {
  if (Date.now() - begun.at > LONG) return []
  const conflicts = [...named(begun, ground, held), ...(begun.git ? await putBack(begun, ground, held) : [])]
  return [...new Map(conflicts.map((one) => [resourceKey(one.resource), one])).values()].slice(0, MOST)
}

/** What the records say of it. */
export function conflictText(who: string, file: string, holder: string): string {
  return `${who} changed ${file} by a shell command while ${holder} held it`
}

/** Files that the command names. */
function named<C>(begun: Begun, ground: ShellGround, held: HeldByOthers<C>): ShellConflict<C>[] {
  return begun.files.flatMap(({ path, existed }) => {
    const now = changedAt(path)
    if (now === undefined ? !existed : now <= begun.at) return []
    return resourcesOf([path], ground, ground.names).flatMap((resource) => conflictOn(path, resource, held))
  })
}

/** Files locked by others that git has written: changed while it ran, and with nothing in them that is not committed, or that git ignores. */
async function putBack<C>(begun: Begun, { tree, names }: ShellGround, held: HeldByOthers<C>): Promise<ShellConflict<C>[]> {
  if (tree === undefined) return []
  const conflicts = [...held.resources()].flatMap((resource) => {
    if (resource.kind !== 'file' || resource.tree !== tree.id) return []
    const path = join(tree.root, resource.path)
    return (changedAt(path) ?? -Infinity) > begun.at ? conflictOn(path, resource, held) : []
  })
  if (conflicts.length === 0) return []
  const changes = await uncommittedChanges(tree, conflicts.map(({ resource }) => resource), names, true)
  if (changes === 'unknown') return []
  const key = ({ path, fold }: PathResource): string => fold ?? path
  const changed = changes.map(({ file }) => key(file))
  // A folder that git ignores is named as a whole.
  return conflicts.filter(({ resource }) => resource.kind === 'file' && !changed.some((one) => key(resource) === one || key(resource).startsWith(`${one}/`)))
}

function conflictOn<C>(path: string, resource: Resource, held: HeldByOthers<C>): ShellConflict<C>[] {
  const claim = held.on(resource)
  return claim === undefined ? [] : [{ path, resource, claim }]
}
