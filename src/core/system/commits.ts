import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { MusterError } from '../errors.js'
import { tell } from '../tell.js'
import { gitEnvironment } from './git.js'

/** Of a repository's git; `at` in ISO 8601. */
export interface CommitInfo {
  /** The whole hash. */
  id: string
  subject: string
  author: string
  at: string
}

/** Hexadecimal, abbreviated or whole. */
const commitId = /^[0-9a-f]{4,64}$/i

/** Settings of the repository may name programs: none of them runs. */
const quiet = ['--no-show-signature', '--no-color', '--no-ext-diff', '--no-textconv']

/** Commits on any branch whose message names the word (`D-3`, but not `D-30`), newest first; none where git cannot tell. */
export async function commitsNaming(root: string, word: string, limit = 20): Promise<CommitInfo[]> {
  const escaped = word.replace(/[^A-Za-z0-9-]/g, '\\$&')
  return log(root, ['--all', '--extended-regexp', '--regexp-ignore-case', `--grep=(^|[^A-Za-z0-9-])${escaped}($|[^A-Za-z0-9-])`, `--max-count=${limit}`])
}

/** What is known of these commits here; those that are not there are left out. */
export async function knownCommits(root: string, ids: readonly string[]): Promise<CommitInfo[]> {
  const found = await Promise.all(ids.filter((id) => commitId.test(id)).map((id) => log(root, ['--max-count=1', id])))
  return found.flat()
}

/** The newest commits of the branch, newest first, with the files that each changed, from the root of the working tree; none where git cannot tell. */
export async function newestCommits(root: string, limit = 20): Promise<(CommitInfo & { files: string[] })[]> {
  const [commits, changes] = await Promise.all([log(root, [`--max-count=${limit}`]), git(root, ['log', ...quiet, '--format=%x01%H', '--name-only', '--no-renames', '-z', `--max-count=${limit}`, '--'])])
  const files = new Map(changes.split('\x01').map((part) => part.split('\0').map((path) => path.replace(/^\n+/, '')).filter((path) => path !== '')).map(([id = '', ...paths]) => [id, paths]))
  return commits.map((commit) => ({ ...commit, files: files.get(commit.id) ?? [] }))
}

/** The commit with its changes, as `git show` prints it. @throws Error where there is no such commit, or it is larger than 8 MB */
export async function commitText(root: string, id: string): Promise<string> {
  if (!commitId.test(id)) throw new TypeError(`${id} is no id of a commit`)
  const { stdout } = await promisify(execFile)('git', ['show', ...quiet, '--stat', '--patch', '--date=iso', id, '--'], { cwd: root, env: gitEnvironment(), maxBuffer: 8 * 1024 * 1024 })
  return stdout
}

/** Commits one file or some as they are on disk, and nothing else, as its author would: with the repository's hooks. @throws MusterError NOT_APPLIED with what git says */
export async function commitFile(root: string, file: string | readonly string[], message: string): Promise<void> {
  const git = (...args: string[]): Promise<unknown> => promisify(execFile)('git', [...args, '--', ...[file].flat()], { cwd: root, env: gitEnvironment(), maxBuffer: 8 * 1024 * 1024 })
  try {
    await git('add')
    await git('commit', '--quiet', `--message=${message}`)
  } catch (error) {
    const { stderr = '', stdout = '' } = error as { stderr?: string; stdout?: string }
    const said = `${stderr}${stdout}`.trim().split('\n').slice(-3).join(' ')
    throw new MusterError('NOT_APPLIED', tell`git did not commit ${[file].flat().join(', ')}: ${said || String(error)}`, { hint: tell`Commit it in a terminal.`, cause: error })
  }
}

async function log(root: string, args: readonly string[]): Promise<CommitInfo[]> {
  const fields = (await git(root, ['log', ...quiet, '--format=%H%x00%s%x00%an%x00%aI%x00', ...args, '--'])).split('\0').map((field) => field.trim())
  return Array.from({ length: Math.floor(fields.length / 4) }, (_, i) => fields.slice(i * 4, i * 4 + 4)).map(([id = '', subject = '', author = '', at = '']) => ({ id, subject, author, at }))
}

/** What git prints; '' where it cannot tell. */
async function git(root: string, args: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)('git', args, { cwd: root, env: gitEnvironment(), maxBuffer: 8 * 1024 * 1024 })).stdout
  } catch {
    return ''
  }
}
