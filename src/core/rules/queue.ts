import type { Wait } from '../model/claim.js'
import type { Event } from '../model/events.js'
import type { StopWaitingResult } from '../model/operations.js'
import { collides } from '../model/overlap.js'
import { resourceKey, resourceLabel, type Resource } from '../model/resource.js'
import type { State } from '../state/state.js'
import { tell } from '../tell.js'
import { conflictingClaims, exactClaim, placeOfWait, waiterAhead, waitQueue } from './conflicts.js'
import { grantOne } from './grant.js'
import { notify } from './notify.js'
import { offerLapsed, waiterLives } from './presence.js'
import { Plan, type Context, type Rule } from './rule.js'

/** The agent's places in line for exactly these resources. */
export function waitsOf(state: State, agent: string, resources: readonly Resource[]): Wait[] {
  if (state.waits.size === 0) return []
  const line = lineKey(resources)
  return [...state.waits.values()].filter((wait) => wait.agent === agent && lineKey(wait.resources) === line)
}

/** The same for the same resources, in whatever order. */
export function lineKey(resources: readonly Resource[]): string {
  return resources.map(resourceKey).sort().join('\n')
}

/** Place of the acting agent among those who wait for the same, from 1; 0 when it is not in line. */
export function placeInQueue(state: State, context: Context, resources: readonly Resource[]): number {
  const mine = waitsOf(state, context.agent, resources)[0]
  return mine ? placeOfWait(state, mine, context) : 0
}

/**
 * Grants what has become free to those who wait for it, in their order; who has gone leaves the line, and what was granted
 * to somebody who did not take it up goes on to the next. Part of every act that frees something.
 */
export function serveQueue(plan: Plan, context: Context): void {
  endLapsedOffers(plan, context)
  if (plan.state.waits.size === 0) return
  for (const wait of waitQueue(plan.state)) {
    if (!waiterLives(plan.state, wait, context)) plan.add({ type: 'wait.ended', wait: wait.id, how: 'expired' })
    else if (isFree(plan.state, wait, context)) grant(plan, wait, context)
  }
}

function endLapsedOffers(plan: Plan, context: Context): void {
  for (const [id] of [...plan.state.offers.entries()]) {
    const claim = plan.state.claims.get(id)
    if (claim && offerLapsed(plan.state, claim, context)) plan.add({ type: 'claim.ended', claim: id, how: 'lapsed', by: context.agent })
  }
}

function isFree(state: State, wait: Wait, context: Context): boolean {
  return wait.resources.every(
    (resource) => conflictingClaims(state, wait.agent, resource, wait.mode).length === 0 && !waiterAhead(state, wait.agent, resource, wait.mode, context, wait),
  )
}

function grant(plan: Plan, wait: Wait, context: Context): void {
  const { mode, attached, ttl, estimatedMinutes, note, branch } = wait
  for (const resource of wait.resources) grantOne(plan, wait.agent, resource, { mode, attached, ttl, estimatedMinutes, note, branch }, context, { wait })
  plan.add({ type: 'wait.ended', wait: wait.id, how: 'granted' })
  const granted = exactClaim(plan.state, wait.agent, wait.resources[0]!)
  if (granted) notify(plan, context.agent, wait.agent, 'granted', granted, `${wait.resources.map(resourceLabel).join(', ')} is yours now`)
}

/** Agents that were granted, by these events, what they waited for; each of them is told. */
export function servedIn(events: readonly Event[]): string[] {
  return [...new Set(events.flatMap((event) => (event.type === 'message.sent' && event.fields.about?.act === 'granted' ? [event.fields.to] : [])))]
}

/** Whether {@link sweepRule} may have anything to do. */
export function needsSweep(state: State): boolean {
  return state.waits.size > 0 || state.offers.size > 0
}

/** What time and ended processes change in the line; done by whoever notices. */
export const sweepRule: Rule<Record<string, never>, { ok: true }, never> = {
  decide(state, _command, context) {
    const plan = new Plan(state, context.stamp)
    serveQueue(plan, context)
    return { events: plan.events }
  },
  answer: () => ({ ok: true }),
}

/** Leaves the line for exactly these resources. */
export const cancelWaitRule: Rule<{ resources: readonly Resource[] }, { cancelled: boolean }, never> = {
  decide(state, command, context) {
    const plan = new Plan(state, context.stamp)
    for (const wait of waitsOf(state, context.agent, command.resources)) plan.add({ type: 'wait.ended', wait: wait.id, how: 'cancelled' })
    if (plan.events.length > 0) serveQueue(plan, context)
    return { events: plan.events }
  },
  answer: (events) => ({ cancelled: events.some((event) => event.type === 'wait.ended' && event.how === 'cancelled') }),
}

/** Gives up every place in line that a lock on the resource keeps waiting, whatever else it is for; processes that stand by for it go home. */
export const stopWaitingRule: Rule<{ resource: Resource }, Extract<StopWaitingResult, { ok: true }>, Extract<StopWaitingResult, { ok: false }>> = {
  decide(state, { resource }, context) {
    const mine = [...state.waits.values()].filter((wait) => wait.agent === context.agent && wait.resources.some((wanted) => collides(wanted, resource)))
    if (mine.length === 0) return { refusal: { ok: false, reason: 'NOT_WAITING', resource: resourceLabel(resource), hint: tell`You are not in line for ${resourceLabel(resource)}.` } }
    const plan = new Plan(state, context.stamp)
    for (const wait of mine) plan.add({ type: 'wait.ended', wait: wait.id, how: 'withdrawn' })
    serveQueue(plan, context)
    return { events: plan.events }
  },
  answer: (events, _stamp, _state, { resource }) => ({ ok: true, resource: resourceLabel(resource), left: events.filter((event) => event.type === 'wait.ended' && event.how === 'withdrawn').length }),
}

/** The process that stands by shows that it still does. */
export const renewWaitRule: Rule<{ resources: readonly Resource[] }, { ok: true }, never> = {
  decide: (state, command, context) => ({ events: waitsOf(state, context.agent, command.resources).map((wait) => ({ type: 'wait.renewed' as const, wait: wait.id })) }),
  answer: () => ({ ok: true }),
}
