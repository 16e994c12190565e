import { realpathSync, statSync, type Stats } from 'node:fs'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { readCoreConfig, readSmall } from './gitConfig.js'

/** A working tree of a repository, or a plain folder outside git. */
export interface Tree {
  /** Real path of its root. */
  root: string
  /** '' for the main working tree and outside git, else git's name for the worktree; `one.git/main` where bare repositories may stand side by side. */
  id: string
  /** The git directory of this tree; undefined outside git. */
  gitDir: string | undefined
  /** The git directory that this tree names cannot be seen from here: it was moved, or lies outside a container. */
  unseen?: true
  /** The directory that all trees of the repository share: the repository's `.git`, or the bare repository. */
  commonDir: string | undefined
}

export interface Location {
  /** The `.muster` folder, whether it exists or not. */
  folder: string
  /** Root of the working tree. */
  root: string
  exists: boolean
  /** A git directory that cannot be seen from here; the folder of its repository, which others may be using, is there. */
  unseen?: string
}

/** The working tree that a directory (or a path in it, existing or not) belongs to: found by its `.git`, without running git. */
export function treeOf(path: string): Tree | undefined {
  for (let dir = path; ; dir = dirname(dir)) {
    const tree = treeAt(dir)
    if (tree) return tree
    if (dirname(dir) === dir) return undefined
  }
}

/** That tree, or one without git where there is none. @param root of that one */
export function treeAround(directory: string, root = directory): Tree {
  return treeOf(directory) ?? { root, id: '', gitDir: undefined, commonDir: undefined }
}

function treeAt(dir: string): Tree | undefined {
  const dotGit = join(dir, '.git')
  const stat = lookAt(dotGit)
  if (!stat) return isBare(dir) ? { root: realpathOrSelf(dir), id: '', gitDir: dir, commonDir: realpathOrSelf(dir) } : undefined
  const root = realpathOrSelf(dir)
  if (stat.isDirectory()) return { root, id: '', gitDir: dotGit, commonDir: realpathOrSelf(dotGit) }
  const pointer = /^gitdir: (.+)$/m.exec(readSmall(dotGit) ?? '')?.[1]?.trim()
  if (pointer === undefined) return undefined
  const gitDir = isAbsolute(pointer) ? pointer : resolve(dir, pointer)
  if (!lookAt(gitDir)?.isDirectory()) return { root, id: '', gitDir, commonDir: gitDir, unseen: true }
  const common = readSmall(join(gitDir, 'commondir'))?.trim()
  // No `commondir`: the main working tree of a repository that keeps its git directory elsewhere, as submodules do.
  if (common === undefined) return { root, id: '', gitDir, commonDir: realpathOrSelf(gitDir) }
  const commonDir = realpathOrSelf(resolve(gitDir, common))
  return { root, id: prefixOf(commonDir) + basename(gitDir), gitDir, commonDir, ...(!lookAt(commonDir)?.isDirectory() && { unseen: true }) }
}

/** Bare repositories in one folder share the records beside them; their trees are told apart by the repository's name. */
function prefixOf(commonDir: string): string {
  const name = basename(commonDir)
  return name !== '.git' && name !== '.bare' && readCoreConfig(commonDir).bare ? `${name}/` : ''
}

/** Whether a directory is itself a bare repository: commands started in it belong to it, as its working trees do. */
function isBare(dir: string): boolean {
  return lookAt(join(dir, 'HEAD'))?.isFile() === true && lookAt(join(dir, 'objects'))?.isDirectory() === true && readCoreConfig(dir).bare
}

/**
 * Where the coordination folder of a directory is: `MUSTER_FOLDER` if set; in the repository's shared place (the main working
 * tree's root, or beside the git directory of a bare repository, or in one that does not say where its files are), so that
 * all working trees share it; without git, the nearest folder upwards that has one, else the directory itself.
 */
export function locateFolder(dir: string, env: NodeJS.ProcessEnv = process.env): Location {
  const start = realpathOrSelf(resolve(dir))
  const tree = treeOf(start)
  const root = tree?.root ?? plainRoot(start)
  const folder = env['MUSTER_FOLDER'] ? resolve(env['MUSTER_FOLDER']) : join(sharedPlace(tree) ?? root, '.muster')
  const unseen = tree?.unseen && !env['MUSTER_FOLDER'] ? { unseen: tree.commonDir ?? root } : {}
  return { folder, root, exists: lookAt(folder)?.isDirectory() ?? false, ...unseen }
}

/** Told by the directory that all trees share, and nothing else: whichever tree asks, the answer is the same. */
function sharedPlace(tree: Tree | undefined): string | undefined {
  // Nothing must be created in the place of a git directory that is not there.
  if (tree?.commonDir === undefined || tree.unseen) return tree?.root
  const { bare, root } = mainTree(tree.commonDir)
  return root ?? (bare ? dirname(tree.commonDir) : tree.commonDir)
}

/** Root of the main working tree; a bare repository has none, and one with its git directory elsewhere may not say where it is. */
function mainTree(commonDir: string): { bare: boolean; root: string | undefined } {
  const { bare, worktree } = readCoreConfig(commonDir)
  if (bare) return { bare, root: undefined }
  if (basename(commonDir) === '.git') return { bare, root: dirname(commonDir) }
  const root = worktree === undefined ? undefined : resolve(commonDir, worktree)
  return { bare, root: root !== undefined && lookAt(root)?.isDirectory() ? realpathOrSelf(root) : undefined }
}

/**
 * Root of a working tree of a repository, from any of its trees. `id` is '' for the main one, else git's name for it.
 * Undefined where it is not there, or cannot be told.
 */
export function rootOfTree(own: Tree, id: string): string | undefined {
  if (id === own.id) return own.root
  if (own.commonDir === undefined) return undefined
  if (id === '') return mainTree(own.commonDir).root
  const entry = entryOf(own.commonDir, id)
  const dotGit = entry && readSmall(join(entry, 'gitdir'))?.trim()
  const root = entry === undefined || dotGit === undefined || dotGit === '' ? undefined : dirname(resolve(entry, dotGit))
  return root !== undefined && lookAt(root)?.isDirectory() ? realpathOrSelf(root) : undefined
}

/** Whether git has forgotten a working tree: it was removed, and nothing in it can be at stake any more. */
export function isTreeForgotten(own: Tree, id: string): boolean {
  if (id === own.id || id === '') return false
  const entry = own.commonDir && entryOf(own.commonDir, id)
  return own.commonDir === undefined || (entry !== undefined && lookAt(dirname(dirname(entry))) !== undefined && lookAt(entry) === undefined)
}

/**
 * The working tree of a repository that a real path belongs to, `own` or another of its trees. `nested`: root of another
 * repository in that tree, a submodule say, below which the path lies; what is there is that one's. A plain folder keeps
 * the files of repositories in it until those have records of their own.
 */
export function homeOf(real: string, own: Tree): { tree: Tree; nested?: string | undefined } {
  let nested: string | undefined
  for (let dir = real; dirname(dir) !== dir; dir = dirname(dir)) {
    if (dir === own.root) return { tree: own, nested }
    if (!lookAt(join(dir, '.git'))) continue
    const tree = treeAt(dir)
    if (tree?.commonDir !== undefined && tree.commonDir === own.commonDir) return { tree, nested }
    if (tree && dir !== real && (own.commonDir !== undefined || locateFolder(dir, {}).exists)) nested ??= dir
  }
  return { tree: own }
}

/** What git keeps of a worktree, in this repository or the bare one beside it that the id names; undefined where that is none. */
function entryOf(commonDir: string, id: string): string | undefined {
  const repository = id.includes('/') ? basename(dirname(id)) : undefined
  const home = repository === undefined || repository === basename(commonDir) ? commonDir : join(dirname(commonDir), repository)
  if (home !== commonDir && (/^\.*$/.test(repository!) || !isBare(home))) return undefined
  return join(home, 'worktrees', basename(id))
}

function plainRoot(start: string): string {
  for (let dir = start; dirname(dir) !== dir; dir = dirname(dir)) {
    if (lookAt(join(dir, '.muster'))?.isDirectory()) return dir
  }
  return start
}

/** The checked-out branch of a tree, a short commit id when detached; undefined outside git. */
export function branchOf(tree: Tree): string | undefined {
  const head = tree.gitDir === undefined ? undefined : readSmall(join(tree.gitDir, 'HEAD'))?.trim()
  return head === undefined ? undefined : (/^ref: refs\/heads\/(.+)$/.exec(head)?.[1] ?? head.slice(0, 8))
}

/** Real path of what exists; the path itself where nothing does. */
export function realpathOrSelf(path: string): string {
  try {
    return realpathSync.native(path)
  } catch {
    return path
  }
}

/** What is at a path, following symlinks; undefined where nothing can be. */
export function lookAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    // ENOTDIR (a file on the way), ELOOP, EACCES: nothing that could be opened.
    return undefined
  }
}
