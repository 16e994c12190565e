import { globMatches } from './glob.js'
import { comparedPath, resourceKey, type PathResource, type Resource } from './resource.js'

/**
 * True where a path, as written, is a pattern: it has `*`, `?` or `{a,b}`. Brackets, parentheses and `!` stand for
 * themselves, since frameworks use them in file names (`app/(shop)/[id].tsx`).
 */
export function isGlob(path: string): boolean {
  return /[*?]|\{[^}]*,[^}]*\}/.test(path)
}

/** The folders a pattern is fixed to before its first wildcard: `src/core` for `src/core/*.ts`, '' for `**`. */
export function globBase(path: string): string {
  const wild = path.search(/[*?{]/)
  const fixed = wild === -1 ? path : path.slice(0, wild)
  return fixed.slice(0, Math.max(0, fixed.lastIndexOf('/')))
}

/** Where a claim on the resource is filed in the indexes: its path, a pattern's fixed part, or its name. */
export function placeOf(resource: Resource): string {
  if (resource.kind === 'name') return `:${resource.name}`
  const path = comparedPath(resource)
  return resource.kind === 'glob' ? globBase(path) : path
}

/** The folders above a path, nearest first, without the root. */
export function foldersAbove(path: string): string[] {
  const folders: string[] = []
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) folders.push(path.slice(0, end))
  return folders
}

function contains(folder: string, path: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`)
}

function matches(glob: PathResource, path: string): boolean {
  return globMatches(comparedPath(glob), path)
}

/**
 * Whether two resources have something in common, leaving their working trees aside. Two patterns, or a pattern and a
 * folder, count as overlapping when their fixed parts do: refusing too much is safe, granting too much is not. Patterns
 * ending in different plain extensions are told apart.
 */
export function overlaps(a: Resource, b: Resource): boolean {
  if (a.kind === 'name' || b.kind === 'name') return a.kind === 'name' && b.kind === 'name' && a.name === b.name
  if (a.kind === 'glob' && b.kind === 'glob') return globsOverlap(comparedPath(a), comparedPath(b))
  if (a.kind === 'glob') return globOverlaps(a, b)
  if (b.kind === 'glob') return globOverlaps(b, a)
  const [pathA, pathB] = [comparedPath(a), comparedPath(b)]
  if (pathA === pathB) return a.kind !== 'symbol' || b.kind !== 'symbol' || symbolsOverlap(a.symbol, b.symbol)
  // Whatever its kind: what is claimed as a file before it exists may become a folder.
  return contains(pathA, pathB) || contains(pathB, pathA)
}

/** Whether they exclude each other: they overlap in the same working tree, or are names, which have none. */
export function collides(a: Resource, b: Resource): boolean {
  if (a.kind !== 'name' && b.kind !== 'name' && a.tree !== b.tree) return false
  return overlaps(a, b)
}

/** Whether all of `inner` lies within `outer`, as far as that can be told: patterns in patterns only where they are the same. */
export function covers(outer: Resource, inner: Resource): boolean {
  if (resourceKey(outer) === resourceKey(inner)) return true
  if (outer.kind === 'name' || inner.kind === 'name' || outer.tree !== inner.tree) return false
  const [pathOuter, pathInner] = [comparedPath(outer), comparedPath(inner)]
  if (outer.kind === 'glob') return (inner.kind === 'file' || inner.kind === 'symbol') && matches(outer, pathInner)
  if (outer.kind === 'symbol') return inner.kind === 'symbol' && pathOuter === pathInner && inner.symbol.startsWith(`${outer.symbol}.`)
  return contains(pathOuter, inner.kind === 'glob' ? globBase(pathInner) : pathInner)
}

function symbolsOverlap(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`)
}

/** Whether a change of this file is one of what the resource stands for; unlike a claim on it, it is a file for certain. */
export function touches(resource: Resource, file: PathResource): boolean {
  return resource.kind === 'glob' ? matches(resource, comparedPath(file)) : overlaps(resource, file)
}

function globOverlaps(glob: PathResource, other: PathResource): boolean {
  const path = comparedPath(other)
  const base = globBase(comparedPath(glob))
  if (other.kind === 'folder') return contains(path, base) || contains(base, path)
  return matches(glob, path) || contains(path, base) && path !== '' || !looksLikeFile(path) && reachesBelow(glob, path)
}

/** What has an extension is no folder, as far as names tell; anything else that is not there yet may become one. */
function looksLikeFile(path: string): boolean {
  return /[^/]\.[a-z]\w*$/i.test(path)
}

/** Whether the pattern stands for anything below the path, should that be a folder. */
function reachesBelow(glob: PathResource, path: string): boolean {
  const patterns = alternatives(comparedPath(glob))
  if (patterns === undefined) return contains(globBase(comparedPath(glob)), path)
  const names = path.split('/')
  return patterns.some((pattern) => {
    const parts = pattern.split('/')
    const deep = parts.findIndex((part) => part.includes('**'))
    const fixed = deep === -1 || deep > names.length ? names.length : deep
    return parts.length > fixed && parts.slice(0, fixed).every((part, i) => globMatches(part, names[i]!))
  })
}

/** More alternatives are not looked at one by one. */
const MANY = 200

/** A pattern without its braces, once for each of their alternatives; undefined for too many, or what cannot be taken apart. */
export function alternatives(pattern: string): string[] | undefined {
  let found = [pattern]
  for (let braces = innermost.exec(pattern); braces; braces = innermost.exec(found[0]!)) {
    found = found.flatMap((one) => innermost.exec(one)?.[1]?.split(',').map((word) => one.replace(innermost, () => word)) ?? one)
    if (found.length > MANY) return undefined
  }
  return found.some((one) => /\{.*,.*\}/.test(one)) ? undefined : found
}
const innermost = /\{([^{}]*,[^{}]*)\}/

function globsOverlap(a: string, b: string): boolean {
  const [baseA, baseB] = [globBase(a), globBase(b)]
  if (!contains(baseA, baseB) && !contains(baseB, baseA)) return false
  const [endA, endB] = [plainExtension(a), plainExtension(b)]
  return endA === undefined || endB === undefined || endA === endB
}

/** `.ts` of `src/*.ts`; undefined where the ending could match several. */
function plainExtension(glob: string): string | undefined {
  return /\*(\.[\w]+)$/.exec(glob)?.[1]
}
