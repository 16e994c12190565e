import type { State } from '../state/state.js'
import { serveQueue } from './queue.js'
import { Plan, type Context, type Rule } from './rule.js'

export interface LapseCommand {
  /** Ids of own claims, looked at in the state of `asOf`, a sequence number. */
  claims: readonly string[]
  asOf: number
  /** Shown to people. */
  why: string
}

/** Ends own claims that the caller has found to be of no use to their holder; not those of which it showed otherwise since. No work. */
export const lapseRule: Rule<LapseCommand, { ok: true }, never> = {
  decide(state, command, context) {
    const plan = new Plan(state, context.stamp)
    for (const id of command.claims) {
      if (isAsItWas(state, id, command.asOf, context)) plan.add({ type: 'claim.ended', claim: id, how: 'lapsed', by: context.agent, message: command.why })
    }
    if (plan.events.length > 0) serveQueue(plan, context)
    return { events: plan.events }
  },
  answer: () => ({ ok: true }),
}

function isAsItWas(state: State, id: string, asOf: number, { agent }: Context): boolean {
  const claim = state.claims.get(id)
  return claim?.holder === agent && claim.renewed.seq <= asOf && (state.worked.get(agent)?.seq ?? 0) <= asOf
}
