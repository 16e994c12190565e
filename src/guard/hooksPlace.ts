import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { MusterError } from '../core/errors.js'
import { tell } from '../core/tell.js'

/** Where the hooks of a working tree are. */
export interface HooksPlace {
  /** Where people write them. */
  directory: string
  /** Where git looks: elsewhere where husky generates what calls them. */
  looked: string
  /** They belong to the project, and go to other machines with it. */
  tracked: boolean
  /** They are those of all repositories of this person or machine. */
  everywhere: boolean
}

/**
 * By `core.hooksPath`, else in the directory that all working trees share. Husky's own directory is generated; what people
 * write stands one above.
 * @throws MusterError INVALID_INPUT outside of git
 */
export function hooksPlace(cwd: string): HooksPlace {
  // A relative core.hooksPath is meant from the root of the working tree.
  const root = ask(cwd, '--show-toplevel')
  const looked = resolve(root, ask(root, '--git-path', 'hooks'))
  const directory = isHuskys(looked) ? dirname(looked) : looked
  const common = resolve(root, ask(root, '--git-common-dir'))
  return { directory, looked, tracked: isWithin(root, directory) && !isWithin(common, directory), everywhere: setting(root) !== undefined && setting(root, '--local') === undefined && setting(root, '--worktree') === undefined }
}

/** Whether git gets to a hook that stands there: what husky generates is made anew in each working tree, and may be missing. */
export function isReached({ directory, looked }: HooksPlace, hook: string): boolean {
  return directory === looked || existsSync(join(looked, hook))
}

/** Roots of all working trees of the repository that are there. */
export function workingTrees(cwd: string): string[] {
  const listed = git(cwd, 'worktree', 'list', '--porcelain') ?? ''
  return listed.split('\n\n').flatMap((tree) => (/^(bare|prunable.*)$/m.test(tree) ? [] : /^worktree (.+)$/m.exec(tree)?.[1] ?? [])).filter((root) => existsSync(root))
}

function setting(cwd: string, ...scope: string[]): string | undefined {
  return git(cwd, 'config', ...scope, '--get', 'core.hooksPath')
}

function ask(cwd: string, ...question: string[]): string {
  const answer = git(cwd, 'rev-parse', ...question)
  if (answer === undefined) throw new MusterError('INVALID_INPUT', tell`${cwd} is not in a working tree of git.`, { hint: tell`Change into the repository first.` })
  return answer
}

/** Undefined where git says no. */
function git(cwd: string, ...args: string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).replace(/\n$/, '')
  } catch {
    return undefined
  }
}

function isHuskys(directory: string): boolean {
  return basename(directory) === '_' && basename(dirname(directory)) === '.husky'
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}
