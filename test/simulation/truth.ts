import type { Commit, Op, Stamp } from '../../src/core/ledger/port.js'
import type { Claim, Wait } from '../../src/core/model/claim.js'
import type { Event, EventOf } from '../../src/core/model/events.js'
import { collides } from '../../src/core/model/overlap.js'
import { resourceKey, resourceLabel, type Resource } from '../../src/core/model/resource.js'
import { agentPresence, graceOf, renewalOf } from '../../src/core/rules/presence.js'
import { fold, foldEvents } from '../../src/core/state/fold.js'
import { createState, draftOf, type State } from '../../src/core/state/state.js'
import { settings, type SimProcess, type Surroundings } from './machine.js'

/** A living process answers within two of its own looks at the ledger; what it takes longer for is the scheduler's doing. */
const ANSWERS_WITHIN = 10_000
/** What one decision may take until it is written, and simulated time's grain. */
const SLACK = 1_000

export class Violation extends Error {}

/**
 * What must hold, judged by somebody who sees everything: true time, and who really lives. Each commit is checked against
 * the state before it, which is what its writer decided on, since it was accepted.
 */
export class Truth {
  readonly state: State = createState()
  /** Tokens whose claims have ended, by resource. */
  readonly ended = new Map<string, number[]>()
  private readonly highest = new Map<string, number>()
  /** True time of each commit. */
  private readonly times = new Map<number, number>()
  private view: State = this.state

  constructor(private readonly world: Surroundings) {}

  take(commit: Commit<Event>): void {
    this.times.set(commit.stamp.seq, this.world.scheduler.now)
    for (const op of commit.ops) {
      this.view = draftOf(this.state)
      for (const event of op.events) {
        this.judge(event, op, commit.stamp)
        foldEvents(this.view, [event], commit.stamp)
      }
      fold(this.state, op, commit.stamp)
    }
  }

  /** In the eyes of `viewer`, which runs: nobody who lives is gone. */
  look(viewer: SimProcess): void {
    const state = viewer.ledger.peek()
    const context = viewer.connection.context()
    for (const session of state.sessions.values()) {
      const process = this.world.processes.get(session.id)
      const agent = state.agents.get(session.agent)
      if (!process || process.dead || !agent || agentPresence(state, agent, context) !== 'gone') continue
      throw new Violation(`${viewer.name} sees ${agent.id} as gone, whose process lives`)
    }
  }

  private judge(event: Event, op: Op<Event>, stamp: Stamp): void {
    const writer = this.writerOf(op)
    switch (event.type) {
      case 'claim.granted':
        this.judgeGrant(event, stamp, writer)
        return this.judgeOrder(event, writer)
      case 'claim.ended':
        return this.judgeEnd(event, op, writer)
      case 'claim.renewed':
      case 'claim.kept': {
        const claim = this.view.claims.get(event.claim)
        // Who waits to hold more of what it has is served by others.
        const served = op.events.some((one) => one.type === 'wait.ended' && one.how === 'granted' && this.view.waits.get(one.wait)?.agent === claim?.holder)
        if (claim?.holder !== op.by && !served) throw new Violation(`${op.by} renewed a claim of ${claim?.holder ?? 'nobody'}`)
        return
      }
      case 'session.closed':
        return this.judgeClosing(event.session, op, writer)
      default:
        return
    }
  }

  private judgeGrant({ agent, resource, grant, wait }: EventOf<'claim.granted'>, stamp: Stamp, writer: SimProcess): void {
    const key = resourceKey(resource)
    const highest = this.highest.get(key) ?? 0
    // Several who share it may be let in by one line; they exclude nobody from each other.
    const together = grant.mode === 'shared' && [...this.view.claims.values()].some((claim) => claim.token === stamp.seq && claim.mode === 'shared' && resourceKey(claim.resource) === key)
    if (stamp.seq < highest || (stamp.seq === highest && !together)) throw new Violation(`token ${stamp.seq} of ${resourceLabel(resource)} is not above ${highest}`)
    this.highest.set(key, stamp.seq)
    for (const other of this.view.claims.values()) {
      if (other.holder === agent || (other.mode === 'shared' && grant.mode === 'shared') || !collides(other.resource, resource)) continue
      throw new Violation(`${agent} was granted ${resourceLabel(resource)} while ${other.holder} holds ${resourceLabel(other.resource)}`)
    }
    if (wait === undefined || !grant.attached) return
    // Who reloads keeps its place for a minute.
    if (this.holdersOf(agent).length > 0 && [...this.view.sessionsOf.ids(agent)].some((id) => this.view.sessions.get(id)?.detached)) return
    const own = this.processesOf(agent).filter((process) => process.boot === writer.boot || process.host !== writer.host)
    if (own.every((process) => process.host === writer.host && process.deadFor(writer))) throw new Violation(`${resourceLabel(resource)} was granted to ${agent}, which is dead`)
  }

  /** Nobody overtakes who surely lives and stands in line before. */
  private judgeOrder({ agent, resource, grant, wait }: EventOf<'claim.granted'>, writer: SimProcess): void {
    const mine = wait === undefined ? this.placeOf(agent, resource) : this.view.waits.get(wait)
    for (const other of this.view.waits.values()) {
      if (other.agent === agent || !this.surelyWaits(other, writer) || !wants(other, resource, grant.mode)) continue
      if (mine === undefined || precedes(other, mine)) throw new Violation(`${agent} was granted ${resourceLabel(resource)} before ${other.agent}, who was in line before`)
    }
  }

  private placeOf(agent: string, resource: Resource): Wait | undefined {
    return [...this.view.waits.values()].find((wait) => wait.agent === agent && wait.resources.some((one) => resourceKey(one) === resourceKey(resource)))
  }

  private surelyWaits(wait: Wait, writer: SimProcess): boolean {
    if (!wait.attached) return false
    // Whose process waited before the machine was started again has to ask again, though the agent is back.
    if (wait.process && wait.process.boot !== writer.boot) return false
    if (wait.patience !== undefined && writer.decided.at - this.timeOf(wait.renewed) >= wait.patience - SLACK) return false
    return this.processesOf(wait.agent).some((process) => process.boot === writer.boot && process.host === writer.host && !process.deadFor(writer))
  }

  private judgeEnd(event: EventOf<'claim.ended'>, op: Op<Event>, writer: SimProcess): void {
    const claim = this.view.claims.get(event.claim)
    if (claim === undefined) return
    const label = resourceLabel(claim.resource)
    const key = resourceKey(claim.resource)
    this.ended.set(key, [...(this.ended.get(key) ?? []).slice(-5), claim.token])
    switch (event.how) {
      case 'released':
        if (claim.holder !== op.by) throw new Violation(`${op.by} released ${label}, which is ${claim.holder}'s`)
        return
      case 'forced':
        if (this.view.agents.get(op.by)?.kind !== 'person') throw new Violation(`${op.by} is no person and force-released ${label}`)
        return
      case 'lapsed':
        return this.judgeLapse(claim, writer, op.by)
      case 'taken':
        return claim.attached ? this.judgeTaking(claim, writer, op.by) : this.judgeTakingDetached(claim, writer, op.by)
      default:
        throw new Violation(`${label} ended by ${event.how}, which nothing here does`)
    }
  }

  private judgeLapse(claim: Claim, writer: SimProcess, by: string): void {
    const label = resourceLabel(claim.resource)
    // Its holder lets go of what it was asked for and did not work under; nobody else may.
    if (claim.holder === by && claim.challenge !== undefined) return
    if (!this.view.offers.has(claim.id)) throw new Violation(`${label} lapsed although ${claim.holder} had taken it up`)
    const age = writer.decided.at - this.timeOf(claim.granted)
    const living = this.processesOf(claim.holder).filter((process) => !process.deadFor(writer) && process.boot === writer.boot)
    if (living.length > 0 && claim.granted.boot === writer.boot && age < 30_000 - SLACK) throw new Violation(`${label} lapsed ${age} ms after it was granted to ${claim.holder}, who lives`)
  }

  /** A claim is not taken from a process that lives, could have answered and whose agent had worked within the lease. */
  private judgeTaking(claim: Claim, writer: SimProcess, by: string): void {
    const living = this.holdersOf(claim.holder).filter((process) => !process.deadFor(writer))
    if (living.length === 0) return
    const label = `${resourceLabel(claim.resource)} of ${claim.holder}`
    const waited = this.waitedOut(claim, writer, label, by)
    for (const process of living) {
      const couldAnswer = process.lastPause < waited.since
      const idle = process.idle(waited.since)
      // It works again, and too late for its next look to come before the end of the grace.
      const justBack = writer.decided.at - process.worked < ANSWERS_WITHIN
      if (couldAnswer && !justBack && idle < claim.ttl - ANSWERS_WITHIN) throw new Violation(`${by} took ${label}, whose process lives and worked ${idle} ms before it was asked`)
    }
  }

  private judgeTakingDetached(claim: Claim, writer: SimProcess, by: string): void {
    const label = `${resourceLabel(claim.resource)} of ${claim.holder}`
    const renewal = renewalOf(this.view, claim)
    if (renewal.boot !== writer.boot) return void this.waitedOut(claim, writer, label, by)
    const age = writer.decided.at - this.timeOf(renewal)
    const least = claim.ttl + graceOf(claim, settings.graceSeconds * 1000)
    if (age < least - SLACK) throw new Violation(`${by} took ${label} ${age} ms after its last sign, not ${least}`)
  }

  private waitedOut(claim: Claim, writer: SimProcess, label: string, by: string): { since: number } {
    const { challenge } = claim
    if (challenge === undefined || renewalOf(this.view, claim).seq > challenge.stamp.seq) throw new Violation(`${by} took ${label} without asking`)
    const since = this.timeOf(challenge.stamp)
    const grace = graceOf(claim, settings.graceSeconds * 1000)
    // Sleep of the asking machine is no grace: its monotonic clock stands still.
    if (writer.decided.at - since < grace - SLACK) throw new Violation(`${by} took ${label} ${writer.decided.at - since} ms after asking, not ${grace}`)
    return { since }
  }

  private judgeClosing(id: string, op: Op<Event>, writer: SimProcess): void {
    const process = this.world.processes.get(id)
    const session = this.view.sessions.get(id)
    if (!process || !session || process === writer || process.dead || session.detached) return
    const silent = this.world.scheduler.now - process.lastPause
    if (process.host === writer.host || silent > session.ttl) throw new Violation(`${op.by || writer.name} closed the connection of ${process.name}, which lives`)
  }

  private holdersOf(agent: string): SimProcess[] {
    return [...this.view.sessionsOf.ids(agent)].flatMap((id) => this.world.processes.get(id) ?? [])
  }

  private processesOf(agent: string): SimProcess[] {
    return [...this.world.processes.values()].filter((process) => process.name === agent && process.attached)
  }

  private writerOf(op: Op<Event>): SimProcess {
    const counted = /^(?:[^:/]*\/~)?([0-9a-f]{16})[:.]\d+$/.exec(op.key)
    const id = counted?.[1] ?? op.via
    const process = id === undefined ? undefined : this.world.processes.get(id)
    if (process === undefined) throw new Error(`nobody wrote ${op.key}`)
    return process
  }

  private timeOf(stamp: Stamp): number {
    return this.times.get(stamp.seq) ?? 0
  }
}

const rank = { urgent: 0, high: 1, normal: 2, low: 3 } as const

function precedes(a: Wait, b: Wait): boolean {
  return rank[a.priority] < rank[b.priority] || (a.priority === b.priority && a.since.seq < b.since.seq)
}

function wants(wait: Wait, resource: Resource, mode: 'exclusive' | 'shared'): boolean {
  return !(wait.mode === 'shared' && mode === 'shared') && wait.resources.some((wanted) => collides(wanted, resource))
}
