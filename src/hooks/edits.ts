import { sep } from 'node:path'
import { cleanText, markedData } from '../core/marked.js'
import { letGo } from '../core/lettingGo.js'
import type { Claim } from '../core/model/claim.js'
import type { ClaimRefusal } from '../core/model/operations.js'
import { covers } from '../core/model/overlap.js'
import { resourceLabel, type Resource } from '../core/model/resource.js'
import { conflictingClaims, claimsOf, exactClaim } from '../core/rules/conflicts.js'
import { passRule } from '../core/rules/family.js'
import { unsavedUnder } from '../core/rules/claim.js'
import { claimPresence, takeOverState } from '../core/rules/presence.js'
import { checkInRule } from '../core/rules/release.js'
import { realpathOrSelf } from '../core/system/locate.js'
import { reachesModel, type Answer } from './answer.js'
import { handOver } from './messages.js'
import { resourcesOf } from '../core/system/writtenFiles.js'
import { noteOfEdit, roleWarning } from './roles.js'
import type { HookSession } from './session.js'
import { afterShell } from './shellConflicts.js'
import { fileWord } from './words.js'

/** Files an agent is shown to have changed. */
const FILES_SHOWN = 100
/** A call of a tool that writes nothing renews locks as well, but not more often than this, in ms. */
const RENEW_MS = 60_000

/** Before an edit: locks what is going to be written, or says who has it. */
export async function beforeEdit(session: HookSession): Promise<Answer> {
  const wanted = resourcesOf(session.call.files, session.place, session.names)
  const needed = wanted.filter((resource) => !isHeld(session, resource))
  if (needed.length === 0) return {}
  const { parts } = session
  await parts.join()
  await takeFromParent(session, needed)
  const lacking = needed.filter((resource) => !isHeld(session, resource) && !isParents(session, resource))
  if (lacking.length === 0) return {}
  const note = noteOfEdit(session)
  const result = await parts.claims.claim({
    resources: lacking,
    grant: { mode: 'exclusive', attached: parts.connection.bound, ttl: parts.leaseMs, branch: parts.tree.branch(), ...(note !== undefined && { note }) },
    priority: 'normal',
    wait: false,
    timeoutMs: undefined,
    keepPlace: false,
    // What a dead agent left behind clean need not stop anybody; a living one is not asked from here, for that takes its time.
    takeOver: isAbandoned(session, lacking),
    force: false,
    signal: undefined,
    key: undefined,
  })
  return 'ok' in result ? { deny: denial(session, result) } : {}
}

/** After an edit, or any other call of a tool: shows the work, which renews the locks, and hands messages over. */
export async function afterEdit(session: HookSession): Promise<Answer> {
  const written = resourcesOf(session.call.files, session.place, session.names)
  const { parts, me } = session
  const [unsaved, role] = [unsavedOf(session, written), roleWarning(session, written)]
  if (written.length > 0 || (me !== '' && isQuiet(session))) {
    await parts.join()
    const filesModified = modified(session, written)
    await parts.connection.perform(checkInRule, { resource: null, work: true, fields: { branch: parts.tree.branch(), ...(filesModified && { filesModified }) } })
  }
  if (me !== '') await letGo(parts, me)
  const context = [await afterShell(session), unsaved, role, await handOver(session)].filter((text) => text !== undefined)
  return context.length === 0 ? {} : { context: context.join('\n\n') }
}

/** Said with the first edit of a file: an editor would not show its person what has just changed on disk. */
function unsavedOf({ call, state, context, agent }: HookSession, written: readonly Resource[]): string | undefined {
  if (!reachesModel(call)) return undefined
  const known = new Set(agent?.filesModified)
  const unsaved = written.filter((resource) => !known.has(resourceLabel(resource))).flatMap((resource) => unsavedUnder(state, resource, context))
  if (unsaved.length === 0) return undefined
  const files = unsaved.slice(0, 20).map(({ resource, heldBy, holderName }) => ({ file: resource, by: heldBy, name: cleanText(holderName, 100) }))
  return `Muster: somebody has unsaved changes in a file that you have just written; yours and theirs will collide when they save. Tell them what you changed (tools of the muster server, or: muster send --to <by> --subject "…"), and the person you work for.\n${markedData({ unsavedBy: files })}`
}

/** Locked by this agent, alive, and nothing else in the way. */
function isHeld(session: HookSession, resource: Resource): boolean {
  const { state, me, context } = session
  if (me === '') return false
  for (const claim of claimsOf(state, me)) {
    if (covers(claim.resource, resource) && claimPresence(state, claim, context) === 'live') return true
  }
  return false
}

function parentClaims({ state, agent }: HookSession): Iterable<Claim> {
  return agent?.parent === undefined ? [] : claimsOf(state, agent.parent)
}

/** A subagent works under what its agent has locked as a whole. */
function isParents(session: HookSession, resource: Resource): boolean {
  for (const claim of parentClaims(session)) if (covers(claim.resource, resource)) return session.call.subagent !== undefined
  return false
}

/** What the agent has locked for itself, and its subagent is going to write, becomes the subagent's. */
async function takeFromParent(session: HookSession, resources: readonly Resource[]): Promise<void> {
  const { call, agent, state, parts, me } = session
  const parent = agent?.parent
  if (call.subagent === undefined || parent === undefined) return
  const claims = resources.flatMap((resource) => exactClaim(state, parent, resource)?.id ?? [])
  if (claims.length > 0) await parts.connection.perform(passRule, { claims, to: me, attached: parts.connection.bound })
}

function isAbandoned({ state, me, context }: HookSession, resources: readonly Resource[]): boolean {
  const holders = resources.flatMap((resource) => conflictingClaims(state, me, resource, 'exclusive'))
  return holders.length > 0 && holders.every((claim) => takeOverState(state, claim, context) === 'allowed')
}

/** Holds something, and was not heard of for a while. */
function isQuiet({ state, me, context }: HookSession): boolean {
  const worked = state.worked.get(me)
  return state.claimsOf.has(me) && worked !== undefined && (worked.boot !== context.stamp.boot || context.stamp.up - worked.up >= RENEW_MS)
}

function modified({ agent }: HookSession, written: readonly Resource[]): string[] | undefined {
  if (written.length === 0) return undefined
  const known = agent?.filesModified ?? []
  return [...new Set([...known, ...written.map(resourceLabel)])].slice(-FILES_SHOWN)
}

/**
 * Why an edit is not made, and what to do instead. The sentences are ours; names and words of others, and of files, stand in
 * the marked field.
 */
function denial(session: HookSession, refusal: ClaimRefusal): string {
  const { state, me, place } = session
  const { reason, resource, held, heldBy, holderName, progress, since, expiresAt, eta, stale, queued, files } = refusal
  const claim = heldBy === undefined ? undefined : [...claimsOf(state, heldBy)].find((one) => resourceLabel(one.resource) === (held ?? resource))
  const data = {
    file: resource, locked: held, holder: heldBy, holderName, progressPercent: progress, since, expectedDone: eta, leaseUntil: expiresAt, stale, placeInLine: queued,
    uncommittedFiles: files?.slice(0, 20), note: claim?.note && cleanText(claim.note, 200), lastWord: claim?.message && cleanText(claim.message, 200), branch: claim?.branch,
  }
  const word = fileWord(session.call.files.find((file) => resourcesOf([file], place, session.names).some((wanted) => resourceLabel(wanted) === resource)), place.cwd)
  // Commands for another repository within the agent's own are run there.
  const from = session.call.cwd === undefined ? place.cwd : realpathOrSelf(session.call.cwd)
  const inner = place.cwd.startsWith(`${from}${sep}`) ? `In ${fileWord(place.cwd, from)}: ` : ''
  const way = reason === 'DIRTY'
    ? 'The holder is gone and left changes in it that are not committed: ask the person you work for whether you may take it over.'
    : `Work on something else and try again later, or ask for it: ${inner}muster ask ${word} --body "what you need it for" (or the tools of the muster server). To be told when it is free: ${inner}muster claim ${word} --wait --timeout 60`
  return `Muster: this edit was not made, because the holder named below has a lock on the file you wanted to edit${progress === undefined ? '' : ` (${progress} % done)`}. You are ${me}. Do not write the file in any other way either. ${way}\n${markedData(data)}`
}
