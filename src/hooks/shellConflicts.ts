import { cleanText, markedData } from '../core/marked.js'
import type { Claim } from '../core/model/claim.js'
import { covers } from '../core/model/overlap.js'
import { resourceLabel, type Resource } from '../core/model/resource.js'
import { conflictingClaims } from '../core/rules/conflicts.js'
import { logErrorRule } from '../core/rules/errorLog.js'
import { claimPresence } from '../core/rules/presence.js'
import { nameOf } from '../core/rules/rule.js'
import { realpathOrSelf, treeOf } from '../core/system/locate.js'
import { conflictText, shellConflicts } from '../core/system/shellChanges.js'
import { reachesModel } from './answer.js'
import type { HookSession } from './session.js'
import { takeMark } from './shellMarks.js'

const SHOWN = 20

/** After a shell command: logs a conflict for each file of somebody else that it changed, and answers what the agent is told. */
export async function afterShell(session: HookSession): Promise<string | undefined> {
  const begun = session.call.shell === undefined ? undefined : takeMark(session.call, session.place)
  if (begun === undefined) return undefined
  const { parts, place, names } = session
  const conflicts = await shellConflicts(begun, { ...place, names, tree: treeOf(realpathOrSelf(place.cwd)) }, {
    resources: () => Array.from(session.state.claims.values(), ({ resource }) => resource),
    on: (resource) => claimOn(session, resource, begun.at),
  })
  if (conflicts.length === 0) return undefined
  // Who it works under is known from then on.
  await parts.join()
  const strangers = conflicts.filter(({ claim }) => !isFamily(session, claim))
  if (strangers.length === 0) return undefined
  for (const { resource, claim } of strangers) {
    const file = resourceLabel(resource)
    await parts.connection.perform(logErrorRule, { kind: 'conflict', severity: 'medium', resource: file, message: conflictText(nameOf(session.state, session.me), file, nameOf(session.state, claim.holder)) })
  }
  if (!reachesModel(session.call)) return undefined
  const data = strangers.slice(0, SHOWN).map(({ resource, claim }) => ({ file: resourceLabel(resource), holder: claim.holder, holderName: cleanText(nameOf(session.state, claim.holder), 100) }))
  return `Muster: your shell command changed a file that somebody else has locked; it is noted as a conflict. Do not change it back unasked: tell its holder what you did (tools of the muster server, or: muster send --to <holder> --subject "…"), and the person you work for.\n${markedData({ changed: data })}`
}

/** Who else holds it alone since before then, and is there. @param began in ms: who locked later, did so after what the command had changed */
function claimOn({ state, me, context }: HookSession, resource: Resource, began: number): Claim | undefined {
  return conflictingClaims(state, me, resource, 'exclusive').find((one) =>
    one.mode === 'exclusive' && one.granted.at <= began && one.resource.kind !== 'symbol' && covers(one.resource, resource) && claimPresence(state, one, context) === 'live')
}

function isFamily({ state, me, agent }: HookSession, { holder }: Claim): boolean {
  return holder === me || holder === agent?.parent || state.agents.get(holder)?.parent === me
}
