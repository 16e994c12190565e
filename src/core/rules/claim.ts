import type { ProcessPlace } from '../model/agent.js'
import type { GrantFields, Priority } from '../model/claim.js'
import type { Event } from '../model/events.js'
import type { ClaimRefusal, ClaimResult, Overlap } from '../model/operations.js'
import { touches } from '../model/overlap.js'
import { namedFile, resourceKey, resourceLabel, type Resource } from '../model/resource.js'
import { nextId } from '../state/ids.js'
import type { State } from '../state/state.js'
import { claimExpiry, iso } from '../state/views.js'
import { tell } from '../tell.js'
import { claimInMode, conflictingClaims, exactClaim, overlappingClaims, wouldDeadlock } from './conflicts.js'
import { grantOne } from './grant.js'
import { notify } from './notify.js'
import { obstacle, type ClaimRequest } from './obstacle.js'
import { placeInQueue, serveQueue, waitsOf } from './queue.js'
import { offerLapsed, waiterLives } from './presence.js'
import { nameOf, Plan, type Context, type Rule } from './rule.js'

export interface ClaimCommand extends ClaimRequest {
  grant: GrantFields
  wait: boolean
  priority: Priority
  /** A process stands by for the grant and renews its place within this many ms. */
  patience?: number
  /** That process, where its end ends the waiting. */
  process?: ProcessPlace
}

export interface ClaimAnswer {
  token: number
  expiresAt: string
  claims: Extract<ClaimResult, { ok: true }>[]
  /** Changes of the one it was taken from. */
  uncommitted?: string[]
}

/**
 * Claims all resources in one commit, or none: renews those held already, takes over stale ones where asked to, gets in line
 * where something is in the way and the caller wants to wait.
 */
export const claimRule: Rule<ClaimCommand, ClaimAnswer | ClaimRefusal, ClaimRefusal> = {
  decide(state, command, context) {
    const blocked = firstObstacle(state, command, context)
    if (blocked) return command.wait && mayQueue(blocked) ? queue(state, blocked, command, context) : { refusal: blocked }
    const plan = new Plan(state, context.stamp)
    for (const resource of command.resources) takeOverStale(plan, resource, command, context)
    const tokens = command.resources.map((resource) => exactClaim(state, context.agent, resource)?.token ?? context.stamp.seq)
    for (const resource of command.resources) grantOne(plan, context.agent, resource, command.grant, context, { under: Math.max(...tokens) })
    for (const wait of waitsOf(state, context.agent, command.resources)) plan.add({ type: 'wait.ended', wait: wait.id, how: 'granted' })
    // Somebody may wait for what was exclusive and is shared now.
    if (command.grant.mode === 'shared') serveQueue(plan, context)
    return { events: plan.events }
  },

  answer(events, stamp, state, command, context) {
    const queued = events.some((event) => event.type === 'wait.queued')
    const held = command.resources.map((resource) => claimInMode(state, context.agent, resource, command.grant.mode))
    if (queued && held.includes(undefined)) return queuedAnswer(state, command, context)
    const claims = command.resources.map((resource, i) => answerOne(resource, events, state, held[i], context))
    const lost = claims.find((claim) => !claim.ok)
    if (lost) return lost
    const granted = claims.filter((claim) => claim.ok)
    const { dirtyFiles } = command
    const atStake = dirtyFiles !== 'unknown' && dirtyFiles.length > 0 && granted.some((claim) => claim.tookOverFrom !== undefined) && { uncommitted: [...dirtyFiles] }
    return { ...atStake, token: Math.max(...granted.map((claim) => claim.token)), expiresAt: granted.map((claim) => claim.expiresAt).sort()[0] ?? iso(stamp), claims: granted }
  },
}

function firstObstacle(state: State, command: ClaimCommand, context: Context): ClaimRefusal | undefined {
  for (const resource of command.resources) {
    const blocked = obstacle(state, resource, command, context)
    if (blocked) return blocked
  }
  return undefined
}

function mayQueue(blocked: ClaimRefusal): boolean {
  return blocked.reason === 'HELD' || blocked.reason === 'QUEUED' || blocked.reason === 'NOT_STALE'
}

function takeOverStale(plan: Plan, resource: Resource, command: ClaimCommand, context: Context): void {
  for (const claim of conflictingClaims(plan.state, context.agent, resource, command.grant.mode)) {
    const lapsed = offerLapsed(plan.state, claim, context)
    plan.add({ type: 'claim.ended', claim: claim.id, how: lapsed ? 'lapsed' : 'taken', by: context.agent })
    if (lapsed) continue
    notify(plan, context.agent, claim.holder, 'taken', claim, `${nameOf(plan.state, context.agent)} took over ${resourceLabel(claim.resource)}`)
  }
}

function queue(state: State, blocked: ClaimRefusal, command: ClaimCommand, context: Context): { events: readonly Event[] } | { refusal: ClaimRefusal } {
  const mine = waitsOf(state, context.agent, command.resources)
  if (mine.some((wait) => waiterLives(state, wait, context))) return { refusal: queuedAnswer(state, command, context) }
  if (wouldDeadlock(state, context.agent, command.resources, command.grant.mode, context)) {
    return { refusal: { ...blocked, reason: 'DEADLOCK', hint: tell`${blocked.holderName ?? tell`The holder`} is itself waiting for something you hold. Release that first, or work on something else.` } }
  }
  const plan = new Plan(state, context.stamp)
  for (const wait of mine) plan.add({ type: 'wait.ended', wait: wait.id, how: 'expired' })
  plan.add({
    type: 'wait.queued',
    wait: nextId(state, 'wait').id,
    agent: context.agent,
    resources: [...command.resources],
    priority: command.priority,
    grant: command.grant,
    ...(command.patience !== undefined && { patience: command.patience }),
    ...(command.process && { process: command.process }),
  })
  return { events: plan.events }
}

/** What a caller in line is told. */
function queuedAnswer(state: State, command: ClaimCommand, context: Context): ClaimRefusal {
  const blocked = firstObstacle(state, { ...command, takeOver: false }, context)
  const place = placeInQueue(state, context, command.resources)
  const label = blocked?.resource ?? resourceLabel(command.resources[0]!)
  const hint = place === 0 ? tell`You are no longer in line for ${label}. Claim it again.` : tell`You are number ${place} in line and will be told when ${label} is yours.`
  return { resource: label, ...blocked, ok: false, reason: 'QUEUED', queued: place, hint }
}

/** The claim as it is now; where a retry comes after it has ended, that it has. */
function answerOne(resource: Resource, events: readonly Event[], state: State, claim: ReturnType<typeof exactClaim>, context: Context): ClaimResult {
  const label = resourceLabel(resource)
  if (!claim) {
    const holder = conflictingClaims(state, context.agent, resource, 'exclusive')[0]?.holder
    const now = holder === undefined ? tell`It is free` : tell`${nameOf(state, holder)} has it now`
    return { ok: false, reason: 'HELD', resource: label, ...(holder !== undefined && { heldBy: holder, holderName: nameOf(state, holder) }), hint: tell`Your lock on ${label} has ended since. ${now}: claim it anew.` }
  }
  const taken = events.find((event) => event.type === 'message.sent' && event.fields.about?.act === 'taken' && event.fields.about.resource === label)
  return {
    ok: true,
    resource: label,
    token: claim.token,
    expiresAt: claimExpiry(state, claim),
    overlaps: [...overlapsElsewhere(state, resource, context.agent), ...unsavedUnder(state, resource, context)],
    ...(!events.some((event) => event.type === 'claim.granted' && event.agent === context.agent && resourceKey(event.resource) === resourceKey(resource)) && { renewed: true as const }),
    ...(taken?.type === 'message.sent' && { tookOverFrom: taken.fields.to }),
  }
}

/**
 * Files under it that somebody else has unsaved text in: a person, as a rule, whose editor would not show what changes on disk. Of
 * one that is gone, too: its editor gives the text back. The same path in another working tree is another file, which stays as it
 * is. Case is left aside, as editors spell paths: a hint too many does no harm.
 */
export function unsavedUnder(state: State, resource: Resource, context: Context): Overlap[] {
  if (resource.kind === 'name') return []
  return [...state.unsaved.entries()].flatMap(([id, paths]) => {
    const agent = state.agents.get(id)
    if (id === context.agent || agent === undefined) return []
    const { tree } = resource
    const name = nameOf(state, id)
    const files = paths.map((path) => namedFile(path, agent.tree ?? ''))
    return files.filter((file) => file.tree === tree && touches({ ...resource, fold: plain(resource.path) }, { kind: 'file', tree, path: plain(file.path) })).map(({ path }) => ({ resource: path, heldBy: id, holderName: name, tree, text: tell`${name} has unsaved changes in it` }))
  })
}

function plain(path: string): string {
  return path.normalize('NFC').toLowerCase()
}

/** The same place claimed by others in other working trees: allowed, and worth knowing before merging. */
function overlapsElsewhere(state: State, resource: Resource, agent: string): Overlap[] {
  if (resource.kind === 'name') return []
  return overlappingClaims(state, resource).flatMap((claim) => {
    if (claim.resource.kind === 'name' || claim.resource.tree === resource.tree || claim.holder === agent) return []
    const name = nameOf(state, claim.holder)
    const tree = claim.resource.tree
    return [{ resource: resourceLabel(claim.resource), heldBy: claim.holder, holderName: name, tree, branch: claim.branch, text: tell`also changing on ${claim.branch ?? (tree || tell`the main working tree`)} (${name})` }]
  })
}
