import { parse, type MusterParts } from './acting.js'
import { Emitter } from './emitter.js'
import { invalid } from './errors.js'
import { walkLog } from './logWalk.js'
import { allMessages, needsLookBack, wholeDecision, wholeView } from './lookBack.js'
import type { Commit, LedgerStatus } from './ledger/port.js'
import type { AgentStatus } from './model/agent.js'
import { agentIdOf } from './model/agentId.js'
import type { Event } from './model/events.js'
import type { RequestAnswer } from './model/message.js'
import * as op from './model/operations.js'
import { aboutOf, resourceLabel } from './model/resource.js'
import type { StartupResult } from './model/startup.js'
import type { Change, CloseOptions, LogEntry, LogOptions, Moment, Muster, Past, World } from './muster.js'
import { tellOfTime } from './passingTime.js'
import { PastWorlds } from './pastWorlds.js'
import { inheritInTime } from './inheriting.js'
import { letGoInTime } from './lettingGo.js'
import { proposeRule, reviewRule } from './rules/decision.js'
import { closeHelpRule, openHelp } from './rules/help.js'
import { markRule, replyRule, selectMessages, sendRule } from './rules/message.js'
import { checkInRule, forceReleaseRule, releaseRule } from './rules/release.js'
import { takeUpRule } from './rules/takeUp.js'
import { startupOf } from './startup.js'
import { ClaimLabels, logEntries } from './state/logEntry.js'
import type { State } from './state/state.js'
import { agentView, decisionView, messageView } from './state/views.js'
import { StateWorld } from './state/world.js'
import { UpkeepOperations } from './upkeepOperations.js'
import type { ProcessSupervisor } from './deployCalls.js'
import { tell } from './tell.js'

/** The only object front ends see: parses what enters, runs the rules through the connection, shows the state. */
export class Coordinator extends UpkeepOperations implements Muster {
  private readonly labels = new ClaimLabels()
  private readonly changed = new Emitter<Change>()
  readonly onDidChange = this.changed.event
  private readonly untold: LogEntry[] = []
  private readonly past: PastWorlds
  private telling: Promise<void> | undefined
  /** What was read last is being marked as seen. */
  private marking: Promise<void> | undefined

  constructor(parts: MusterParts, supervisor?: ProcessSupervisor<Muster>) {
    super(parts, supervisor as ProcessSupervisor<unknown>)
    this.past = new PastWorlds(parts)
    const { ledger } = parts
    for (const claim of ledger.peek().claims.values()) this.labels.labels.set(claim.id, resourceLabel(claim.resource))
    ledger.onDidAdvance((commits) => this.announce(this.entriesOf(commits)))
    ledger.onDidChangeStatus(() => this.announce([]))
    tellOfTime(parts, () => this.announce([]))
    letGoInTime(parts)
    inheritInTime(parts)
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

  get folder(): string {
    return this.parts.folder
  }

  get root(): string {
    return this.parts.root
  }

  async startup(): Promise<StartupResult> {
    await this.act(takeUpRule, {})
    const state = await this.parts.ledger.refresh()
    return startupOf(state, { ...this.parts.connection.context(), agent: this.agent }, this.worldOf(state))
  }

  async claim(resource: string, options: op.ClaimOptions = {}): Promise<op.ClaimResult> {
    const result = await this.claimAll([resource], options)
    return result.ok ? { ...result.claims[0]!, ...(result.uncommitted && { uncommitted: result.uncommitted }) } : result
  }

  async claimAll(resources: readonly string[], options: op.ClaimOptions = {}): Promise<op.ClaimAllResult> {
    const { signal, key, ...rest } = options
    const parsed = parse(op.claimOptions, rest, 'claim options')
    if (resources.length === 0) throw invalid(tell`No resource is named.`, tell`Name at least one file, folder or name.`)
    const resolved = resources.map((resource) => this.parts.tree.resolve(parse(op.resourceInput, resource, 'resource')))
    await this.parts.join()
    const result = await this.parts.claims.claim({
      resources: resolved,
      grant: {
        mode: parsed.mode,
        attached: this.parts.connection.bound,
        ttl: parsed.minutes === undefined ? this.parts.leaseMs : parsed.minutes * 60_000,
        ...(parsed.estimatedMinutes !== undefined && { estimatedMinutes: parsed.estimatedMinutes }),
        ...(parsed.note !== undefined && { note: parsed.note }),
        branch: this.parts.tree.branch(),
      },
      priority: parsed.priority,
      wait: parsed.wait,
      timeoutMs: parsed.timeoutMinutes === undefined ? undefined : parsed.timeoutMinutes * 60_000,
      keepPlace: parsed.keepPlace,
      takeOver: parsed.takeOver,
      force: parsed.force,
      signal,
      key: this.namedKey('claim', key),
    })
    if ('ok' in result) return result
    const advisory = this.ledgerStatus().shared !== undefined && ({ advisory: true } as const)
    return { ok: true, ...result, ...advisory, claims: result.claims.map((claim) => ({ ...claim, ...advisory })) }
  }

  async checkIn(resource: string | null, options: op.CheckInOptions = {}): Promise<op.CheckInResult> {
    const { token, minutes, ...fields } = parse(op.checkInOptions, options, 'check-in')
    if (resource === null && token !== undefined) throw invalid(tell`A token belongs to a lock, and no resource is named.`, tell`Name the resource the token was given for.`)
    const resolved = resource === null ? null : this.resolve(resource)
    await this.parts.join()
    const ttl = minutes === undefined ? undefined : minutes * 60_000
    return this.parts.connection.perform(checkInRule, { resource: resolved, fields: { branch: this.parts.tree.branch(), ...fields }, token, ttl, work: true })
  }

  async release(resource: string, { tree, ...options }: op.ReleaseOptions & op.LockPlace = {}): Promise<op.ReleaseResult> {
    return this.act(releaseRule, { resource: this.locked(resource, tree), ...parse(op.releaseOptions, options, 'release options') })
  }

  async forceRelease(resource: string, reason: string, { tree }: op.LockPlace = {}): Promise<op.ForceReleaseResult> {
    const command = { resource: this.locked(resource, tree), reason: parse(op.lineInput, reason, 'reason') }
    return this.act(forceReleaseRule, command)
  }

  async askForRelease(resource: string, text: string): Promise<op.AskResult> {
    const command = { resource: this.resolve(resource), text: parse(op.textInput, text, 'text') }
    const { askRule } = await import('./rules/request.js')
    return this.act(askRule, command)
  }

  async answerRequest(id: string, answer: RequestAnswer, text = '', options: op.AnswerOptions = {}): Promise<op.AnswerResult> {
    const keep = parse(op.answerOptions, options, 'answer').keep.map((resource) => this.resolve(resource))
    if (keep.length > 0 && answer !== 'narrow') throw invalid(tell`What is kept goes with the answer "narrow".`, tell`Answer "narrow", or leave out what to keep.`)
    const command = { request: id, answer: parse(op.requestAnswerInput, answer, 'answer'), text: parse(op.textInput, text, 'text'), keep }
    const { answerRule } = await import('./rules/request.js')
    return this.act(answerRule, { ...command, retired: await this.retired(id) })
  }

  async sendMessage(message: op.MessageInput, key?: string): Promise<op.SendResult> {
    const { about, ...command } = op.withSections(parse(op.messageInput, message, 'message'))
    if (command.subject.trim() === '' && command.body.trim() === '' && command.checklist === undefined) throw invalid(tell`The message is empty.`, tell`Give it a subject or a text.`)
    return this.act(sendRule, { ...command, ...(about !== undefined && { about: aboutOf(this.resolve(about)) }) }, { operation: 'send', key })
  }

  async readMessages(options: op.ReadOptions = {}): Promise<op.MessageView[]> {
    const { peek, ...wanted } = parse(op.readOptions, options, 'read options')
    await this.marking
    const { ledger } = this.parts
    const before = await ledger.refresh()
    const old = needsLookBack(before, wanted) ? await allMessages(ledger, before, this.agent) : undefined
    const selected = selectMessages(before, this.agent, wanted, this.parts.connection.now(), old)
    const messages = await Promise.all(selected.map((view) => wholeView(ledger, before, view)))
    const fresh = messages.filter((message) => message.unread).map((message) => message.id)
    if (peek || fresh.length === 0) return messages
    await this.parts.join()
    // Marked once the caller has them: who is killed in between is shown them again, and nobody misses one.
    this.marking = this.parts.connection.afterwards(markRule, { messages: fresh, status: 'seen' })
    return messages.map((message) => (message.unread ? { ...message, status: 'seen', delivery: { ...message.delivery, [this.agent]: 'seen' } } : message))
  }

  async acknowledge(id: string): Promise<op.MarkResult> {
    return this.act(markRule, { messages: [id], status: 'acknowledged', retired: await this.retired(id) })
  }

  async reply(id: string, body: string): Promise<op.SendResult | (op.Refusal & { reason: 'NOT_FOUND' })> {
    const command = { message: id, body: parse(op.textInput, body, 'body'), retired: await this.retired(id) }
    return this.act(replyRule, command)
  }

  async requestHelp(to: string, request: op.HelpInput, key?: string): Promise<op.SendResult> {
    const fields = parse(op.helpInput, request, 'request for help')
    return this.act(sendRule, { ...fields, to: parse(op.messageInput.shape.to, to, 'recipient'), kind: 'help' }, { operation: 'help', key })
  }

  async closeHelp(id: string, answer = ''): Promise<op.CloseHelpResult> {
    return this.act(closeHelpRule, { request: id, answer: parse(op.textInput, answer, 'answer'), retired: await this.retired(id) })
  }

  async listHelpRequests(): Promise<op.MessageView[]> {
    const state = await this.parts.ledger.refresh()
    return openHelp(state, this.agent, true).map((message) => messageView(state, message, this.agent, this.parts.connection.now()))
  }

  async logDecision(decision: op.DecisionInput, key?: string): Promise<op.DecisionResult> {
    const { resources, ...command } = parse(op.decisionInput, decision, 'decision')
    return this.act(proposeRule, { ...command, ...(resources.length > 0 && { resources: this.labelsOf(resources) }) }, { operation: 'decision', key })
  }

  async reviewDecision(id: string, verdict: 'approved' | 'rejected', note = ''): Promise<op.DecisionResult> {
    const command = { decision: id, verdict: parse(op.verdictInput, verdict, 'verdict'), note: parse(op.textInput, note, 'note') }
    return this.act(reviewRule, command)
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
    const { ledger } = this.parts
    const state = await ledger.refresh()
    const wanted = [...state.decisions.values()].filter((decision) => filter.status === undefined || decision.status === filter.status)
    const views: op.DecisionView[] = []
    for (const decision of wanted) views.push(decisionView(state, await wholeDecision(ledger, decision)))
    return views
  }

  log(options: LogOptions = {}): AsyncIterable<LogEntry> {
    return walkLog(this.parts.ledger, options)
  }

  lookBack(moment: Moment, { signal }: { signal?: AbortSignal } = {}): Promise<Past> {
    return this.past.at(moment, this.agent, signal)
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

  async close(options: CloseOptions = {}): Promise<void> {
    this.parts.ledger.hasten?.()
    await this.marking
    if (options.reload !== true && (options.over === true || this.parts.connection.attached)) {
      // Closing lets go of what is clean; changes that are not committed keep their lock, shown as left behind.
      const clean = await this.parts.tree.releaseable(options.over)
      await Promise.allSettled(clean.map((resource) => this.parts.connection.perform(releaseRule, { resource, message: 'closed' })))
    }
    await this.parts.connection.close(options.reload ? 'reload' : options.over ? 'over' : undefined)
    await this.parts.beside.close()
    this.changed.dispose()
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
