import { realpathSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { MusterError } from '../errors.js'
import { isGlob } from '../model/overlap.js'
import type { Resource } from '../model/resource.js'
import { lookAt, treeOf, type Tree } from './locate.js'

export interface ResolveOptions {
  tree: Tree
  /** Directory that relative paths start from; inside the tree. */
  base: string
  /** The tree's file system takes `A` and `a` for the same file. */
  ignoresCase: boolean
}

/**
 * The resource somebody means by a text: `src/a.ts`, `src/`, `src/**`, `src/a.ts#Router`, `name:build`, `port:3000`. Paths are
 * taken to the working tree they lie in; two spellings of one file give the same resource. What exists wins over what
 * looks like a pattern: `app/[id].tsx` and `a#b.txt` are files where there are such files.
 * @throws MusterError INVALID_INPUT, OUTSIDE_ROOT
 */
export function resolveResource(text: string, options: ResolveOptions): Resource {
  if (text.trim() === '') throw new MusterError('INVALID_INPUT', 'A resource is empty.', { hint: 'Name a file, a folder, a pattern, or name:<something>.' })
  if (/\p{Cc}/u.test(text)) throw new MusterError('INVALID_INPUT', 'A resource holds control characters.', { hint: 'Remove them; they are usually a copying mistake.' })
  if (/^(name|port):/.test(text)) return nameResource(text)

  const written = process.platform === 'win32' ? text.replaceAll('\\', '/') : text
  const absolute = resolve(options.base, written.normalize('NFC'))
  const hash = written.lastIndexOf('#')
  // A file system that tells NFC from NFD may hold the name as it was written only.
  for (const path of new Set([absolute, resolve(options.base, written)])) {
    const found = lookAt(path)
    if (found) return pathResource(path, found.isDirectory() ? 'folder' : 'file', options)
  }
  if (hash > 0 && hash < written.length - 1) {
    const { tree, path, fold } = pathResource(resolve(options.base, written.slice(0, hash)), 'file', options)
    return { kind: 'symbol', tree, path, ...(fold !== undefined && { fold }), symbol: written.slice(hash + 1) }
  }
  if (isGlob(written)) return pathResource(absolute, 'glob', options)
  return pathResource(absolute, written.endsWith('/') ? 'folder' : 'file', options)
}

/**
 * The file at a path, whether it exists or not, and whatever its name looks like: what a program is going to write.
 * @throws MusterError OUTSIDE_ROOT
 */
export function resolveFile(path: string, options: ResolveOptions): Resource {
  const absolute = resolve(options.base, path.normalize('NFC'))
  const written = resolve(options.base, path)
  return pathResource(lookAt(absolute) ? absolute : written, 'file', options)
}

function nameResource(text: string): Resource {
  const name = text.normalize('NFC')
  if (name.length > 200 || /:\s*$/.test(name)) throw new MusterError('INVALID_INPUT', `"${name.slice(0, 40)}" is no usable name.`, { hint: 'Write name:<something> or port:<number>, at most 200 characters.' })
  return { kind: 'name', name }
}

function pathResource(absolute: string, kind: 'file' | 'folder' | 'glob', options: ResolveOptions): Extract<Resource, { fold?: string; kind: 'file' | 'folder' | 'glob' }> {
  const real = realPath(absolute)
  const tree = treeFor(real, options.tree)
  const path = relative(tree.root, real).split(sep).join('/').normalize('NFC')
  if (path === '..' || path.startsWith('../') || /^[a-zA-Z]:/.test(path)) {
    throw new MusterError('OUTSIDE_ROOT', `"${absolute}" is outside the working tree ${tree.root}.`, { hint: 'Only files of this repository can be claimed. For anything else use name:<something>.' })
  }
  const fold = path.toLowerCase()
  return { kind, tree: tree.id, path, ...(options.ignoresCase && fold !== path && { fold }) }
}

/** The tree a path lies in: another working tree of the same repository may be nested in this one. */
function treeFor(real: string, own: Tree): Tree {
  if (own.commonDir === undefined) return own
  for (let dir = real; dir !== own.root && dirname(dir) !== dir; dir = dirname(dir)) {
    if (!lookAt(join(dir, '.git'))) continue
    const nested = treeOf(dir)
    if (nested?.commonDir === own.commonDir) return nested
  }
  return own
}

/** Real path of the part that exists, followed by the rest as written. */
function realPath(path: string): string {
  const rest: string[] = []
  let existing = path
  while (!lookAt(existing)) {
    if (dirname(existing) === existing) return path
    rest.unshift(basename(existing))
    existing = dirname(existing)
  }
  return join(realpathSync.native(existing), ...rest)
}

/** Whether the file system of an existing path takes its name in the other case for the same file. */
export function ignoresCase(path: string): boolean {
  const name = basename(path)
  const other = name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase()
  if (other === name) return false
  const [here, there] = [lookAt(path), lookAt(join(dirname(path), other))]
  return here !== undefined && there !== undefined && here.ino === there.ino && here.dev === there.dev
}
