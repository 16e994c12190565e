import type { Deployment } from '../core/model/deployment.js'
import type { Muster } from '../core/muster.js'
import { knowProcesses, ownProcess } from '../core/system/processes.js'
import { markOf } from './environment.js'
import { endTree, listProcesses, marked, members, proves, type ProcessId, type TreeOptions } from './processTree.js'

/**
 * What an agent's process has started and left running when it ended and nobody ended that with it: by the variable in its
 * environment (Linux), and by its session or group, where something in there shows that this is still the agent's. Nothing is
 * known on Windows, on another machine, and of an earlier boot of this one.
 */
export async function leftOver(muster: Muster, deployment: Deployment): Promise<ProcessId[]> {
  return (await lookFor(muster, deployment))?.found ?? []
}

/** Ends that, as a keeper would have: asked first, by force after the agent's time of grace. @returns what there was */
export async function endLeftOver(muster: Muster, deployment: Deployment): Promise<ProcessId[]> {
  const { tree, found } = (await lookFor(muster, deployment)) ?? { found: [] }
  if (tree && found.length > 0) await endTree(tree, deployment.graceSeconds * 1000)
  return found
}

async function lookFor(muster: Muster, deployment: Deployment): Promise<{ tree: TreeOptions; found: ProcessId[] } | undefined> {
  const { process: root, background, heard } = deployment
  if (process.platform === 'win32' || root === undefined || root.boot !== muster.keeping.here.boot) return undefined
  const mark = markOf(muster.folder, deployment)
  await knowProcesses([process.pid])
  const keepers = (await muster.keeping.list()).flatMap(({ keeper }) => (keeper?.boot === root.boot ? [keeper] : []))
  const [rows, own] = [await listProcesses(), await marked(mark)]
  const tree: TreeOptions = { root, leads: background && proves(rows, root, own, heard.at), mark, spare: [...keepers, ownProcess()] }
  return { tree, found: members(rows, tree, own) }
}
