import { resolve } from 'node:path'
import { isMusterError } from '../errors.js'
import { overlaps } from '../model/overlap.js'
import type { Resource } from '../model/resource.js'
import type { NameRules } from '../names.js'
import { realpathOrSelf, treeOf, type Tree } from './locate.js'
import { resolveFile } from './resolve.js'

/** The coordination folder, and the directory of its repository that relative paths start from. */
export interface WorkPlace {
  folder: string
  cwd: string
}

/**
 * The files as resources of the working trees that they lie in. Left out are those that nobody can lock: outside of the
 * repository, and the records themselves.
 */
export function resourcesOf(files: readonly string[], { folder, cwd }: WorkPlace, names: NameRules): Resource[] {
  const own = treeOf(realpathOrSelf(cwd)) ?? treeOf(resolve(folder, '..'))
  const records: Resource = { kind: 'folder', tree: '', path: '.muster' }
  return files.flatMap((file) => {
    const path = resolve(cwd, file)
    const tree = siblingTree(path, own) ?? own ?? plainTree(folder)
    try {
      const resource = resolveFile(path, { tree, base: cwd, names })
      return resource.kind === 'name' || (resource.tree === '' && overlaps(records, resource)) ? [] : [resource]
    } catch (error) {
      if (isMusterError(error)) return []
      throw error
    }
  })
}

/** Another working tree of the same repository: an agent may write there from here. */
function siblingTree(path: string, own: Tree | undefined): Tree | undefined {
  const tree = treeOf(path)
  return tree?.commonDir !== undefined && tree.commonDir === own?.commonDir ? tree : undefined
}

function plainTree(folder: string): Tree {
  return { root: realpathOrSelf(resolve(folder, '..')), id: '', gitDir: undefined, commonDir: undefined }
}
