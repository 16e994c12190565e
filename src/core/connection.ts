import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { Challenges } from './challenges.js'
import { Emitter, type Disposable } from './emitter.js'
import { isMusterError, MusterError } from './errors.js'
import { sumOf } from './ledger/line.js'
import type { Clock, Commit, Ledger, Stamp } from './ledger/port.js'
import type { Session } from './model/agent.js'
import { agentIdOf } from './model/agentId.js'
import type { Claim } from './model/claim.js'
import type { Event } from './model/events.js'
import type { Settings } from './muster.js'
import { claimsToKeep, keepRule } from './rules/challenge.js'
import { collectRule, identityLost, joinRule, leaveRule, type JoinCommand } from './rules/join.js'
import { Renewals } from './renewals.js'
import { checkInRule } from './rules/release.js'
import { graceOf, renewalOf } from './rules/presence.js'
import { needsSweep, sweepRule } from './rules/queue.js'
import type { Context, Rule } from './rules/rule.js'
import type { ProcessName } from './rules/worker.js'
import { OWN_KEY } from './state/keys.js'
import type { State } from './state/state.js'
import { askedOnce, isOver, isSessionGone, noteOver, processStart, type Here } from './system/processes.js'
import { tell } from './tell.js'

export interface ConnectionOptions {
  ledger: Ledger<State, Event>
  clock: Clock
  here: Here
  settings: Settings
  /** This process stays, holds the identity, and answers for its claims. */
  attached: boolean
  /** The process this one acts on behalf of: what is claimed lasts as long as that one. */
  behalf?: ProcessName | undefined
  client: string
  /** Whether this process may be asked about; replaced in tests. */
  isGone?: (session: Session, here: Here) => boolean
}

/** Milliseconds a window reload may take before its claims count as left behind. */
const RELOAD_MS = 60_000
/** A timer this late, in ms, means that this process, or the machine, was stopped meanwhile. */
const PAUSE_MS = 3_000
/** An attached connection gives a sign of life this often, in ms; for readers on other machines, who cannot see its process. */
const HEARTBEAT_MS = 5 * 60_000

/**
 * One process speaking for one agent. Lives through: *unjoined* (reads only) → *joined* (holds or speaks for its identity) →
 * *closed*. Supplies rules with their context, numbers the operations, answers challenges, notices its own pauses, and
 * collects what dead processes left.
 */
export class Connection {
  readonly id = randomBytes(8).toString('hex')
  agent = ''
  /** Id of the session it speaks in; undefined for a command that comes and goes on its own account. */
  private session: string | undefined
  private counter = 0
  private closed = false
  private readonly renewals: Renewals
  private readonly challenges: Challenges
  /** Answering for own claims is under way. */
  private answering = false
  private identity: Omit<JoinCommand, 'session'> | undefined
  /** Own work, by this process's monotonic clock: independent of any other clock. */
  private lastWork = 0
  private lastHeartbeat: number
  private quietUntil = 0
  private timer: NodeJS.Timeout | undefined
  private readonly advance: Disposable
  private readonly passed = new Emitter<void>()
  /** Time passed: what is drawn from it may have changed though nobody wrote anything. */
  readonly onDidTick = this.passed.event

  constructor(private readonly options: ConnectionOptions) {
    this.challenges = new Challenges(options.clock)
    this.renewals = new Renewals(options.clock)
    this.lastWork = this.lastHeartbeat = options.clock.monotonic()
    this.advance = options.ledger.onDidAdvance((commits) => this.observe(commits))
    if (options.attached) this.startTimer()
  }

  get joined(): boolean {
    return this.agent !== ''
  }

  get attached(): boolean {
    return this.options.attached
  }

  /** Whether claims end with a process (this one, or the one it acts for) rather than by lease only. */
  get bound(): boolean {
    return this.options.attached || this.options.behalf !== undefined
  }

  /** @throws MusterError AGENT_IN_USE, and what the ledger throws */
  async join(command: Omit<JoinCommand, 'session'>): Promise<void> {
    const { attached, behalf, here, client } = this.options
    const common = { ...here, host: hostname(), client, ttl: 2 * HEARTBEAT_MS + 60_000 }
    const own = (): JoinCommand['session'] => ({ id: this.id, fields: { pid: process.pid, start: processStart(process.pid), ...common } })
    const session: JoinCommand['session'] = attached ? own() : behalf && { id: sumOf(`${behalf.boot} ${behalf.pid} ${behalf.start}`), fields: { ...common, ...behalf }, shared: true }
    const joined = await this.submit(joinRule, { ...command, ...(session && { session }) }, '')
    if ('reason' in joined) throw new MusterError('AGENT_IN_USE', tell`"${joined.agent}" is not free.`, { hint: joined.hint })
    this.agent = joined.agent
    this.session = joined.session
    this.identity = { ...command, ...(!command.worker && { name: this.displayName(), anyFreeName: false }) }
    this.answerForClaims()
  }

  /** What people call the agent, where that leads to the same identity again. */
  private displayName(): string {
    const name = this.options.ledger.peek().agents.get(this.agent)?.name
    return name !== undefined && agentIdOf(name) === this.agent ? name : this.agent
  }

  /** Runs one operation to its end: decided on the newest state, on disk when it resolves. `work: false`: what follows from time alone. */
  async perform<C, R, X>(rule: Rule<C, R, X>, command: C, { key, work = true }: { key?: string | undefined; work?: boolean } = {}): Promise<R | X> {
    if (this.closed) throw new MusterError('CLOSED', tell`This connection is closed.`, { hint: tell`Open a new one.` })
    if (work) this.noteWork()
    try {
      return await this.submit(rule, command, this.agent, key)
    } catch (error) {
      if (!isMusterError(error) || error.code !== 'IDENTITY_LOST' || this.identity === undefined) throw error
      // Taken for dead while it was stopped, or the records were replaced: free, the identity is taken up again.
      await this.join(this.identity)
      return this.submit(rule, command, this.agent, key)
    }
  }

  /** Runs an operation when the caller has gone on with what it was just given. Failing is as if it had been killed before. */
  async afterwards<C, R, X>(rule: Rule<C, R, X>, command: C): Promise<void> {
    await this.options.clock.sleep(0)
    await this.perform(rule, command).catch(() => undefined)
  }

  private async submit<C, R, X>(rule: Rule<C, R, X>, command: C, by: string, key = this.nextKey(by)): Promise<R | X> {
    const { attached, ledger, client } = this.options
    const { session } = this
    const answer = await ledger.submit<X>({
      key,
      by,
      via: attached ? (key.includes('/') ? session : undefined) : (session ?? `${client}:${process.pid}@${hostname()}`),
      decide: (state, stamp) => {
        if (session !== undefined && by !== '' && !state.sessions.has(session)) throw identityLost(by)
        return rule.decide(state, command, this.context(stamp))
      },
    })
    if (!answer.ok) return answer.refusal
    return rule.answer(answer.events, answer.stamp, answer.state, command, this.context(answer.stamp))
  }

  /** Attached connections count; others come and go, so their keys are kept with the agent's. */
  private nextKey(by: string): string {
    return this.options.attached ? `${this.id}:${++this.counter}` : `${by}/${OWN_KEY}${this.id}.${++this.counter}`
  }

  /** What the outside knows, for a decision at `stamp` (default: now). */
  context(stamp: Stamp = this.now()): Context {
    const { settings, here, isGone = isSessionGone } = this.options
    const gone = askedOnce((session: Session) => isOver(session.id) || isGone(session, here))
    return {
      agent: this.agent,
      session: this.session,
      stamp,
      leaseMs: settings.leaseMinutes * 60_000,
      graceMs: settings.graceSeconds * 1000,
      isGone: (session) => session.id !== this.session && gone(session),
      hasEnded: askedOnce((process) => isSessionGone(process, here)),
      watchedMs: (claim) => (this.options.attached ? this.renewals.quietMs(claim.id, renewalOf(this.options.ledger.peek(), claim).seq) : 0),
      graceOver: (claim) => (this.challenges.waited(claim) ?? -1) >= this.graceMs(claim),
    }
  }

  now(): Stamp {
    const { clock, ledger } = this.options
    return { seq: ledger.status().head, at: clock.now(), up: clock.uptime(), boot: clock.boot }
  }

  /** Grace period of a claim in ms. */
  graceMs(claim: Claim): number {
    return graceOf(claim, this.options.settings.graceSeconds * 1000)
  }

  /** Begins the grace period of challenges that are on disk; with `goOn`, one that runs already goes on. @returns when, on the monotonic clock */
  watchChallenges(claims: readonly Claim[], goOn = false): number {
    return this.challenges.begin(claims, goOn)
  }

  /** Nobody is challenged right after a pause of our own. */
  get mayChallenge(): boolean {
    return this.options.clock.monotonic() >= this.quietUntil
  }

  /** Work seen outside the ledger (typing, saving): keeps the claims of this agent when somebody challenges them. */
  noteWork(): void {
    this.lastWork = this.options.clock.monotonic()
  }

  /** Since its agent last did anything that this process knows of, in ms. */
  get idleMs(): number {
    return this.options.clock.monotonic() - this.lastWork
  }

  /** @param end 'reload': back within a minute; 'over': the program this acts for has ended its conversation. */
  async close(end?: 'reload' | 'over'): Promise<void> {
    if (this.closed) return
    this.closed = true
    clearInterval(this.timer)
    this.advance.dispose()
    if (this.session !== undefined && this.agent !== '' && (this.options.attached || end === 'over')) {
      // Where the records cannot be written, others see that the process is gone; this process, which may go on, knows.
      const { session } = this
      await this.submit(leaveRule, { session, ...(end === 'reload' && { reloadMs: RELOAD_MS }) }, this.agent).catch(() => this.attached && noteOver(session))
    }
    this.passed.dispose()
    await this.options.ledger.close()
  }

  private observe(commits: readonly Commit<Event>[]): void {
    // An empty list: the state is another one, and anything may have happened.
    let asked = commits.length === 0
    for (const { ops } of commits) {
      for (const { events } of ops) {
        for (const event of events) {
          if (event.type === 'claim.ended') {
            this.renewals.forget(event.claim)
            this.challenges.forget(event.claim)
          }
          asked ||= event.type === 'claim.challenged' || (event.type === 'claim.granted' && event.wait !== undefined)
        }
      }
    }
    if (asked) this.answerForClaims()
  }

  /**
   * A living holder keeps what it worked under within the lease, by its own clock, and takes up what it was granted while
   * waiting; on anything else it is silent. Looks at the state and not at events, so that none can be missed.
   */
  private answerForClaims(): void {
    if (!this.options.attached || !this.joined || this.answering || this.closed) return
    const kept = claimsToKeep(this.options.ledger.peek(), this.agent).filter((claim) => claim.attached && this.idleMs < claim.ttl)
    if (kept.length === 0) return
    this.answering = true
    this.background(this.submit(keepRule, { claims: kept.map((claim) => claim.id) }, this.agent).finally(() => (this.answering = false)))
  }

  private startTimer(): void {
    const { clock, settings } = this.options
    const period = settings.rescanSeconds * 1000
    let last = { monotonic: clock.monotonic(), uptime: clock.uptime() }
    this.timer = setInterval(() => {
      const now = { monotonic: clock.monotonic(), uptime: clock.uptime() }
      const awake = now.monotonic - last.monotonic
      const passed = Math.max(awake, now.uptime - last.uptime)
      last = now
      if (passed > period + PAUSE_MS) this.resumed(Math.max(0, awake - period))
      else if (now.monotonic - this.lastHeartbeat >= HEARTBEAT_MS) this.heartbeat(false)
      this.answerForClaims()
      if (this.joined) this.collect()
      this.passed.fire()
    }, period)
    this.timer.unref()
  }

  /**
   * After a sleep: show that we are back before anybody doubts it, and doubt nobody else until they had time to do so too.
   * @param stopped ms of the monotonic clock that passed without this process running; they are no idleness of its agent
   */
  private resumed(stopped: number): void {
    const { clock, settings } = this.options
    this.quietUntil = clock.monotonic() + settings.rescanSeconds * 1000 + settings.graceSeconds * 1000
    this.renewals.clear()
    this.lastWork = Math.min(clock.monotonic(), this.lastWork + stopped)
    this.heartbeat(this.idleMs < settings.leaseMinutes * 60_000)
  }

  private heartbeat(work: boolean): void {
    if (!this.joined) return
    this.lastHeartbeat = this.options.clock.monotonic()
    this.background(this.submit(checkInRule, { resource: null, fields: {}, work }, this.agent))
  }

  private collect(): void {
    const context = this.context()
    const state = this.options.ledger.peek()
    if (needsSweep(state)) this.background(this.submit(sweepRule, {}, ''))
    for (const session of state.sessions.values()) {
      if (session.id === this.session || state.claimsOf.has(session.agent) || !context.isGone(session)) continue
      this.background(this.submit(collectRule, {}, ''))
      return
    }
  }

  /** Nobody waits for these, and the ledger reports its own troubles by its status. */
  private background(work: Promise<unknown>): void {
    work.catch(() => undefined)
  }
}
