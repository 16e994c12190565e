import { resolve } from 'node:path'
import { homeOf, realpathOrSelf, treeOf } from '../core/system/locate.js'
import { realPath } from '../core/system/resolve.js'
import type { HookCall } from './call.js'
import { placeOf, type Place } from './place.js'

/**
 * A call by the places whose files it is about: files in a repository within the agent's own (a submodule, say) are locked
 * in the records of that one, where it has some. The agent's own place comes last.
 */
export function routesOf(call: HookCall, place: Place): { call: HookCall; place: Place }[] {
  const tree = treeOf(realpathOrSelf(place.cwd))
  if (tree === undefined || call.files.length === 0) return [{ call, place }]
  const nested = new Map<string, string[]>()
  for (const file of call.files) {
    const path = resolve(place.cwd, file)
    const root = homeOf(realPath(path), tree).nested
    if (root !== undefined) nested.set(root, [...(nested.get(root) ?? []), path])
  }
  const routes = [...nested].flatMap(([root, files]) => {
    const there = placeOf(root, {})
    return there ? [{ call: { ...call, files }, place: there }] : []
  })
  const moved = new Set(routes.flatMap((route) => route.call.files))
  return [...routes, { call: { ...call, files: call.files.filter((file) => !moved.has(resolve(place.cwd, file))) }, place }]
}
