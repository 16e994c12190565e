import { isAbsolute, relative, resolve, sep } from 'node:path'
import { realpathOrSelf } from '../core/system/locate.js'

/**
 * A resource as the library names it, from the root of the working tree, as one would type it in this directory.
 * Unchanged outside of the tree, where the library takes paths from the root as well.
 */
export function resourceHere(resource: string, cwd: string, root: string): string {
  if (/^(name|port):/.test(resource)) return resource
  const [realRoot, realCwd] = [realpathOrSelf(root), realpathOrSelf(cwd)]
  const inside = relative(realRoot, realCwd)
  if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) return resource
  const here = relative(realCwd, resolve(realRoot, resource)).split(sep).join('/')
  if (here === '') return './'
  return resource.endsWith('/') ? `${here}/` : here
}
