import { letGo } from '../core/lettingGo.js'
import { cleanText, markedData } from '../core/marked.js'
import { touches } from '../core/model/overlap.js'
import { resourceLabel } from '../core/model/resource.js'
import { claimsOf } from '../core/rules/conflicts.js'
import { checkInRule } from '../core/rules/release.js'
import { uncommittedFiles } from '../core/system/git.js'
import { realpathOrSelf, treeOf } from '../core/system/locate.js'
import { reachesModel, type Answer } from './answer.js'
import { handOver } from './messages.js'
import type { HookSession } from './session.js'

/** Files named to a model. */
const NAMED = 20

/**
 * When the agent is about to stop: unread messages make it go on, and so do locked files with changes that are not committed,
 * once for the same files. It goes on once; a stop that follows is let be.
 */
export async function onStop(session: HookSession): Promise<Answer> {
  const { call, me } = session
  if (me === '' || call.goingOn) return {}
  await letGo(session.parts, me)
  const messages = await handOver(session)
  const left = await leftOpen(session)
  const parts = [messages, left].filter((text) => text !== undefined)
  return parts.length === 0 || !reachesModel(call) ? {} : { goOn: parts.join('\n\n') }
}

async function leftOpen(session: HookSession): Promise<string | undefined> {
  const { parts, agent } = session
  const files = await dirtyFiles(session)
  if (files.length === 0) return undefined
  // Told to the others as well; and what was said once is known by it.
  const message = `Stopped with changes that are not committed: ${files.slice(0, NAMED).join(', ')}`
  if (agent?.message === message) return undefined
  await parts.join()
  await parts.connection.perform(checkInRule, { resource: null, work: true, fields: { message } })
  return `Muster: you hold locks on ${count(files.length)} with changes that are not committed; nobody else can work there meanwhile. If your work on them is done, commit it where that is your task, and release them: muster release <file>. If the person you work for is to look at it first, leave them locked and stop.\n${markedData({ uncommittedFiles: files.slice(0, NAMED).map((file) => cleanText(file, 200)) })}`
}

function count(files: number): string {
  return files === 1 ? 'a file' : `${files} files`
}

/** Files under this agent's locks, in the tree it works in, with changes that are not committed. */
async function dirtyFiles({ state, me, place, names }: HookSession): Promise<string[]> {
  const tree = treeOf(realpathOrSelf(place.cwd))
  const resources = [...claimsOf(state, me)].map((claim) => claim.resource).filter((resource) => resource.kind !== 'name' && resource.tree === tree?.id)
  if (!tree || resources.length === 0) return []
  const dirty = await uncommittedFiles(tree, resources, names)
  if (dirty !== 'unknown') return dirty.filter((path) => resources.some((resource) => touches(resource, { kind: 'file', tree: tree.id, path })))
  return resources.map(resourceLabel)
}
