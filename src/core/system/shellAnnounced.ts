import { lstatSync } from 'node:fs'
import { realpathOrSelf, treeOf } from './locate.js'
import { writesOf } from './shellWrites.js'

/** What a shell command says that it writes. */
export interface Announced {
  files: readonly { path: string; existed: boolean }[]
  /** It has git put files of the tree back that it was started in. */
  git: boolean
}

/**
 * Reads what a command announces; undefined where it announces nothing.
 * @param existed Whether a file was there before it
 */
export function announcedBy(command: string, cwd: string, existed: (path: string) => boolean): Announced | undefined {
  const { files, git } = writesOf(command, cwd)
  if (files.length + git.length === 0) return undefined
  const root = git.length === 0 ? undefined : treeOf(realpathOrSelf(cwd))?.root
  return { files: files.map((path) => ({ path, existed: existed(path) })), git: git.some((path) => treeOf(realpathOrSelf(path))?.root === root) }
}

/** When a file was last written, renamed or made, in ms; undefined where none is. */
export function changedAt(path: string): number | undefined {
  try {
    const stat = lstatSync(path)
    return stat.isFile() ? stat.ctimeMs : undefined
  } catch {
    return undefined
  }
}
