import { lstatSync, readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { invalid, MusterError } from '../errors.js'
import { isGlob } from '../model/overlap.js'
import type { PathResource, Resource } from '../model/resource.js'
import { exactNames, foldName, type NameRules } from '../names.js'
import { tell } from '../tell.js'
import { homeOf, lookAt, type Tree } from './locate.js'
import { windowsSpelling } from './windowsSpelling.js'

export interface ResolveOptions {
  tree: Tree
  /** Directory that relative paths start from; inside the tree. */
  base: string
  /** Which names are the same file; the ledger says so for all its processes. */
  names: NameRules
}

type PlainResource = Extract<Resource, { kind: 'file' | 'folder' | 'glob' }>

/** Symlinks that may follow one another: what Linux allows. */
const MAX_LINKS = 40

/**
 * The resource somebody means by a text: `src/a.ts`, `src/`, `src/**`, `src/a.ts#Router`, `name:build`, `port:3000`. Paths are
 * taken to the working tree they lie in; two spellings of one file give the same resource. What exists wins over what
 * looks like a pattern or symbol: `app/[id].tsx` and `a#b.txt` are files where there are such files.
 * @throws MusterError INVALID_INPUT, OUTSIDE_ROOT
 */
export function resolveResource(text: string, options: ResolveOptions): Resource {
  if (text.trim() === '') throw invalid(tell`A resource is empty.`, tell`Name a file, a folder, a pattern, or name:<something>.`)
  // Half a surrogate pair is written to disk as another character.
  if (/\p{Cc}|\p{Cs}/u.test(text)) throw invalid(tell`A resource holds control characters.`, tell`Remove them; they are usually a copying mistake.`)
  if (/^(name|port):/.test(text)) return nameResource(text)

  const written = process.platform === 'win32' ? windowsSpelling(text) : text
  // A file system that tells NFC from NFD may hold the name as it was written only, or in the usual form only.
  for (const spelling of new Set([written, written.normalize('NFC')])) {
    const path = absolute(options.base, spelling)
    const found = lookAt(path)
    if (found) return pathResource(path, found.isDirectory() ? 'folder' : 'file', options)
  }
  const hash = written.lastIndexOf('#')
  if (hash > 0 && hash < written.length - 1 && !isInFolder(written, hash, options.base)) {
    const { tree, path, fold } = pathResource(absolute(options.base, written.slice(0, hash)), 'file', options)
    return { kind: 'symbol', tree, path, ...(fold !== undefined && { fold }), symbol: written.slice(hash + 1).normalize('NFC') }
  }
  return pathResource(absolute(options.base, written), isGlob(written) ? 'glob' : written.endsWith('/') ? 'folder' : 'file', options)
}

/** Whether this `#` is in the name of a folder, as in `C#/new.ts`, and begins no symbol. */
function isInFolder(written: string, hash: number, base: string): boolean {
  const end = written.indexOf('/', hash)
  return end === hash + 1 || (end !== -1 && lookAt(absolute(base, written.slice(0, end)))?.isDirectory() === true)
}

/**
 * The file at a path, whether it exists or not, and whatever its name looks like: what a program is going to write.
 * @throws MusterError INVALID_INPUT, OUTSIDE_ROOT
 */
export function resolveFile(path: string, options: ResolveOptions): Resource {
  if (/\p{Cc}|\p{Cs}/u.test(path)) throw invalid(tell`A path holds control characters.`, tell`Rename the file.`)
  const written = absolute(options.base, process.platform === 'win32' ? windowsSpelling(path) : path)
  const usual = written.normalize('NFC')
  return pathResource(lookAt(written) || !lookAt(usual) ? written : usual, 'file', options)
}

function nameResource(text: string): Resource {
  const name = text.normalize('NFC')
  if (name.length > 200 || /:\s*$/.test(name)) throw invalid(tell`"${name.slice(0, 40)}" is no usable name.`, tell`Write name:<something> or port:<number>, at most 200 characters.`)
  return { kind: 'name', name: name.startsWith('port:') ? port(name) : name }
}

/** One spelling for each port there is. */
function port(name: string): string {
  const number = /^port:0*(\d{1,5})$/.test(name) ? Number(name.slice(5)) : 0
  if (number < 1 || number > 65_535) throw invalid(tell`"${name.slice(0, 40)}" is no port.`, tell`Write port:<number>, from 1 to 65535, or name:<something> for anything else.`)
  return `port:${number}`
}

/** `link/..` is what is above the link's target, as it is for everybody who opens files; Windows alone cuts it off as text. */
function absolute(base: string, written: string): string {
  if (process.platform === 'win32' || !/(^|\/)\.\.(\/|$)/.test(written)) return resolve(base, written)
  let path = isAbsolute(written) ? sep : base
  for (const part of written.split('/')) path = part === '..' ? dirname(realPath(path)) : join(path, part)
  return path
}

function pathResource(path: string, kind: PlainResource['kind'], { tree: own, names }: ResolveOptions): PlainResource {
  const real = realPath(path)
  const { tree, nested } = homeOf(real, own)
  if (nested !== undefined) throw inNested(path, relative(nested, real), relative(tree.root, nested))
  const inside = pathWithin(tree.root, real, names)
  if (inside === undefined) {
    throw new MusterError('OUTSIDE_ROOT', tell`"${path}" is outside the working tree ${tree.root}.`, { hint: tell`Only files of this repository can be claimed. For anything else use name:<something>.` })
  }
  return { kind, tree: tree.id, ...identityOf(tree.root, inside, names) }
}

/** The same file is known to that repository's own ledger under another name: two agents could each be granted it. */
function inNested(path: string, inside: string, nested: string): MusterError {
  return new MusterError('OUTSIDE_ROOT', tell`"${path}" lies in another repository, ${nested}, which has locks of its own.`, {
    hint: tell`Go there and claim ${inside} (cd ${nested}). From here, ${nested} can be claimed as a whole.`,
    details: { repository: nested },
  })
}

/** Where a real path lies below a root, with `/`; undefined if it does not. */
function pathWithin(root: string, real: string, names: NameRules): string | undefined {
  const path = relative(root, real)
  if (path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path)) return path.split(sep).join('/')
  // The root itself in another spelling: not every system gives real paths in the spelling of the disk.
  const [above, parts] = [root.split(sep), real.split(sep)]
  const same = parts.length >= above.length && above.every((part, index) => foldName(part, names) === foldName(parts[index]!, names))
  return same ? parts.slice(above.length).join('/') : undefined
}

/**
 * What a path within a tree is known by. Names are in NFC; only where a file system that tells the forms apart holds both of
 * a name, the other one stays as it is.
 */
export function identityOf(root: string, inside: string, names: NameRules): Pick<PathResource, 'path' | 'fold'> {
  const usual = inside.normalize('NFC')
  const path = usual === inside || names.forms === 'same' || !areTwins(root, inside, usual) ? usual : inside
  const fold = foldName(path, names)
  return { path, ...(fold !== path && { fold }) }
}

/** Whether two paths that differ in form only are two things, or would lie in two folders. */
function areTwins(root: string, inside: string, usual: string): boolean {
  const [parts, usualParts] = [inside.split('/'), usual.split('/')]
  for (let length = parts.length; length > 0; length--) {
    const [one, other] = [lookAt(join(root, ...parts.slice(0, length))), lookAt(join(root, ...usualParts.slice(0, length)))]
    if (one && other) return one.ino !== other.ino || one.dev !== other.dev
  }
  return false
}

/** Real path of the part that exists, followed by the rest as written. A symlink leads to its target, there or not. */
export function realPath(path: string, links = MAX_LINKS): string {
  // What is not there is common for what is about to be written, and an error costs five times the look that avoids it.
  if (lookAt(path)) {
    try {
      return realpathSync.native(path)
    } catch {
      // Something on the way is missing, or a circle of links.
    }
  }
  if (dirname(path) === path) return path
  const folder = realPath(dirname(path), links)
  const here = join(folder, basename(path))
  const target = linkAt(here)
  if (target === undefined) return here
  if (links === 0) throw invalid(tell`"${path}" leads through too many symlinks.`, tell`Name the file itself.`)
  return realPath(resolve(folder, target), links - 1)
}

function linkAt(path: string): string | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : undefined
  } catch {
    return undefined
  }
}

/** What can be said of a file system without writing to it: whether it takes a name in the other case for the same file. */
export function namesAt(path: string): NameRules {
  const name = basename(path)
  const other = name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase()
  const [here, there] = [lookAt(path), lookAt(join(dirname(path), other))]
  const ignoresCase = other !== name && here !== undefined && there !== undefined && here.ino === there.ino && here.dev === there.dev
  return ignoresCase ? { letters: 'simple', forms: process.platform === 'darwin' ? 'same' : 'exact' } : exactNames
}
