import { execFile } from 'node:child_process'
import { errnoOf, MusterError } from '../errors.js'
import { tell } from '../tell.js'
import { gitEnvironment } from './git.js'
import { treeOf } from './locate.js'

const PREFIX = 'muster/checkpoints/'
/** Times that somebody else may be first to move the branch. */
const TRIES = 10

export interface BranchCommit {
  /** As people name it: `muster/checkpoints/alpha`. */
  branch: string
  commit: string
  /** False where the branch has these files already. */
  changed: boolean
}

/**
 * Commits files, and nothing else, to a branch of an agent's own. Index, HEAD, working trees and configuration are neither
 * read nor written; hooks do not run. Of several at once each makes its commit behind the other's.
 * @param files text by name, in the root of the commit
 * @returns undefined outside git
 * @throws MusterError NOT_APPLIED; the branch is as it was
 */
export async function commitToBranch(root: string, { agent, name, files, message }: { agent: string; name: string; files: Readonly<Record<string, string>>; message: string }): Promise<BranchCommit | undefined> {
  const tree = treeOf(root)
  if (tree?.gitDir === undefined) return undefined
  const branch = branchOfAgent(agent)
  const git = (args: readonly string[], input = ''): Promise<string> => run(root, args, input, name, agent)
  const blobs = await Promise.all(Object.entries(files).map(async ([file, text]) => `100644 blob ${await git(['hash-object', '-w', '--no-filters', '--stdin'], text)}\t${file}\n`))
  const content = await git(['mktree'], blobs.join(''))
  for (let tries = 1; ; tries++) {
    const [before = '', ...checkedOut] = (await git(['for-each-ref', '--format=%(objectname) %(worktreepath)', `refs/heads/${branch}`])).split(' ')
    // Moving it would make every file there look changed.
    if (checkedOut.join(' ').trim() !== '') throw notCommitted(`${branch} is checked out in ${checkedOut.join(' ')}`, 'Switch that working tree to another branch; the checkpoint itself is saved.')
    if (before !== '' && (await git(['rev-parse', '--verify', '--quiet', `${before}^{tree}`])) === content) return { branch, commit: before, changed: false }
    const commit = await git(['commit-tree', content, ...(before === '' ? [] : ['-p', before])], message)
    try {
      await git(['-c', 'core.hooksPath=/dev/null', 'update-ref', '-m', 'muster checkpoint', `refs/heads/${branch}`, commit, before || '0'.repeat(commit.length)])
      return { branch, commit, changed: true }
    } catch (error) {
      if (tries === TRIES) throw error
    }
  }
}

/** Names of branches may not hold what names of agents may: `..`, and `.lock` at the end. */
export function branchOfAgent(agent: string): string {
  return PREFIX + agent.replace(/\.(?=\.)|\.(?=lock$)/g, '%2e')
}

/** @throws MusterError NOT_APPLIED */
function run(cwd: string, args: readonly string[], input: string, name: string, agent: string): Promise<string> {
  const who = name.replace(/[\p{Cc}<>]/gu, ' ').trim() || agent
  const email = `${agent.replace(/[^\w.-]/g, '-')}@agents.invalid`
  const env = { ...gitEnvironment(), LC_ALL: 'C', GIT_AUTHOR_NAME: who, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: who, GIT_COMMITTER_EMAIL: email }
  return new Promise((resolve, reject) => {
    const child = execFile('git', args, { cwd, env, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error) reject(notCommitted(stderr.trim().split('\n')[0] || (errnoOf(error) ?? error.message), 'Put right what git says; the checkpoint itself is saved.', error))
      else resolve(stdout.replace(/\n$/, ''))
    })
    // It may have ended before it read all: its own error tells why.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input)
  })
}

function notCommitted(why: string, hint: string, cause?: unknown): MusterError {
  return new MusterError('NOT_APPLIED', tell`The checkpoint cannot be committed: ${why}.`, { hint, ...(cause !== undefined && { cause }) })
}
