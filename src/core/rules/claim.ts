import type { Stamp } from '../ledger/port.js'
import type { Claim, GrantFields, Priority, Wait } from '../model/claim.js'
import type { Event } from '../model/events.js'
import type { ClaimRefusal, ClaimResult, Overlap } from '../model/operations.js'
import { resourceKey, resourceLabel, type Resource } from '../model/resource.js'
import { nextId } from '../state/fold.js'
import type { State } from '../state/state.js'
import { duration } from '../state/text.js'
import { claimEta, claimExpiry, iso } from '../state/views.js'
import { conflictingClaims, exactClaim, overlappingClaims, waiterAhead, waitQueue, wouldDeadlock } from './conflicts.js'
import { ageMs, claimPresence, takeOverState, waiterLives } from './presence.js'
import { notify } from './notify.js'
import { isPerson, nameOf, Plan, type Context, type Rule } from './rule.js'

export interface ClaimCommand {
  resources: readonly Resource[]
  grant: GrantFields
  wait: boolean
  takeOver: boolean
  force: boolean
  priority: Priority
  /** Files with changes that are not committed, under the resources; read when a take-over is asked for. */
  dirtyFiles: readonly string[]
}

export interface ClaimAnswer {
  token: number
  expiresAt: string
  claims: Extract<ClaimResult, { ok: true }>[]
}

/** Claims all resources in one commit, or none: renews those held already, takes over stale ones where asked to. */
export const claimRule: Rule<ClaimCommand, ClaimAnswer, ClaimRefusal> & { queued: typeof queuedAnswer } = {
  queued: queuedAnswer,

  decide(state, command, context) {
    const blocked = command.resources.map((resource) => obstacle(state, resource, command, context)).find((refusal) => refusal !== undefined)
    if (blocked) return command.wait && (blocked.reason === 'HELD' || blocked.reason === 'QUEUED') ? queue(state, blocked, command, context) : { refusal: blocked }
    const plan = new Plan(state, context.stamp)
    for (const resource of command.resources) takeOverStale(plan, resource, command, context)
    for (const resource of command.resources) grantOne(plan, context.agent, resource, command.grant)
    for (const wait of waitsOf(state, context.agent, command.resources)) plan.add({ type: 'wait.ended', wait: wait.id, how: 'granted' })
    return { events: plan.events }
  },

  /** `claims` is empty where the caller was put in line instead. */
  answer(events, stamp, state, command, context) {
    if (events.some((event) => event.type === 'wait.queued')) return { token: 0, expiresAt: iso(stamp), claims: [] }
    const tookOver = new Map<string, string>()
    for (const event of events) if (event.type === 'message.sent' && event.fields.about?.act === 'taken') tookOver.set(event.fields.about.resource, event.fields.to)
    const granted = new Set(events.flatMap((event) => (event.type === 'claim.granted' ? [resourceKey(event.resource)] : [])))
    const claims = command.resources.map((resource) => answerOne(state, resource, stamp, context, tookOver, granted.has(resourceKey(resource))))
    return { token: Math.max(...claims.map((claim) => claim.token)), expiresAt: claims.map((claim) => claim.expiresAt).sort()[0] ?? iso(stamp), claims }
  },
}

function waitsOf(state: State, agent: string, resources: readonly Resource[]): Wait[] {
  const keys = resources.map(resourceKey).sort().join('\n')
  return [...state.waits.values()].filter((wait) => wait.agent === agent && wait.resources.map(resourceKey).sort().join('\n') === keys)
}

/** Why this resource cannot be granted now; undefined when it can. */
function obstacle(state: State, resource: Resource, command: ClaimCommand, context: Context): ClaimRefusal | undefined {
  if (resource.kind === 'glob' && !command.force && isOverBroad(resource.path)) {
    return { ok: false, reason: 'TOO_BROAD', resource: resourceLabel(resource), hint: `"${resource.path}" covers nearly everything. Claim the folder or files you will change, or pass force.` }
  }
  for (const claim of conflictingClaims(state, context.agent, resource, command.grant.mode)) {
    const refusal = claimObstacle(state, resource, claim, command, context)
    if (refusal) return refusal
  }
  const mine = waitsOf(state, context.agent, command.resources)[0]
  const ahead = waiterAhead(state, context.agent, resource, command.grant.mode, context, mine)
  if (!ahead || exactClaim(state, context.agent, resource)) return undefined
  const name = nameOf(state, ahead.agent)
  return { ok: false, reason: 'QUEUED', resource: resourceLabel(resource), heldBy: ahead.agent, holderName: name, stale: false, hint: `${name} is next in line for it. Wait your turn (wait) or work on something else.` }
}

function isOverBroad(path: string): boolean {
  return /^(\*\*|\*)(\/|$)/.test(path)
}

function claimObstacle(state: State, resource: Resource, claim: Claim, command: ClaimCommand, context: Context): ClaimRefusal | undefined {
  const described = { ...describe(state, resource, claim, context), ok: false as const }
  if (!command.takeOver) return { ...described, reason: 'HELD', hint: heldHint(state, claim, context) }
  const takeOver = takeOverState(state, claim, context)
  if (takeOver === 'live') return { ...described, reason: 'NOT_STALE', hint: `${described.holderName} is still there, so it cannot be taken over. ${heldHint(state, claim, context)}` }
  if (command.dirtyFiles.length > 0 && !command.force && !isPerson(state.agents.get(context.agent))) {
    return { ...described, reason: 'DIRTY', files: [...command.dirtyFiles], hint: `It has changes by ${described.holderName} that are not committed. Ask a person to take it over, or pass force if you have looked at them.` }
  }
  if (takeOver === 'allowed') return undefined
  return { ...described, reason: 'CHALLENGED', hint: `${described.holderName} may still be there and is asked to answer first; try again in ${duration(context.graceMs)}.` }
}

function describe(state: State, resource: Resource, claim: Claim, context: Context): Omit<ClaimRefusal, 'ok' | 'reason' | 'hint'> & { holderName: string } {
  return {
    resource: resourceLabel(resource),
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
  if (presence === 'gone') return `${name} is gone; its claim is stale. Take it over (takeOver), or work on something else.`
  if (presence === 'overdue') return `${name} has not been heard from for longer than its lease. Take it over (takeOver), wait, or work on something else.`
  const progress = claim.progress === undefined ? '' : `, ${claim.progress} % done`
  return `${name} has it since ${since}${progress}. Wait for it (wait), ask ${name} to release it, or work on something else.`
}

function takeOverStale(plan: Plan, resource: Resource, command: ClaimCommand, context: Context): void {
  for (const claim of conflictingClaims(plan.state, context.agent, resource, command.grant.mode)) {
    plan.add({ type: 'claim.ended', claim: claim.id, how: 'taken', by: context.agent })
    notify(plan, context.agent, claim.holder, 'taken', claim, `${nameOf(plan.state, context.agent)} took over ${resourceLabel(claim.resource)}`)
  }
}

/** Grants one resource to `agent`, or renews its claim on exactly that. The caller has made sure nobody else holds it. */
export function grantOne(plan: Plan, agent: string, resource: Resource, grant: GrantFields, wait?: Wait): void {
  const own = exactClaim(plan.state, agent, resource)
  if (own) plan.add({ type: 'claim.renewed', claim: own.id, ttl: grant.ttl, mode: grant.mode, attached: grant.attached, ...(grant.note !== undefined && { note: grant.note }) })
  else plan.add({ type: 'claim.granted', claim: nextId(plan.state, 'claim').id, agent, resource, grant, ...(wait && { wait: wait.id }) })
}

function queue(state: State, blocked: ClaimRefusal, command: ClaimCommand, context: Context): { events: readonly Event[] } | { refusal: ClaimRefusal } {
  if (wouldDeadlock(state, context.agent, command.resources, command.grant.mode)) {
    return { refusal: { ...blocked, reason: 'DEADLOCK', hint: `${blocked.holderName ?? 'The holder'} is itself waiting for something you hold. Release that first, or work on something else.` } }
  }
  if (waitsOf(state, context.agent, command.resources).length > 0) return { refusal: queuedAnswer(state, command, context) }
  const plan = new Plan(state, context.stamp)
  plan.add({ type: 'wait.queued', wait: nextId(state, 'wait').id, agent: context.agent, resources: [...command.resources], priority: command.priority, grant: command.grant })
  return { events: plan.events }
}

/** Place in line of the caller for these resources, from 1; 0 when it is not in line. */
export function placeInQueue(state: State, context: Context, command: Pick<ClaimCommand, 'resources' | 'grant'>): number {
  const mine = waitsOf(state, context.agent, command.resources)[0]
  if (!mine) return 0
  const ahead = waitQueue(state).slice(0, waitQueue(state).findIndex((wait) => wait.id === mine.id))
  return 1 + ahead.filter((wait) => waiterLives(state, wait, context)).length
}

/** What a caller in line is told. */
function queuedAnswer(state: State, command: ClaimCommand, context: Context): ClaimRefusal {
  const blocked = command.resources.map((resource) => obstacle(state, resource, command, context)).find((refusal) => refusal !== undefined)
  const place = placeInQueue(state, context, command)
  const label = blocked?.resource ?? resourceLabel(command.resources[0]!)
  return { resource: label, ...blocked, ok: false, reason: 'QUEUED', queued: place, hint: `You are number ${place} in line and will be told when ${label} is yours.` }
}

/** Leaves the line for exactly these resources. */
export const cancelWaitRule: Rule<{ resources: readonly Resource[] }, { cancelled: boolean }, never> = {
  decide(state, command, context) {
    return { events: waitsOf(state, context.agent, command.resources).map((wait) => ({ type: 'wait.ended' as const, wait: wait.id, how: 'cancelled' as const })) }
  },
  answer: (events) => ({ cancelled: events.length > 0 }),
}

function answerOne(state: State, resource: Resource, stamp: Stamp, context: Context, tookOver: ReadonlyMap<string, string>, granted: boolean): Extract<ClaimResult, { ok: true }> {
  const claim = exactClaim(state, context.agent, resource)
  const label = resourceLabel(resource)
  const tookOverFrom = tookOver.get(label)
  return {
    ok: true,
    resource: label,
    token: granted || !claim ? stamp.seq : claim.token,
    expiresAt: claim ? claimExpiry(state, claim) : iso(stamp),
    overlaps: overlapsElsewhere(state, resource, context.agent),
    ...(!granted && { renewed: true as const }),
    ...(tookOverFrom !== undefined && { tookOverFrom }),
  }
}

/** The same place claimed by others in other working trees: allowed, and worth knowing before merging. */
export function overlapsElsewhere(state: State, resource: Resource, agent: string): Overlap[] {
  if (resource.kind === 'name') return []
  return overlappingClaims(state, resource).flatMap((claim) => {
    if (claim.resource.kind === 'name' || claim.resource.tree === resource.tree || claim.holder === agent) return []
    const name = nameOf(state, claim.holder)
    const tree = claim.resource.tree
    return [{ resource: resourceLabel(claim.resource), heldBy: claim.holder, holderName: name, tree, branch: claim.branch, text: `also changing on ${claim.branch ?? (tree || 'the main working tree')} (${name})` }]
  })
}
