import { join } from 'node:path'
import { cleanText, markedData } from '../core/marked.js'
import type { Claim } from '../core/model/claim.js'
import { covers } from '../core/model/overlap.js'
import { resourceLabel, type Resource } from '../core/model/resource.js'
import { conflictingClaims } from '../core/rules/conflicts.js'
import { logErrorRule } from '../core/rules/errorLog.js'
import { claimPresence } from '../core/rules/presence.js'
import { nameOf } from '../core/rules/rule.js'
import { uncommittedFiles } from '../core/system/git.js'
import { realpathOrSelf, treeOf } from '../core/system/locate.js'
import { reachesModel } from './answer.js'
import { resourcesOf } from './resources.js'
import type { HookSession } from './session.js'
import { changedAt, takeMark, type Begun } from './shellMarks.js'

/*
 * What a shell command does to files that others hold cannot be stopped, but it can be told when it is certain whose doing it
 * was: the command itself says that it writes the file (or has git put it back), and the file was changed while it ran. For
 * git, which names no files, it also has to be as git has it now; what somebody edits meanwhile is not. A file that merely
 * changed meanwhile may be its holder's own work and is nobody's conflict.
 */

const SHOWN = 20

/** After a shell command: logs a conflict for each file of somebody else that it changed, and answers what the agent is told. */
export async function afterShell(session: HookSession): Promise<string | undefined> {
  const begun = session.call.shell === undefined ? undefined : takeMark(session.call, session.place)
  if (begun === undefined) return undefined
  const conflicts = [...named(session, begun), ...(begun.git ? await putBack(session, begun) : [])]
  if (conflicts.length === 0) return undefined
  const { parts } = session
  // Who it works under is known from then on.
  await parts.join()
  const once = [...new Map(conflicts.filter(({ claim }) => !isFamily(session, claim)).map((conflict) => [resourceLabel(conflict.resource), conflict])).values()]
  if (once.length === 0) return undefined
  for (const { resource, claim } of once) {
    const file = resourceLabel(resource)
    await parts.connection.perform(logErrorRule, { kind: 'conflict', severity: 'medium', resource: file, message: `${nameOf(session.state, session.me)} changed ${file} by a shell command while ${nameOf(session.state, claim.holder)} held it` })
  }
  if (!reachesModel(session.call)) return undefined
  const data = once.slice(0, SHOWN).map(({ resource, claim }) => ({ file: resourceLabel(resource), holder: claim.holder, holderName: cleanText(nameOf(session.state, claim.holder), 100) }))
  return `Muster: your shell command changed a file that somebody else has locked; it is noted as a conflict. Do not change it back unasked: tell its holder what you did (tools of the muster server, or: muster send --to <holder> --subject "…"), and the person you work for.\n${markedData({ changed: data })}`
}

interface Conflict {
  resource: Resource
  claim: Claim
}

/** Files that the command names. */
function named(session: HookSession, begun: Begun): Conflict[] {
  const { place, names } = session
  return begun.files.flatMap(({ path, existed }) => {
    const now = changedAt(path)
    if (now === undefined ? !existed : now <= begun.at) return []
    return resourcesOf([path], place, names).flatMap((resource) => conflictOn(session, resource))
  })
}

/** Files locked by others that git has written: changed while it ran, and with nothing in them that is not committed. */
async function putBack(session: HookSession, begun: Begun): Promise<Conflict[]> {
  const tree = treeOf(realpathOrSelf(session.place.cwd))
  if (tree === undefined) return []
  const conflicts = [...session.state.claims.values()].flatMap(({ resource }) => {
    if (resource.kind !== 'file' || resource.tree !== tree.id) return []
    return (changedAt(join(tree.root, resource.path)) ?? -Infinity) > begun.at ? conflictOn(session, resource) : []
  })
  if (conflicts.length === 0) return []
  const clean = await Promise.all(conflicts.map(async ({ resource }) => (await uncommittedFiles(tree, [resource], session.names)).length === 0))
  return conflicts.filter((_, index) => clean[index])
}

/** Who else holds it alone, and is there. */
function conflictOn(session: HookSession, resource: Resource): Conflict[] {
  const { state, me, context } = session
  const claim = conflictingClaims(state, me, resource, 'exclusive').find((one) =>
    one.mode === 'exclusive' && one.resource.kind !== 'symbol' && covers(one.resource, resource) && claimPresence(state, one, context) === 'live')
  return claim ? [{ resource, claim }] : []
}

function isFamily({ state, me, agent }: HookSession, { holder }: Claim): boolean {
  return holder === me || holder === agent?.parent || state.agents.get(holder)?.parent === me
}
