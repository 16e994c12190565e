import type { Stamp, Verdict } from '../ledger/port.js'
import type { Agent, ProcessPlace, Session } from '../model/agent.js'
import type { Claim } from '../model/claim.js'
import type { Event } from '../model/events.js'
import { foldEvents } from '../state/fold.js'
import { draftOf, type State } from '../state/state.js'
import { tell } from '../tell.js'

/**
 * What the outside knows at the moment of a decision. Rules are pure functions of (state, command, context); they never
 * look at a clock, a process or a file themselves.
 */
export interface Context {
  /** Agent id of the one who acts. */
  agent: string
  /** Id of the acting connection, where it is an attached one. */
  session: string | undefined
  /** Time of the decision, and the sequence number it will have if it wins. */
  stamp: Stamp
  leaseMs: number
  graceMs: number
  /** Whether the process of a session is known to have ended; false where that cannot be told. */
  isGone(session: Session): boolean
  /** The same of a process that is no session. */
  hasEnded(process: ProcessPlace): boolean
  /** How long this process itself has watched the claim without seeing a renewal, in ms; 0 if it has not watched. */
  watchedMs(claim: Claim): number
  /** Whether a challenge this process made to the claim has been on disk for the grace period. */
  graceOver(claim: Claim): boolean
}

/** One operation's rule. `decide` may be called again after a lost race; `answer` also serves retries of an applied key. */
export interface Rule<Command, Result, Refused> {
  decide(state: State, command: Command, context: Context): Verdict<Event, Refused>
  /** What the caller is told: from the events that were written, their stamp, and the state after them. */
  answer(events: readonly Event[], stamp: Stamp, state: State, command: Command, context: Context): Result
}

/** Events decided so far; later steps of a decision see the consequences of earlier ones in `state`. */
export class Plan {
  readonly events: Event[] = []
  private draft: State | undefined
  private folded = 0

  constructor(private readonly base: State, private readonly stamp: Stamp) {}

  /** The state with the events so far. Drafted only when somebody looks after an event: most decisions have a single one. */
  get state(): State {
    if (this.events.length === 0) return this.base
    this.draft ??= draftOf(this.base)
    foldEvents(this.draft, this.events.slice(this.folded), this.stamp)
    this.folded = this.events.length
    return this.draft
  }

  add(event: Event): void {
    this.events.push(event)
  }
}

/** What is not done, with what to do instead. */
export function refusal<Reason extends string>(reason: Reason, hint: string): { ok: false; reason: Reason; hint: string } {
  return { ok: false, reason, hint }
}

/** The same as the verdict of a rule. */
export function refuse<Reason extends string>(reason: Reason, hint: string): { refusal: { ok: false; reason: Reason; hint: string } } {
  return { refusal: refusal(reason, hint) }
}

export function noTask(reference: string): { ok: false; reason: 'NOT_FOUND'; hint: string } {
  return refusal('NOT_FOUND', tell`There is no task ${reference}. List the tasks to see their ids.`)
}

export function nameOf(state: State, agent: string): string {
  return state.agents.get(agent)?.name ?? agent
}

export function isPerson(agent: Agent | undefined): boolean {
  return agent?.kind === 'person'
}
