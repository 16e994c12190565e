import { execFile, execFileSync } from 'node:child_process'
import { userInfo } from 'node:os'
import { dirname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import type { NameRules } from '../names.js'
import { globBase, overlaps } from '../model/overlap.js'
import { Placed } from '../model/placed.js'
import { type PathResource, type Resource } from '../model/resource.js'
import { configuredName } from './gitConfig.js'
import { isTreeForgotten, lookAt, realpathOrSelf, rootOfTree, treeOf, type Tree } from './locate.js'
import { identityOf, namesAt } from './resolve.js'


/** Name of the person at this machine: git's `user.name`, else the account's. */
export function personName(cwd: string): string {
  const configured = configuredName(treeOf(realpathOrSelf(cwd))?.commonDir)
  if (configured !== undefined) return configured
  try {
    const name = execFileSync('git', ['config', 'user.name'], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    if (name !== '') return name
  } catch {
    // No git, or no name configured.
  }
  return userInfo().username || 'person'
}

/** More are not worth naming: git then looks at the whole tree. */
const MANY = 30

/** Variables that git sets for its hooks: inherited, they would send it to another tree than the one it is started in, or change how it reads paths. */
const misleading = /^GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|PREFIX|NAMESPACE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|(LITERAL|GLOB|NOGLOB|ICASE)_PATHSPECS)$/i

/**
 * Files under the resources with changes that are not committed, each looked for in the working tree of its resource;
 * untracked ones count. Relative to their tree, which is named where it is not the caller's: `src/a.ts [feat-x]`. Empty outside
 * git and for trees that were removed; `unknown` where git, or the tree, cannot be asked.
 * @param names Those of the ledger; default: what can be seen of the tree's file system.
 * @param ignored Also files, and whole folders, that git ignores.
 */
export async function uncommittedFiles(tree: Tree, resources: readonly Resource[], names?: NameRules, ignored = false): Promise<string[] | 'unknown'> {
  const changes = await uncommittedChanges(tree, resources, names, ignored)
  return changes === 'unknown' ? changes : changes.map(({ label }) => label)
}

/** A file with changes that are not committed; `label` as in {@link uncommittedFiles}. */
export interface UncommittedChange {
  label: string
  file: PathResource
}

/**
 * Whether git is certain that whatever there is under the resources is committed. What it ignores is not, outside git nothing
 * is, and where it cannot be asked nobody knows; names stand for no files.
 */
export async function isAllCommitted(tree: Tree, resources: readonly Resource[], names?: NameRules): Promise<boolean> {
  if (resources.every(({ kind }) => kind === 'name')) return true
  if (tree.gitDir === undefined) return false
  const changes = await uncommittedChanges(tree, resources, names, true)
  return changes !== 'unknown' && changes.length === 0
}

/** As {@link uncommittedFiles}, with what each is compared by. */
export async function uncommittedChanges(tree: Tree, resources: readonly Resource[], names?: NameRules, ignored = false): Promise<UncommittedChange[] | 'unknown'> {
  if (tree.gitDir === undefined) return []
  const trees = new Map<string, PathResource[]>()
  for (const resource of resources) {
    if (resource.kind === 'name' || isTreeForgotten(tree, resource.tree)) continue
    const wanted = trees.get(resource.tree)
    if (wanted) wanted.push(resource)
    else trees.set(resource.tree, [resource])
  }
  try {
    const found = await Promise.all([...trees].map(async ([id, wanted]) => {
      const root = rootOfTree(tree, id)
      if (root === undefined) throw new Error(`The working tree "${id}" cannot be found.`)
      // A bare repository has no files.
      if (root === tree.commonDir) return []
      const rules = names ?? namesAt(join(root, '.git'))
      const paths = await changedFiles(root, wanted, rules, ignored)
      return paths.map((path) => ({ label: id === tree.id ? path : `${path} [${id || 'main tree'}]`, file: { ...fileAt(root, path, rules), tree: id } }))
    }))
    return found.flat()
  } catch {
    return 'unknown'
  }
}

/** The environment for git that is started in a tree, and means that tree. */
export function gitEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !misleading.test(name)))
}

/** Those of the files, all absolute and below `root`, that git has under version control; `unknown` where it cannot be asked. None outside git. */
export async function trackedFiles(root: string, files: readonly string[]): Promise<ReadonlySet<string> | 'unknown'> {
  if (files.length === 0 || treeOf(root) === undefined) return new Set()
  try {
    // Folders of runs: naming each of many files would be longer than a command may be.
    const folders = [...new Set(files.map((file) => `:(literal)${relative(root, dirname(file)).split(sep).join('/')}`))]
    const { stdout } = await promisify(execFile)('git', ['ls-files', '-z', ...(folders.length > MANY ? [] : ['--', ...folders])], { cwd: root, env: gitEnvironment(), maxBuffer: 256 * 1024 * 1024 })
    const tracked = new Set(stdout.split('\0'))
    return new Set(files.filter((file) => tracked.has(relative(root, file).split(sep).join('/'))))
  } catch {
    return 'unknown'
  }
}

/** @throws Error when git cannot be run, or refuses to work here */
async function changedFiles(root: string, resources: readonly PathResource[], names: NameRules, ignored: boolean): Promise<string[]> {
  const status = ['--no-optional-locks', 'status', '--porcelain=v1', '-z', '--no-renames', '--untracked-files=all', ...(ignored ? ['--ignored=matching', '--ignore-submodules=none'] : []), ...pathspecs(root, resources, names)]
  const { stdout } = await promisify(execFile)('git', status, { cwd: root, env: gitEnvironment(), maxBuffer: 64 * 1024 * 1024 })
  const wanted = new Placed<true>()
  for (const resource of resources) wanted.add({ ...resource, tree: '' }, true)
  const changed = stdout.split('\0').filter((entry) => entry.length > 3).map((entry) => entry.slice(3))
  return changed.filter((path) => {
    if (isOwnTree(root, path)) return false
    const file = fileAt(root, path, names)
    if (wanted.touching(file).next().value === true) return true
    // A folder that is ignored as a whole may hold files that a pattern stands for.
    return ignored && path.endsWith('/') && resources.some((resource) => resource.kind === 'glob' && overlaps(resource, { ...file, tree: resource.tree, kind: 'folder' }))
  })
}

/** A changed path as a resource; a repository in the tree is listed as a folder, `nested/`, when it is no submodule. */
function fileAt(root: string, listed: string, names: NameRules): PathResource {
  return { kind: 'file', tree: '', ...identityOf(root, listed.replace(/\/$/, ''), names) }
}

/** Another working tree of the same repository, nested in this one: its files are no changes here. */
function isOwnTree(root: string, listed: string): boolean {
  if (!listed.endsWith('/')) return false
  const [own, there] = [treeOf(root), treeOf(join(root, listed))]
  return own?.root !== there?.root && own?.commonDir === there?.commonDir
}

/**
 * Where git is to look; nothing for the whole tree. Never less than what the resources stand for: names that may be written
 * in another Unicode form on disk are not named, and of a repository within the tree its folder is, as git sees no deeper.
 */
function pathspecs(root: string, resources: readonly PathResource[], names: NameRules): string[] {
  const paths = new Set<string>()
  for (const { kind, path } of resources) {
    const top = outermost(root, kind === 'glob' ? globBase(path) : path)
    paths.add(top)
    if (paths.size > MANY || top === '' || !/^[\x20-\x7e]+$/.test(top)) return []
  }
  return ['--', ...[...paths].map((path) => `:(top,literal${names.letters === 'exact' ? '' : ',icase'})${path}`)]
}

/** The path, or the outermost repository that it lies in below the root. */
function outermost(root: string, path: string): string {
  let found = path
  for (let folder = path; folder !== '.' && folder !== ''; folder = dirname(folder)) {
    if (lookAt(join(root, folder, '.git'))) found = folder
  }
  return found
}
