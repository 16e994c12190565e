import type { Stamp } from '../../../src/core/ledger/port.js'
import type { Session } from '../../../src/core/model/agent.js'
import type { Claim } from '../../../src/core/model/claim.js'
import type { Event } from '../../../src/core/model/events.js'
import type { Resource } from '../../../src/core/model/resource.js'
import { claimRule, type ClaimAnswer, type ClaimCommand } from '../../../src/core/rules/claim.js'
import { cancelWaitRule, sweepRule } from '../../../src/core/rules/queue.js'
import type { ClaimRefusal } from '../../../src/core/model/operations.js'
import { challengeRule } from '../../../src/core/rules/challenge.js'
import { joinRule, leaveRule } from '../../../src/core/rules/join.js'
import { releaseRule, checkInRule } from '../../../src/core/rules/release.js'
import type { Context, Rule } from '../../../src/core/rules/rule.js'
import { fold } from '../../../src/core/state/fold.js'
import { createState, type State } from '../../../src/core/state/state.js'

export const MINUTE = 60_000

export function file(path: string, tree = ''): Resource {
  return { kind: 'file', tree, path }
}

/** Rules played on a state as a ledger would, with a clock and processes that tests move and kill. */
export class RuleTable {
  readonly state: State = createState()
  readonly commits: { by: string; events: readonly Event[]; stamp: Stamp }[] = []
  now = 1_700_000_000_000
  /** The time of day is so far ahead, in ms: somebody set the clock. */
  set = 0
  boot = 'boot/1'
  private seq = 0
  /** Pids of processes that are no sessions. */
  readonly ended = new Set<number>()
  private readonly dead = new Set<string>()
  private readonly watched = new Map<string, number>()
  private readonly graceIsOver = new Set<string>()
  private readonly counters = new Map<string, number>()

  stamp(): Stamp {
    return { seq: this.seq, at: this.now + this.set, up: this.now - 1_600_000_000_000, boot: this.boot }
  }

  context(agent: string): Context {
    return {
      agent,
      session: undefined,
      stamp: this.stamp(),
      leaseMs: 30 * MINUTE,
      graceMs: MINUTE,
      isGone: (session: Session) => this.dead.has(session.id),
      hasEnded: ({ pid }) => this.ended.has(pid),
      watchedMs: (claim: Claim) => this.watched.get(claim.id) ?? 0,
      graceOver: (claim: Claim) => this.graceIsOver.has(claim.id),
    }
  }

  /** @param detached as a command that comes and goes, beside whatever process the agent has */
  run<C, R, X>(agent: string, rule: Rule<C, R, X>, command: C, detached = false): R | X {
    const counter = (this.counters.get(agent) ?? 0) + 1
    const next = { ...this.stamp(), seq: this.seq + 1 }
    const verdict = rule.decide(this.state, command, { ...this.context(agent), stamp: next })
    if ('refusal' in verdict) return verdict.refusal
    if ('later' in verdict) throw new Error('postponed, though alone in its line')
    if (verdict.events.length > 0) {
      this.seq = next.seq
      this.counters.set(agent, counter)
      fold(this.state, { key: detached ? `${agent}/~${counter}` : `s-${agent}:${counter}`, by: agent, events: verdict.events }, next)
      this.commits.push({ by: agent, events: verdict.events, stamp: next })
    }
    return rule.answer(verdict.events, verdict.events.length > 0 ? next : this.stamp(), this.state, command, this.context(agent))
  }

  join(name: string, options: { kind?: 'person' | 'agent'; attached?: boolean; workspace?: string; anyFreeName?: boolean; boot?: string; session?: string; client?: string } = {}): string {
    const session = options.session ?? `s-${name}`
    const joined = this.run('', joinRule, {
      name,
      identity: { kind: options.kind, workspace: options.workspace, ...(options.client !== undefined && { client: options.client }) },
      anyFreeName: options.anyFreeName ?? false,
      ...(options.attached !== false && { session: { id: session, fields: { pid: 1, start: '1', boot: options.boot ?? this.boot, machine: 'm', host: 'h', client: 'test', ttl: 10 * MINUTE } } }),
    })
    if ('reason' in joined) throw new Error(joined.hint)
    return joined.agent
  }

  claim(agent: string, resource: Resource | Resource[], options: Partial<ClaimCommand> & { ttl?: number; attached?: boolean; mode?: 'exclusive' | 'shared' } = {}): ClaimAnswer | ClaimRefusal {
    const { ttl = 30 * MINUTE, attached = true, mode = 'exclusive', ...rest } = options
    return this.run(agent, claimRule, {
      resources: [resource].flat(),
      grant: { mode, attached, ttl },
      wait: false,
      takeOver: false,
      force: false,
      priority: 'normal',
      dirtyFiles: [],
      ...rest,
    })
  }

  release(agent: string, resource: Resource, token?: number): ReturnType<typeof releaseRule.answer> | { ok: false; reason: string; hint: string; heldBy?: string } {
    return this.run(agent, releaseRule, { resource, token })
  }

  checkIn(agent: string, resource: Resource | null, options: { work?: boolean; token?: number; progress?: number; unsaved?: string[] } = {}) {
    return this.run(agent, checkInRule, { resource, fields: { progress: options.progress, ...(options.unsaved && { unsaved: options.unsaved }) }, work: options.work ?? true, token: options.token })
  }

  challenge(agent: string, resource: Resource): string[] {
    return this.run(agent, challengeRule, { resources: [resource] }).claims.map((claim) => claim.id)
  }

  cancelWait(agent: string, resource: Resource): boolean {
    return this.run(agent, cancelWaitRule, { resources: [resource] }).cancelled
  }

  sweep(): void {
    this.run('', sweepRule, {})
  }

  leave(agent: string, reloadMs?: number): void {
    this.run(agent, leaveRule, { session: `s-${agent}`, reloadMs })
  }

  kill(agent: string): void {
    for (const id of this.state.sessionsOf.ids(agent)) this.dead.add(id)
  }

  isDead(agent: string): boolean {
    return [...this.state.sessionsOf.ids(agent)].every((id) => this.dead.has(id))
  }

  pass(ms: number): void {
    this.now += ms
  }

  graceOver(claims: readonly string[]): void {
    for (const id of claims) this.graceIsOver.add(id)
  }

  holderOf(path: string, tree = ''): string[] {
    return [...this.state.claims.values()].filter((claim) => claim.resource.kind !== 'name' && claim.resource.path === path && claim.resource.tree === tree).map((claim) => claim.holder)
  }
}

export function isRefusal(result: object): result is { ok: false; reason: string; hint: string; heldBy?: string; holderName?: string; stale?: boolean; queued?: number } {
  return 'ok' in result && result.ok === false
}
