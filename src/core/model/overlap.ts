import picomatch from 'picomatch'
import { comparedPath, type PathResource, type Resource } from './resource.js'

/**
 * True where a path, as written, is a pattern: it has `*`, `?` or `{a,b}`. Brackets, parentheses and `!` stand for
 * themselves, since frameworks use them in file names (`app/(shop)/[id].tsx`).
 */
export function isGlob(path: string): boolean {
  return /[*?]|\{[^}]*,[^}]*\}/.test(path)
}

/** The folders a pattern is fixed to before its first wildcard: `src/core` for `src/core/*.ts`, '' for `**`. */
export function globBase(path: string): string {
  const segments = path.split('/')
  const first = segments.findIndex((segment) => isGlob(segment))
  return segments.slice(0, first === -1 ? segments.length : first).join('/')
}

/** Where a claim on the resource is filed in the index: its path, a pattern's fixed part, or its name. */
export function placeOf(resource: Resource): string {
  if (resource.kind === 'name') return `:${resource.name}`
  const path = comparedPath(resource)
  return resource.kind === 'glob' ? globBase(path) : path
}

/** The places at which claims covering this path may be filed: itself and every folder above it, '' (the root) last. */
export function placesAbove(path: string): string[] {
  const places = [path]
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) places.push(path.slice(0, end))
  if (path !== '') places.push('')
  return places
}

function contains(folder: string, path: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`)
}

function matches(glob: PathResource, path: string): boolean {
  const pattern = comparedPath(glob).replace(/[[\]()!+@|]/g, '\\$&')
  return picomatch.isMatch(path, pattern, { dot: true })
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
  if (a.kind === 'folder' && contains(pathA, pathB)) return true
  if (b.kind === 'folder' && contains(pathB, pathA)) return true
  if (pathA !== pathB) return false
  return a.kind !== 'symbol' || b.kind !== 'symbol' || symbolsOverlap(a.symbol, b.symbol)
}

/** Whether they exclude each other: they overlap in the same working tree, or are names, which have none. */
export function collides(a: Resource, b: Resource): boolean {
  if (a.kind !== 'name' && b.kind !== 'name' && a.tree !== b.tree) return false
  return overlaps(a, b)
}

function symbolsOverlap(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`)
}

function globOverlaps(glob: PathResource, other: PathResource): boolean {
  const path = comparedPath(other)
  if (other.kind !== 'folder') return matches(glob, path)
  const base = globBase(comparedPath(glob))
  return contains(path, base) || contains(base, path)
}

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
