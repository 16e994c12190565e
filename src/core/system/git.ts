import { execFile, execFileSync } from 'node:child_process'
import { userInfo } from 'node:os'
import { promisify } from 'node:util'
import { comparedPath, type Resource } from '../model/resource.js'
import { overlaps } from '../model/overlap.js'

const run = promisify(execFile)

/** Name of the person at this machine: git's `user.name`, else the account's. */
export function personName(cwd: string): string {
  try {
    const name = execFileSync('git', ['config', 'user.name'], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    if (name !== '') return name
  } catch {
    // No git, or no name configured.
  }
  return userInfo().username || 'person'
}

/**
 * Files under the resources with changes that are not committed, relative to the tree's root; untracked ones count. Empty
 * outside git or where git cannot tell.
 */
export async function dirtyFiles(treeRoot: string, resources: readonly Resource[]): Promise<string[]> {
  const paths = resources.filter((resource) => resource.kind !== 'name')
  if (paths.length === 0) return []
  try {
    const { stdout } = await run('git', ['status', '--porcelain=v1', '-z', '--no-renames', '--untracked-files=all'], { cwd: treeRoot, maxBuffer: 64 * 1024 * 1024 })
    const changed = stdout.split('\0').filter((entry) => entry.length > 3).map((entry) => entry.slice(3))
    return changed.filter((path) => paths.some((resource) => overlaps({ kind: 'file', tree: '', path }, { ...resource, path: comparedPath(resource) })))
  } catch {
    return []
  }
}
