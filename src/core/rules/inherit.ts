import type { Claim, Wait } from '../model/claim.js'
import type { Event } from '../model/events.js'
import { collides } from '../model/overlap.js'
import { resourceLabel } from '../model/resource.js'
import type { State } from '../state/state.js'
import { unsavedUnder } from './claim.js'
import { conflictingClaims, waitQueue, waitsFor } from './conflicts.js'
import { notify } from './notify.js'
import { claimPresence, takeOverState, waiterLives } from './presence.js'
import { serveQueue } from './queue.js'
import { nameOf, Plan, type Context, type Rule } from './rule.js'

/** Windows name no more files with unsaved text than so many: where there are as many, any file may be one. */
const MANY_UNSAVED = 100

/** The claims in the way of a place in line, all of them left behind. */
export interface Abandoned {
  /** Names exactly these claims. */
  key: string
  claims: readonly Claim[]
  /** How many are before it in line who wait for some of the same, and are there. */
  ahead: number
}

/**
 * For each place in line of the acting agent, the claims in its way, where nobody speaks for any of them any more and nobody is
 * known to have unsaved text under them: whoever holds them needs no asking.
 */
export function abandonedBefore(state: State, context: Context): Abandoned[] {
  if (state.waits.size === 0) return []
  return [...state.waits.values()].flatMap((wait) => {
    if (wait.agent !== context.agent) return []
    const claims = [...new Set(wait.resources.flatMap((resource) => conflictingClaims(state, wait.agent, resource, wait.mode)))]
    if (claims.length === 0 || claims.some((claim) => takeOverState(state, claim, context) !== 'allowed' || mayBeUnsaved(state, claim, context))) return []
    return [{ key: claims.map(({ id }) => id).sort().join(), claims, ahead: countAhead(state, wait, context) }]
  })
}

/** An editor gives unsaved text back when it starts again, and would put it over what somebody else has written by then. */
export function mayBeUnsaved(state: State, { holder, resource }: Claim, context: Context): boolean {
  if (resource.kind === 'name') return false
  return (state.unsaved.get(holder)?.length ?? 0) >= MANY_UNSAVED || unsavedUnder(state, resource, context).length > 0
}

function countAhead(state: State, wait: Wait, context: Context): number {
  const queue = waitQueue(state)
  const before = queue.slice(0, queue.indexOf(wait))
  return before.filter((other) => other.agent !== wait.agent && wait.resources.some((resource) => waitsFor(other, resource, wait.mode)) && waiterLives(state, other, context)).length
}

/**
 * Ends claims that nobody speaks for, which the caller has found to be clean, in favour of those who wait for them, in their
 * order; holders are told who has them now. None of them unless things are still as {@link abandonedBefore} found them, and
 * each goes to somebody.
 */
export const inheritRule: Rule<{ key: string }, { ok: true }, never> = {
  decide(state, { key }, context) {
    const claims = abandonedBefore(state, context).find((found) => found.key === key)?.claims ?? []
    // Who will be served is known once they have ended, and the end says who.
    const tried = new Plan(state, context.stamp)
    for (const { id } of claims) tried.add({ type: 'claim.ended', claim: id, how: 'taken', by: context.agent })
    serveQueue(tried, context)
    const heirs = claims.map((claim) => heirOf(state, claim, tried.events))
    if (claims.length === 0 || heirs.includes(undefined)) return { events: [] }
    const plan = new Plan(state, context.stamp)
    for (const [index, claim] of claims.entries()) {
      const heir = heirs[index]!
      const why = claimPresence(state, claim, context) === 'gone' ? 'you were gone' : 'you were not heard from'
      plan.add({ type: 'claim.ended', claim: claim.id, how: 'taken', by: heir })
      notify(plan, heir, claim.holder, 'taken', claim, `${nameOf(state, heir)} waited for ${resourceLabel(claim.resource)} and has it now: ${why}, and had left nothing uncommitted`)
    }
    serveQueue(plan, context)
    return { events: plan.events }
  },
  answer: () => ({ ok: true }),
}

/** The first of those served who waited for what the claim was in the way of. */
function heirOf(state: State, { holder, resource }: Claim, events: readonly Event[]): string | undefined {
  const served = events.flatMap((event) => (event.type === 'wait.ended' && event.how === 'granted' ? (state.waits.get(event.wait) ?? []) : []))
  return served.find((wait) => wait.agent !== holder && wait.resources.some((wanted) => collides(wanted, resource)))?.agent
}
