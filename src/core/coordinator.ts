import type { z } from 'zod'
import type { Claims } from './claims.js'
import type { Connection } from './connection.js'
import { Emitter } from './emitter.js'
import { MusterError } from './errors.js'
import type { Commit, Ledger, LedgerStatus } from './ledger/port.js'
import { agentIdOf, type AgentStatus } from './model/agent.js'
import type { Event } from './model/events.js'
import * as op from './model/operations.js'
import { resourceLabel, type Resource } from './model/resource.js'
import type { Change, LogEntry, Muster, World } from './muster.js'
import { proposeRule, reviewRule } from './rules/decision.js'
import { askRule, markRule, replyRule, selectMessages, sendRule } from './rules/message.js'
import { agentPresence } from './rules/presence.js'
import { checkInRule, forceReleaseRule, releaseRule } from './rules/release.js'
import { ClaimLabels, logEntries } from './state/logEntry.js'
import type { State } from './state/state.js'
import { agentView, claimView, decisionView } from './state/views.js'
import { StateWorld } from './state/world.js'

export interface CoordinatorParts {
  folder: string
  root: string
  ledger: Ledger<State, Event>
  connection: Connection
  claims: Claims
  /** Takes up the identity, once; called before the first operation that writes. Throws in read-only connections. */
  join: () => Promise<void>
  /** Agent to read for while nothing was written yet. */
  reader: string
  tree: { resolve(text: string): Resource; branch(): string | undefined; releaseable(): Promise<readonly Resource[]> }
  leaseMs: number
}

/** The only object front ends see: parses what enters, runs the rules through the connection, shows the state. */
export class Coordinator implements Muster {
  private readonly labels = new ClaimLabels()
  private readonly changed = new Emitter<Change>()
  readonly onDidChange = this.changed.event
  private readonly untold: LogEntry[] = []
  private telling: Promise<void> | undefined
  /** What was read last is being marked as seen. */
  private marking: Promise<void> | undefined

  constructor(private readonly parts: CoordinatorParts) {
    const { ledger, connection } = parts
    for (const claim of ledger.peek().claims.values()) this.labels.labels.set(claim.id, resourceLabel(claim.resource))
    ledger.onDidAdvance((commits) => this.announce(this.entriesOf(commits)))
    ledger.onDidChangeStatus(() => this.announce([]))
    connection.onDidTick(() => this.announce([]))
  }

  /** Tells listeners once what they are told is on disk: a listener may act on it, and a power loss must not take it back. */
  private announce(entries: readonly LogEntry[]): void {
    this.untold.push(...entries)
    if (this.telling !== undefined) return
    const { head, synced } = this.parts.ledger.status()
    if (synced >= head) this.fireUntold()
    else this.telling = this.tell().finally(() => (this.telling = undefined))
  }

  private fireUntold(): void {
    this.changed.fire({ entries: this.untold.splice(0), ledger: this.parts.ledger.status() })
  }

  private async tell(): Promise<void> {
    do {
      // A ledger in trouble is told of by its status.
      await this.parts.ledger.refresh().catch(() => undefined)
      this.fireUntold()
    } while (this.untold.length > 0)
  }

  get agent(): string {
    return this.parts.connection.agent || this.parts.reader
  }

  get folder(): string {
    return this.parts.folder
  }

  get root(): string {
    return this.parts.root
  }

  async startup(): Promise<op.StartupResult> {
    await this.parts.join()
    const state = await this.parts.ledger.refresh()
    const context = this.parts.connection.context()
    const me = state.agents.get(this.agent)
    if (!me) throw new MusterError('INVALID_INPUT', 'This connection speaks for nobody.', { hint: 'Open it with an agent.' })
    const unread = selectMessages(state, this.agent, { unread: true })
    const incomplete = [...state.agents.values()].filter((agent) => agent.kind === 'agent' && agent.status !== 'done' && agent.status !== 'failed' && agentPresence(state, agent, context) !== 'live')
    return {
      ok: true,
      agent: agentView(state, me, context),
      messages: unread,
      claims: [...state.claims.values()].map((claim) => claimView(state, claim, context)),
      helpRequests: unread.filter((message) => message.kind === 'help'),
      decisions: [...state.decisions.values()].map((decision) => decisionView(state, decision)),
      incomplete: incomplete.map((agent) => agentView(state, agent, context)),
      lost: unread.filter((message) => message.about?.act === 'taken' || message.about?.act === 'forced'),
    }
  }

  async claim(resource: string, options: op.ClaimOptions = {}): Promise<op.ClaimResult> {
    const result = await this.claimAll([resource], options)
    return result.ok ? result.claims[0]! : result
  }

  async claimAll(resources: readonly string[], options: op.ClaimOptions = {}): Promise<op.ClaimAllResult> {
    const { signal, key, ...rest } = options
    const parsed = parse(op.claimOptions, rest, 'claim options')
    if (resources.length === 0) throw new MusterError('INVALID_INPUT', 'No resource is named.', { hint: 'Name at least one file, folder or name.' })
    const resolved = resources.map((resource) => this.parts.tree.resolve(parse(op.resourceInput, resource, 'resource')))
    await this.parts.join()
    const result = await this.parts.claims.claim({
      resources: resolved,
      grant: {
        mode: parsed.mode,
        attached: this.parts.connection.attached,
        ttl: parsed.minutes === undefined ? this.parts.leaseMs : parsed.minutes * 60_000,
        ...(parsed.estimatedMinutes !== undefined && { estimatedMinutes: parsed.estimatedMinutes }),
        ...(parsed.note !== undefined && { note: parsed.note }),
        branch: this.parts.tree.branch(),
      },
      priority: parsed.priority,
      wait: parsed.wait,
      timeoutMs: parsed.timeoutMinutes === undefined ? undefined : parsed.timeoutMinutes * 60_000,
      takeOver: parsed.takeOver,
      force: parsed.force,
      signal,
      key: this.namedKey('claim', key),
    })
    return 'ok' in result ? result : { ok: true, ...result }
  }

  async checkIn(resource: string | null, options: op.CheckInOptions = {}): Promise<op.CheckInResult> {
    const { token, minutes, ...fields } = parse(op.checkInOptions, options, 'check-in')
    if (resource === null && token !== undefined) throw new MusterError('INVALID_INPUT', 'A token belongs to a claim, and no resource is named.', { hint: 'Name the resource the token was given for.' })
    const resolved = resource === null ? null : this.resolve(resource)
    await this.parts.join()
    const ttl = minutes === undefined ? undefined : minutes * 60_000
    return this.parts.connection.perform(checkInRule, { resource: resolved, fields: { branch: this.parts.tree.branch(), ...fields }, token, ttl, work: true })
  }

  async release(resource: string, options: op.ReleaseOptions = {}): Promise<op.ReleaseResult> {
    const parsed = parse(op.releaseOptions, options, 'release options')
    const resolved = this.resolve(resource)
    await this.parts.join()
    return this.parts.connection.perform(releaseRule, { resource: resolved, ...parsed })
  }

  async forceRelease(resource: string, reason: string): Promise<op.ForceReleaseResult> {
    const command = { resource: this.resolve(resource), reason: parse(op.lineInput, reason, 'reason') }
    await this.parts.join()
    return this.parts.connection.perform(forceReleaseRule, command)
  }

  async askForRelease(resource: string, text: string): Promise<op.AskResult> {
    const command = { resource: this.resolve(resource), text: parse(op.textInput, text, 'text') }
    await this.parts.join()
    return this.parts.connection.perform(askRule, command)
  }

  async sendMessage(message: op.MessageInput, key?: string): Promise<op.SendResult> {
    const command = parse(op.messageInput, message, 'message')
    await this.parts.join()
    return this.parts.connection.perform(sendRule, command, this.namedKey('send', key))
  }

  async readMessages(options: op.ReadOptions = {}): Promise<op.MessageView[]> {
    const { peek, ...wanted } = parse(op.readOptions, options, 'read options')
    await this.marking
    const messages = selectMessages(await this.parts.ledger.refresh(), this.agent, wanted)
    const fresh = messages.filter((message) => message.unread).map((message) => message.id)
    if (peek || fresh.length === 0) return messages
    await this.parts.join()
    // Marked once the caller has them: who is killed in between is shown them again, and nobody misses one.
    this.marking = this.parts.connection.afterwards(markRule, { messages: fresh, status: 'seen' })
    return messages.map((message) => (message.unread ? { ...message, status: 'seen', delivery: { ...message.delivery, [this.agent]: 'seen' } } : message))
  }

  async acknowledge(id: string): Promise<op.MarkResult> {
    await this.parts.join()
    return this.parts.connection.perform(markRule, { messages: [id], status: 'acknowledged' })
  }

  async reply(id: string, body: string): Promise<op.SendResult | (op.Refusal & { reason: 'NOT_FOUND' })> {
    const command = { message: id, body: parse(op.textInput, body, 'body') }
    await this.parts.join()
    return this.parts.connection.perform(replyRule, command)
  }

  async logDecision(decision: op.DecisionInput, key?: string): Promise<op.DecisionResult> {
    const command = parse(op.decisionInput, decision, 'decision')
    await this.parts.join()
    return this.parts.connection.perform(proposeRule, command, this.namedKey('decision', key))
  }

  async reviewDecision(id: string, verdict: 'approved' | 'rejected', note = ''): Promise<op.DecisionResult> {
    const command = { decision: id, verdict: parse(op.verdictInput, verdict, 'verdict'), note: parse(op.textInput, note, 'note') }
    await this.parts.join()
    return this.parts.connection.perform(reviewRule, command)
  }

  async getAgent(id: string): Promise<op.AgentView | undefined> {
    const state = await this.parts.ledger.refresh()
    const agent = state.agents.get(agentIdOf(id))
    return agent && agentView(state, agent, this.parts.connection.context())
  }

  async listAgents(filter: { status?: AgentStatus } = {}): Promise<op.AgentView[]> {
    return (await this.refresh()).agents.filter((agent) => filter.status === undefined || agent.status === filter.status)
  }

  async listClaims(filter: { mine?: boolean; stale?: boolean } = {}): Promise<op.ClaimView[]> {
    const { claims } = await this.refresh()
    return claims.filter((claim) => (filter.mine === undefined || claim.mine === filter.mine) && (filter.stale === undefined || claim.stale === filter.stale))
  }

  async listDecisions(filter: { status?: op.DecisionView['status'] } = {}): Promise<op.DecisionView[]> {
    return (await this.refresh()).decisions.filter((decision) => filter.status === undefined || decision.status === filter.status)
  }

  async *log(options: { from?: number } = {}): AsyncIterable<LogEntry> {
    const state = await this.parts.ledger.refresh()
    const labels = new ClaimLabels()
    // Names of claims come from their grants, so the walk starts at the beginning whatever is asked for.
    for await (const commit of this.parts.ledger.history()) {
      labels.note(commit)
      if (commit.stamp.seq >= (options.from ?? 1)) yield* logEntries(commit, state, labels.labels)
    }
  }

  ledgerStatus(): LedgerStatus {
    return this.parts.ledger.status()
  }

  state(): World {
    return this.worldOf(this.parts.ledger.peek())
  }

  noteWork(): void {
    this.parts.connection.noteWork()
  }

  async close(options: { reload?: boolean } = {}): Promise<void> {
    await this.marking
    if (options.reload !== true) {
      // Closing lets go of what is clean; changes that are not committed keep their lock, shown as left behind.
      const clean = await this.parts.tree.releaseable()
      await Promise.allSettled(clean.map((resource) => this.parts.connection.perform(releaseRule, { resource, message: 'closed' })))
    }
    await this.parts.connection.close(options.reload === true)
    this.changed.dispose()
  }

  private resolve(resource: string): Resource {
    return this.parts.tree.resolve(parse(op.resourceInput, resource, 'resource'))
  }

  /** Keys of different operations are different keys. */
  private namedKey(operation: string, key: string | undefined): string | undefined {
    return key === undefined ? undefined : `${this.agent}/${operation}.${parse(op.keyInput, key, 'key')}`
  }

  async refresh(): Promise<World> {
    return this.worldOf(await this.parts.ledger.refresh())
  }

  private worldOf(state: State): World {
    return new StateWorld(state, { ...this.parts.connection.context(), agent: this.agent }, this.parts.ledger.status())
  }

  private entriesOf(commits: readonly Commit<Event>[]): LogEntry[] {
    const state = this.parts.ledger.peek()
    return commits.flatMap((commit) => {
      this.labels.note(commit)
      if (!this.changed.hasListeners) return []
      return logEntries(commit, state, this.labels.labels)
    })
  }
}

/** @throws MusterError INVALID_INPUT that names the field */
function parse<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const field = issue && issue.path.length > 0 ? ` (${issue.path.join('.')})` : ''
  throw new MusterError('INVALID_INPUT', `Not a usable ${what}${field}: ${issue?.message ?? 'wrong shape'}.`, { hint: 'See the documentation of the call for its fields.', details: { issues: result.error.issues } })
}
