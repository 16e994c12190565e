import { execFileSync } from 'node:child_process'

/** Commits looked at for one push: those since the oldest lock of somebody else, so a handful. */
const COMMITS = 1_000
const none = /^0+$/

/** A file that a commit touches, relative to the root of the working tree; of a rename both names are. Of a merge only what it changes itself. */
export interface Change {
  path: string
  /** ms since 1970 of the commit; undefined while it is being made. */
  committed?: number
}

/**
 * Files of the commit that is being made. Runs git as the hook was: a partial commit has an index of its own.
 * @throws Error when git cannot be run
 */
export function stagedChanges(root: string): Change[] {
  return paths(git(root, 'diff', '--cached', '--name-only', '--no-renames', '-z')).map((path) => ({ path }))
}

/**
 * Files of the commits that are about to be pushed and were made since a time.
 * @param refs What git gives its pre-push hook: `<local ref> <local sha> <remote ref> <remote sha>` a line
 * @param since ms since 1970
 */
export function pushedChanges(root: string, refs: string, since: number): Change[] {
  const ends = refs.split('\n').map((line) => line.trim().split(' ')[1] ?? '').filter((sha) => sha !== '' && !none.test(sha))
  if (ends.length === 0) return []
  const commits = git(root, 'rev-list', `--max-count=${COMMITS}`, `--max-age=${Math.floor(since / 1000)}`, '--timestamp', ...ends, '--not', '--remotes')
  return commits.split('\n').filter((line) => line !== '').flatMap((line) => {
    const [seconds = '', sha = ''] = line.split(' ')
    const changed = paths(git(root, 'diff-tree', '--root', '--no-commit-id', '-r', '-c', '--name-only', '--no-renames', '-z', sha))
    return changed.map((path) => ({ path, committed: Number(seconds) * 1000 }))
  })
}

function paths(output: string): string[] {
  return [...new Set(output.split('\0'))].filter((path) => path !== '')
}

function git(root: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024, stdio: ['ignore', 'pipe', 'pipe'] })
}
