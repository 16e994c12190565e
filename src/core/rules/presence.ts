import type { Stamp } from '../ledger/port.js'
import type { Agent, Session } from '../model/agent.js'
import type { Claim, Wait } from '../model/claim.js'
import type { Deployment, DeploymentExit } from '../model/deployment.js'
import type { Presence } from '../model/operations.js'
import type { State } from '../state/state.js'
import type { Context } from './rule.js'

/** How far back a time may lie in the future before it is taken for a wrong clock, in ms. */
const CLOCK_TOLERANCE = 60_000
/** Leases below this, in ms, have this grace at most. */
const SHORT_LEASE = 5 * 60_000
const SHORT_GRACE = 10_000
/** A claim granted from the queue must be renewed within this time, in ms: the waiter may have gone. */
const OFFER_TTL = 30_000
/** Time in ms that the keeper of a new deployment has to say that it is there. */
const KEEPER_START = 60_000
/** Keepers give a sign of life every five minutes; two of them and a little, in ms. */
const SILENCE = 11 * 60_000

/**
 * Milliseconds between two stamps. Within one boot by uptime, which no clock change touches; else by wall clock. A start
 * that lies well in the future counts as infinitely long ago: a wrong clock must not make a lease immortal.
 */
export function ageMs(since: Stamp, now: Stamp): number {
  const age = since.boot === now.boot ? now.up - since.up : now.at - since.at
  return age < -CLOCK_TOLERANCE ? Number.POSITIVE_INFINITY : age
}

/** Last renewal of a claim: its own, or any work of its holder since. What was granted from the queue has to be taken up first. */
export function renewalOf(state: State, claim: Claim): Stamp {
  const { renewed, holder } = claim
  const last = state.offers.has(claim.id) ? undefined : state.worked.get(holder)
  if (last === undefined || last.seq <= renewed.seq) return renewed
  const worked = whenWritten(last, state.agents.get(holder))
  return ageMs(renewed, last) < ageMs(worked, last) ? renewed : worked
}

/** A stamp as of when a file says that it happened, where it was read from one later. */
function whenWritten(stamp: Stamp, { written }: Pick<Agent, 'written'> = {}): Stamp {
  return written?.seq === stamp.seq ? { ...stamp, at: written.at, up: stamp.up - stamp.at + written.at } : stamp
}

/** Lease in force, in ms. */
export function leaseOf(state: State, claim: Claim): number {
  return state.offers.has(claim.id) ? Math.min(OFFER_TTL, claim.ttl) : claim.ttl
}

/** How far the lease is over, in ms; negative while it runs. */
export function overdueMs(state: State, claim: Claim, context: Context): number {
  const renewal = renewalOf(state, claim)
  const age = Math.max(ageMs(renewal, context.stamp), context.watchedMs(claim))
  return age - leaseOf(state, claim)
}

/** Granted from the queue to somebody who did not take it up in time, or has gone since: it is in nobody's way. */
export function offerLapsed(state: State, claim: Claim, context: Context): boolean {
  if (!state.offers.has(claim.id) || claim.token >= context.stamp.seq) return false
  return overdueMs(state, claim, context) >= 0 || claimPresence(state, claim, context) === 'gone'
}

/** A session whose process has ended and that is not expected back from a reload. */
export function sessionGone(session: Session, context: Context): boolean {
  if (!context.isGone(session)) return false
  return session.detached === undefined || ageMs(session.detached.stamp, context.stamp) >= session.detached.ttl
}

/**
 * Whether a session keeps a joiner from taking up its identity. One whose window is reloading keeps it for the time of the
 * reload, but not from a window of the same workspace: that is who it is kept for.
 */
export function sessionHolds(state: State, session: Session, context: Context, workspace: string | undefined): boolean {
  if (session.detached === undefined) return sessionLives(state, session, context)
  if (workspace !== undefined && workspace === state.agents.get(session.agent)?.workspace) return false
  return ageMs(session.detached.stamp, context.stamp) < session.detached.ttl
}

/** A process of this machine that runs is there, however long it says nothing; one elsewhere while it is heard of. */
function sessionLives(state: State, session: Session, context: Context): boolean {
  if (context.isGone(session)) return false
  return session.boot === context.stamp.boot || ageMs(state.heard.get(session.id) ?? session.opened, context.stamp) < session.ttl
}

/** When an agent was last seen; where that is from a file of its own, as that says. */
export function seenAt(state: State, agent: Agent): Stamp {
  return whenWritten(state.seen.get(agent.id) ?? agent.joined, agent)
}

/** When it last did something, likewise. */
export function workedAt(state: State, agent: Agent): Stamp {
  return whenWritten(state.worked.get(agent.id) ?? agent.joined, agent)
}

export function sessionsOf(state: State, agent: string): Session[] {
  return [...state.sessionsOf.ids(agent)].flatMap((id) => state.sessions.get(id) ?? [])
}

/** Whether a process speaks for the agent, or is expected back from a reload; its own process and its keeper count. */
export function hasProcess(state: State, agent: string, context: Context): boolean {
  return deploymentLives(state.deployments.get(agent), context) || sessionsOf(state, agent).some((session) => !sessionGone(session, context))
}

/** Whether somebody sees to a deployment, or its process runs: not ended, and not both killed. */
export function deploymentLives(deployment: Deployment | undefined, context: Context): boolean {
  if (deployment === undefined || deployment.phase === 'ended') return false
  const processes = [deployment.keeper, deployment.process].filter((process) => process !== undefined)
  if (processes.length === 0) return ageMs(deployment.made, context.stamp) < KEEPER_START
  return processes.some((process) => !context.hasEnded(process))
}

/** Of a process that was killed with its keeper. */
export const unseenEnd: DeploymentExit = { code: null, signal: null, known: false, reason: 'it and its keeper were killed', tail: [] }

/** Of a process that cannot be asked about from here, and was not heard of either. */
export function isSilent(deployment: Deployment | undefined, context: Context): boolean {
  return deployment?.keeper !== undefined && deployment.keeper.boot !== context.stamp.boot && ageMs(deployment.heard, context.stamp) >= SILENCE
}

/** @param holderHasProcess to be given where it is known already: one holder may have ten thousand claims */
export function claimPresence(state: State, claim: Claim, context: Context, holderHasProcess = (agent: string): boolean => hasProcess(state, agent, context)): Presence {
  // An attached claim lives with its holder's processes; one by a command that came and went, by its lease only.
  if ((claim.attached || isOfDeployment(state, claim)) && !holderHasProcess(claim.holder)) return 'gone'
  return overdueMs(state, claim, context) >= 0 ? 'overdue' : 'live'
}

/** Claimed by a command of an agent that Muster started: it lives with that agent's process, until somebody goes on for the agent. */
function isOfDeployment(state: State, claim: Claim): boolean {
  const deployment = state.deployments.get(claim.holder)
  const since = Math.max(deployment?.ended?.seq ?? 0, state.agents.get(claim.holder)?.resumed?.begun.seq ?? 0)
  if (since > (deployment?.began?.seq ?? 0) && claim.renewed.seq > since) return false
  return deployment?.began !== undefined && claim.token > deployment.began.seq && (deployment.ended === undefined || claim.token < deployment.ended.seq)
}

export function agentPresence(state: State, agent: Agent, context: Context): Presence {
  const sessions = sessionsOf(state, agent.id)
  const deployment = state.deployments.get(agent.id)
  if (deploymentLives(deployment, context)) return isSilent(deployment, context) ? 'overdue' : 'live'
  // Nobody was there to say that it ended.
  if (deployment && deployment.phase !== 'ended' && sessions.every((session) => sessionGone(session, context))) return 'gone'
  if (!hasProcess(state, agent.id, context)) {
    // Commands that come and go may go on for an agent whose process has ended; each speaks for a while.
    const seen = seenAt(state, agent)
    const byCommand = sessions.every((session) => seen.seq > (state.heard.get(session.id) ?? session.opened).seq)
    const after = agent.left === undefined || seen.seq > agent.left.seq
    if (!byCommand || !after || ageMs(seen, context.stamp) >= context.leaseMs) return 'gone'
    // Its lock would be shown as stale, and itself as at work.
    return claimOverdue(state, agent.id, context) ? 'overdue' : 'live'
  }
  return sessions.some((session) => session.detached !== undefined || sessionLives(state, session, context)) ? 'live' : 'overdue'
}

function claimOverdue(state: State, agent: string, context: Context): boolean {
  for (const id of state.claimsOf.ids(agent)) {
    const claim = state.claims.get(id)
    // An offer that nobody takes up says nothing of who it was for.
    if (claim !== undefined && !state.offers.has(id) && overdueMs(state, claim, context) >= 0) return true
  }
  return false
}

/** Whether somebody in the queue is still there to be granted what it waits for. */
export function waiterLives(state: State, wait: Wait, context: Context): boolean {
  const agent = state.agents.get(wait.agent)
  if (!agent || (wait.process && context.hasEnded(wait.process))) return false
  if (wait.patience !== undefined && ageMs(wait.renewed, context.stamp) >= wait.patience) return false
  const sessions = sessionsOf(state, wait.agent)
  if (wait.attached && sessions.every((session) => sessionGone(session, context))) return false
  if (wait.attached && sessions.some((session) => session.boot === context.stamp.boot && !context.isGone(session))) return true
  const seen = seenAt(state, agent)
  const lastSign = seen.seq > wait.since.seq ? seen : wait.since
  return ageMs(lastSign, context.stamp) < wait.ttl
}

/** Time in ms that a holder is given beyond its lease: short leases get a short one. */
export function graceOf(claim: Claim, graceMs: number): number {
  return claim.ttl < SHORT_LEASE ? Math.min(SHORT_GRACE, graceMs) : graceMs
}

/**
 * Whether the claim may be taken from its holder now. `challenge`: its process may live, so it must be asked first and
 * given the grace period to answer.
 */
export function takeOverState(state: State, claim: Claim, context: Context): 'allowed' | 'challenge' | 'live' {
  const presence = claimPresence(state, claim, context)
  if (presence === 'live') return 'live'
  if (presence === 'gone') return 'allowed'
  const renewal = renewalOf(state, claim)
  // Nobody answers for a command; its lease is over by a clock that no clock change touches, or it is asked like anybody.
  if (!claim.attached && renewal.boot === context.stamp.boot) return overdueMs(state, claim, context) >= graceOf(claim, context.graceMs) ? 'allowed' : 'live'
  return isChallenged(state, claim) && context.graceOver(claim) ? 'allowed' : 'challenge'
}

/** Whether somebody doubted the holder, and the holder has not shown itself since. */
export function isChallenged(state: State, claim: Claim): boolean {
  return claim.challenge !== undefined && renewalOf(state, claim).seq < claim.challenge.stamp.seq
}
