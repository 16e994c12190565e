import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readSmall } from './gitConfig.js'
import { branchOf, rootOfTree, treeOf, type Tree } from './locate.js'

/** Where a working tree stands. */
export interface Head {
  root: string
  /** A short commit id where none is checked out. */
  branch?: string
  /** Commit id; missing before the first commit, and where git keeps it in a way of its own. */
  head?: string
}

/** Branch and commit of the working trees that the directories are in, and of the other trees of their repositories; git is not run. */
export function headsOf(directories: readonly string[]): Head[] {
  const trees = new Map<string, Tree>()
  const note = (directory: string | undefined): Tree | undefined => {
    const tree = directory === undefined ? undefined : treeOf(directory)
    if (tree?.gitDir !== undefined && !tree.unseen) trees.set(tree.root, tree)
    return tree
  }
  for (const directory of directories) {
    const tree = note(directory)
    if (tree?.commonDir === undefined) continue
    for (const id of ['', ...namesIn(join(tree.commonDir, 'worktrees'))]) note(rootOfTree(tree, id))
  }
  return [...trees.values()].map(headOf).sort((a, b) => (a.root < b.root ? -1 : 1))
}

/** The working trees of a directory's repository that are on this disk, by git's name for each ('' for the main one); without git, the directory alone. */
export function treesBeside(directory: string): { id: string; root: string }[] {
  const own = treeOf(directory)
  if (own?.commonDir === undefined || own.unseen) return [{ id: own?.id ?? '', root: own?.root ?? directory }]
  const found = new Map([[own.root, own]])
  for (const id of ['', ...namesIn(join(own.commonDir, 'worktrees'))]) {
    const root = rootOfTree(own, id)
    const tree = root === undefined ? undefined : treeOf(root)
    if (tree) found.set(tree.root, tree)
  }
  return [...found.values()].map(({ id, root }) => ({ id, root }))
}

function headOf(tree: Tree): Head {
  const branch = branchOf(tree)
  const head = commitOf(tree)
  return { root: tree.root, ...(branch !== undefined && { branch }), ...(head !== undefined && { head }) }
}

function commitOf({ gitDir = '', commonDir = gitDir }: Tree): string | undefined {
  const head = readSmall(join(gitDir, 'HEAD'))?.trim()
  const ref = /^ref: (refs\/\S+)$/.exec(head ?? '')?.[1]
  if (ref === undefined || ref.includes('..')) return commitIn(head)
  return commitIn(readSmall(join(commonDir, ref))) ?? packed(commonDir, ref)
}

function packed(commonDir: string, ref: string): string | undefined {
  const line = readSmall(join(commonDir, 'packed-refs'))?.split('\n').find((one) => one.endsWith(` ${ref}`))
  return commitIn(line?.split(' ')[0])
}

function commitIn(text: string | undefined): string | undefined {
  return /^\s*([0-9a-f]{40}|[0-9a-f]{64})\s*$/.exec(text ?? '')?.[1]
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
