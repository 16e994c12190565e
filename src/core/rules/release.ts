import type { Claim } from '../model/claim.js'
import type { CheckInResult, ForceReleaseResult, LostRefusal, ReleaseResult, StatusRefusal } from '../model/operations.js'
import type { AgentFields } from '../model/agent.js'
import { resourceKey, resourceLabel, type Resource } from '../model/resource.js'
import type { State } from '../state/state.js'
import { duration } from '../state/text.js'
import { claimExpiry, waitersFor } from '../state/views.js'
import { tell } from '../tell.js'
import { claimsOf, exactClaim, overlappingClaims } from './conflicts.js'
import { statusRefusal } from './agent.js'
import { standing } from './grant.js'
import { notify } from './notify.js'
import { ageMs } from './presence.js'
import { servedIn, serveQueue } from './queue.js'
import { isRunNote } from './runs.js'
import { isPerson, nameOf, Plan, refuse, type Context, type Rule } from './rule.js'

export interface CheckInCommand {
  /** Null: the agent as a whole. */
  resource: Resource | null
  fields: AgentFields
  token?: number
  ttl?: number
  /** False for a timer's sign of life, which keeps the agent shown as present but renews nothing. */
  work: boolean
}

export const checkInRule: Rule<CheckInCommand, Extract<CheckInResult, { ok: true }>, LostRefusal | StatusRefusal> = {
  decide(state, command, context) {
    const refusal = statusRefusal(state, context.agent, command.fields.status)
    if (refusal) return { refusal }
    const plan = new Plan(state, context.stamp)
    let { fields } = command
    if (command.resource) {
      const held = heldClaim(state, command.resource, command.token, context)
      if ('refusal' in held) return held
      const { progress, message } = command.fields
      plan.add({ type: 'claim.renewed', claim: held.claim.id, ...standing(state, held.claim, false, context), ...(command.ttl !== undefined && { ttl: command.ttl }), ...estimateOf(held.claim, command.fields.eta), ...(progress !== undefined && { progress }), ...(message !== undefined && { message }) })
      if (isRunNote(held.claim.note) && isPerson(state.agents.get(context.agent))) fields = withoutProgress(fields)
    }
    plan.add({ type: 'agent.checkedIn', agent: context.agent, fields, work: command.work })
    return { events: plan.events }
  },

  answer(_events, _stamp, state, command, context) {
    const claim = command.resource ? exactClaim(state, context.agent, command.resource) : undefined
    return {
      ok: true,
      agent: context.agent,
      ...(claim && { resource: resourceLabel(claim.resource), token: claim.token, expiresAt: claimExpiry(state, claim) }),
      unread: state.unreadOf.count(context.agent),
      waiters: waitersOn(state, claim ? [claim] : claimsOf(state, context.agent)),
    }
  },
}

/** The time that a check-in names for when it will be done, as the lock keeps it: in minutes from its granting. */
function estimateOf({ granted }: Claim, eta: string | undefined): { estimatedMinutes?: number } {
  const minutes = eta === undefined ? Number.NaN : (Date.parse(eta) - granted.at) / 60_000
  return Number.isNaN(minutes) ? {} : { estimatedMinutes: Math.max(0, minutes) }
}

/** A run's progress is its own: people go on when it is over, and nothing would say that they are not at 80 % any more. */
function withoutProgress({ progress: _, ...fields }: AgentFields): AgentFields {
  return fields
}

export interface ReleaseCommand {
  resource: Resource
  token?: number
  message?: string
}

export const releaseRule: Rule<ReleaseCommand, Extract<ReleaseResult, { ok: true }>, LostRefusal> = {
  decide(state, command, context) {
    const held = heldClaim(state, command.resource, command.token, context)
    if ('refusal' in held) return held
    // Granted in this very line: ended in it too, the next grant of the resource could get the same token.
    if (held.claim.token === context.stamp.seq) return { later: true }
    const plan = new Plan(state, context.stamp)
    plan.add({ type: 'claim.ended', claim: held.claim.id, how: 'released', by: context.agent, ...(command.message !== undefined && { message: command.message }) })
    serveQueue(plan, context)
    return { events: plan.events }
  },

  answer(events, _stamp, _state, command) {
    return { ok: true, resource: resourceLabel(command.resource), grantedTo: servedIn(events) }
  },
}

export interface ForceReleaseCommand {
  resource: Resource
  reason: string
}

/** A person ends somebody's claim, living or not; the holder is told why. */
export const forceReleaseRule: Rule<ForceReleaseCommand, Extract<ForceReleaseResult, { ok: true }>, Extract<ForceReleaseResult, { ok: false }>> = {
  decide(state, command, context) {
    if (!isPerson(state.agents.get(context.agent))) {
      return refuse('PERSON_ONLY', tell`Only a person may end a lock of somebody else. Ask the holder to release it, or take it over once it is stale.`)
    }
    const key = resourceKey(command.resource)
    const claims = overlappingClaims(state, command.resource).filter((claim) => resourceKey(claim.resource) === key)
    if (claims.length === 0) return refuse('NOT_HELD', tell`Nobody holds ${resourceLabel(command.resource)}.`)
    if (claims.some((claim) => claim.token === context.stamp.seq)) return { later: true }
    const plan = new Plan(state, context.stamp)
    for (const claim of claims) {
      plan.add({ type: 'claim.ended', claim: claim.id, how: 'forced', by: context.agent, message: command.reason })
      if (claim.holder !== context.agent) notify(plan, context.agent, claim.holder, 'forced', claim, `${nameOf(state, context.agent)} ended your lock on ${resourceLabel(claim.resource)}`, command.reason)
    }
    serveQueue(plan, context)
    return { events: plan.events }
  },

  answer(events, _stamp, _state, command) {
    const told = events.flatMap((event) => (event.type === 'message.sent' && event.fields.about?.act === 'forced' ? [event.fields.to] : []))
    return { ok: true, resource: resourceLabel(command.resource), wasHeldBy: told.join(', ') }
  },
}

function waitersOn(state: State, claims: Iterable<Claim>): string[] {
  return state.waits.size === 0 ? [] : [...new Set([...claims].flatMap((claim) => waitersFor(state, claim)))]
}

/**
 * The caller's claim on exactly this resource, or who has it now. A token, where given, must be that of the claim, or one
 * that its holder was answered with when it claimed this again together with others.
 */
export function heldClaim(state: State, resource: Resource, token: number | undefined, context: Context): { claim: Claim } | { refusal: LostRefusal } {
  const claim = exactClaim(state, context.agent, resource)
  if (claim && (token === undefined || token === claim.token || claim.alsoUnder?.includes(token))) return { claim }
  const label = resourceLabel(resource)
  const other = overlappingClaims(state, resource).find((candidate) => candidate.holder !== context.agent && resourceKey(candidate.resource) === resourceKey(resource))
  if (other) {
    const name = nameOf(state, other.holder)
    // Without a token nothing says that the caller ever had it.
    if (token === undefined) return { refusal: { ok: false, reason: 'NOT_HELD', resource: label, heldBy: other.holder, holderName: name, hint: tell`${name} holds ${label}, not you. Wait for it, ask ${name} to release it, or work on something else.` } }
    const since = duration(ageMs(other.granted, context.stamp))
    return { refusal: { ok: false, reason: 'TAKEN_OVER', resource: label, heldBy: other.holder, holderName: name, hint: tell`${name} has held this for ${since}. Stop writing to it, and claim it again when it is free.` } }
  }
  const hint = claim ? tell`Your token ${String(token)} is not that of your lock (${String(claim.token)}). Claim it again before you go on.` : tell`You do not hold ${label}. Claim it before you go on.`
  return { refusal: { ok: false, reason: 'NOT_HELD', resource: label, hint } }
}
