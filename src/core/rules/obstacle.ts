import type { Claim, GrantFields } from '../model/claim.js'
import type { ClaimRefusal } from '../model/operations.js'
import { alternatives } from '../model/overlap.js'
import { resourceLabel, type Resource } from '../model/resource.js'
import type { State } from '../state/state.js'
import { duration } from '../state/text.js'
import { claimEta, claimExpiry, iso } from '../state/views.js'
import { tell } from '../tell.js'
import { conflictingClaims, exactClaim, waiterAhead } from './conflicts.js'
import { ageMs, claimPresence, deploymentLives, graceOf, offerLapsed, overdueMs, takeOverState } from './presence.js'
import { waitsOf } from './queue.js'
import { isPerson, nameOf, type Context } from './rule.js'

/** What of a claim decides on whether anything is in its way. */
export interface ClaimRequest {
  resources: readonly Resource[]
  grant: Pick<GrantFields, 'mode'>
  takeOver: boolean
  force: boolean
  /**
   * Files with changes that are not committed, under what would be taken over; 'unknown' where git could not tell, which
   * counts as changes. Read when a take-over is asked for.
   */
  dirtyFiles: readonly string[] | 'unknown'
}

/** Why this resource cannot be granted now; undefined when it can. */
export function obstacle(state: State, resource: Resource, command: ClaimRequest, context: Context): ClaimRefusal | undefined {
  const deployment = state.deployments.get(context.agent)
  if (deployment?.readOnly && deploymentLives(deployment, context)) {
    return { ok: false, reason: 'READ_ONLY', resource: resourceLabel(resource), hint: tell`You were deployed to read only: change nothing, and report what you find.` }
  }
  if (!command.force && isOverBroad(resource)) {
    return { ok: false, reason: 'TOO_BROAD', resource: resourceLabel(resource), hint: tell`"${resourceLabel(resource)}" covers nearly everything. Claim the folder or files you will change, or pass force.` }
  }
  const inTheWay = conflictingClaims(state, context.agent, resource, command.grant.mode).filter((claim) => !offerLapsed(state, claim, context))
  for (const claim of inTheWay) {
    const refusal = claimObstacle(state, resource, claim, command, context)
    if (!refusal) continue
    const holders = [...new Set(inTheWay.map(({ holder }) => holder))]
    return holders.length > 1 ? { ...refusal, holders } : refusal
  }
  const mine = waitsOf(state, context.agent, command.resources)[0]
  const ahead = waiterAhead(state, context.agent, resource, command.grant.mode, context, mine)
  if (!ahead || exactClaim(state, context.agent, resource)) return undefined
  const name = nameOf(state, ahead.agent)
  return { ok: false, reason: 'QUEUED', resource: resourceLabel(resource), heldBy: ahead.agent, holderName: name, stale: false, hint: tell`${name} is next in line for it. Wait your turn (wait) or work on something else.` }
}

/** The root, and patterns that begin with a name which could be any: `**`, `*`, `*.*`, `?*`, also as one of the words of a brace. */
export function isOverBroad(resource: Resource): boolean {
  if (resource.kind === 'folder') return resource.path === ''
  if (resource.kind !== 'glob') return false
  const patterns = alternatives(resource.path)
  return patterns === undefined || patterns.some((pattern) => /^[*?.]*\*[*?.]*(\/|$)/.test(pattern))
}

function claimObstacle(state: State, resource: Resource, claim: Claim, command: ClaimRequest, context: Context): ClaimRefusal | undefined {
  const described = { ...describe(state, resource, claim, context), ok: false as const }
  if (!command.takeOver) return { ...described, reason: 'HELD', hint: heldHint(state, claim, context) }
  const takeOver = takeOverState(state, claim, context)
  if (takeOver === 'live') return { ...described, reason: 'NOT_STALE', hint: described.stale ? tell`The lease of ${described.holderName} is over, and it has ${duration(graceOf(claim, context.graceMs) - overdueMs(state, claim, context))} more to come back. Try again then, or work on something else.` : tell`${described.holderName} is still there, so it cannot be taken over. ${wayOut(described.holderName)}` }
  if ((command.dirtyFiles === 'unknown' || command.dirtyFiles.length > 0) && !command.force && !isPerson(state.agents.get(context.agent))) {
    return { ...described, reason: 'DIRTY', files: command.dirtyFiles === 'unknown' ? [] : [...command.dirtyFiles], hint: tell`${command.dirtyFiles === 'unknown' ? tell`It may have changes by ${described.holderName} that are not committed.` : tell`It has changes by ${described.holderName} that are not committed.`} Ask a person to take it over, or pass force if you have looked at them.` }
  }
  if (takeOver === 'allowed') return undefined
  return { ...described, reason: 'CHALLENGED', hint: tell`${described.holderName} may still be there and is asked to answer first; try again in ${duration(context.graceMs)}.` }
}

function describe(state: State, resource: Resource, claim: Claim, context: Context): Omit<ClaimRefusal, 'ok' | 'reason' | 'hint'> & { holderName: string } {
  return {
    resource: resourceLabel(resource),
    ...(resourceLabel(claim.resource) !== resourceLabel(resource) && { held: resourceLabel(claim.resource) }),
    heldBy: claim.holder,
    holderName: nameOf(state, claim.holder),
    progress: claim.progress,
    since: iso(claim.granted),
    expiresAt: claimExpiry(state, claim),
    eta: claimEta(claim),
    stale: claimPresence(state, claim, context) !== 'live',
  }
}

function heldHint(state: State, claim: Claim, context: Context): string {
  const name = nameOf(state, claim.holder)
  const presence = claimPresence(state, claim, context)
  const since = duration(ageMs(claim.granted, context.stamp))
  if (presence === 'gone') return tell`${name} is gone; its lock is stale. Take it over (takeOver), or work on something else.`
  if (presence === 'overdue') return tell`${name} has not been heard from for longer than its lease. Take it over (takeOver), wait, or work on something else.`
  const progress = claim.progress === undefined ? '' : tell`, ${claim.progress} % done`
  return tell`${name} has held ${resourceLabel(claim.resource)} for ${since}${progress}. ${wayOut(name)}`
}

function wayOut(name: string): string {
  return tell`Wait until it is free, ask ${name} to release it, or work on something else.`
}
