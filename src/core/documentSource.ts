import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { Acting } from './acting.js'
import type { DocumentRecords, DocumentSource, RecordedEvent } from './documentCalls.js'
import { invalid } from './errors.js'
import type { Stamp } from './ledger/port.js'
import { allMessages, wholeDecision, wholeMessage } from './lookBack.js'
import type { Agent } from './model/agent.js'
import { agentIdOf } from './model/agentId.js'
import type { Deployment } from './model/deployment.js'
import type { Message } from './model/message.js'
import type { AgentView, DecisionView, MessageView } from './model/operations.js'
import type { Said, TakenIn } from './model/takenIn.js'
import type { Context } from './rules/rule.js'
import { OWN_KEY } from './state/keys.js'
import { planView } from './state/planViews.js'
import type { State } from './state/state.js'
import { agentView, claimView, decisionView, iso, messageView } from './state/views.js'
import { checkpointView, deliverableView, errorView, summaryView, taskView } from './state/workViews.js'
import { personName } from './system/git.js'
import { treesBeside } from './system/heads.js'
import { tell } from './tell.js'

/** The records as documents show them, and the way in for what others wrote into files. */
export class RecordSource extends Acting implements DocumentSource {
  private known = { ledger: '', seq: 0, at: '' }
  private named: string | undefined
  /** How agents were shown, by their records: of ten thousand a few have changed since. */
  private readonly shown = new WeakMap<Agent, { deployment: Deployment | undefined; seen: Stamp | undefined; view: AgentView }>()

  get ledger(): string {
    return this.parts.ledger.id
  }

  async records({ whole = false } = {}): Promise<DocumentRecords> {
    const { ledger } = this.parts
    const state = await ledger.refresh()
    const messages = whole ? await allMessages(ledger, state, '') : [...state.messages.values()]
    return this.recordsOf(state, messages, await this.newest(ledger.status().head))
  }

  /** A change and its time, which is read once. */
  private async newest(seq: number): Promise<{ seq: number; at: string }> {
    const { ledger } = this.parts
    if (this.known.ledger !== ledger.id || this.known.seq !== seq) this.known = { ledger: ledger.id, seq, at: seq === 0 ? '' : iso((await ledger.read(seq))?.stamp ?? 0) }
    return this.known
  }

  async *since(seq: number): AsyncGenerator<RecordedEvent> {
    for await (const { stamp, ops } of this.parts.ledger.history({ from: seq + 1 })) {
      if (stamp.seq <= seq) continue
      for (const { by, via, events } of ops) for (const event of events) yield { seq: stamp.seq, at: iso(stamp), by, fromFile: via?.startsWith('file:') === true, event }
    }
  }

  trees(): { id: string; root: string }[] {
    return treesBeside(this.parts.root)
  }

  async takeIn(said: Said): Promise<TakenIn> {
    const { connection, ledger } = this.parts
    const agent = agentIdOf(said.agent)
    if (agent === '') throw invalid(tell`"${said.agent}" is no usable agent name.`, tell`Use letters and digits.`)
    const of = said.read?.message ?? said.ticked?.message ?? said.message?.replyTo
    const command = { said, person: agentIdOf(this.person()), retired: of === undefined ? undefined : await this.retired(of) }
    const { takeInRule } = await import('./rules/takeIn.js')
    const answer = await ledger.submit({
      key: `${agent}/${said.key ?? `${OWN_KEY}${connection.id}.${randomBytes(8).toString('hex')}`}`,
      by: agent,
      via: `file:${process.pid}@${hostname()}`,
      decide: (state, stamp) => takeInRule.decide(state, command, { ...connection.context(stamp), agent }),
    })
    return answer.ok ? takeInRule.answer(answer.events, answer.stamp, answer.state, command, { ...connection.context(), agent }) : answer.refusal
  }

  /** Whom git names; asked once. */
  private person(): string {
    return (this.named ??= personName(this.parts.root))
  }

  private recordsOf(state: State, messages: readonly Message[], { seq, at }: { seq: number; at: string }): DocumentRecords {
    const { ledger, connection } = this.parts
    const context = { ...connection.context(), agent: '' }
    const list = <R, V>(table: { values(): Iterable<R> }, view: (record: R) => V): (() => readonly V[]) => once(() => Array.from(table.values(), view))
    const [agents, claims] = [list(state.agents, (agent) => this.agentOf(state, agent, context)), list(state.claims, (claim) => claimView(state, claim, context))]
    const [tasks, errors] = [list(state.tasks, (task) => taskView(state, task, '')), list(state.errors, (error) => errorView(state, error))]
    const deliverables = list(state.deliverables, (one) => deliverableView(state, one))
    const plan = once(() => planView(state))
    const checkpoints = once(() => new Map([...state.checkpoints.entries()].map(([agent, one]) => [agent, checkpointView(one)])))
    const summaries = once(() => new Map([...state.summaries.entries()].map(([agent, one]) => [agent, summaryView(one)])))
    const byId = once(() => new Map(messages.map((message) => [message.id, message])))
    return {
      seq,
      at,
      get agents() { return agents() },
      get claims() { return claims() },
      get tasks() { return tasks() },
      get errors() { return errors() },
      get deliverables() { return deliverables() },
      get plan() { return plan() },
      get checkpoints() { return checkpoints() },
      get summaries() { return summaries() },
      *messagesTo(wants) {
        for (const message of messages) if (message.recipients.some(wants)) yield viewOf(state, message)
      },
      async decisions() {
        const found: DecisionView[] = []
        for (const decision of [...state.decisions.values()]) found.push(decisionView(state, await wholeDecision(ledger, decision)))
        return found
      },
      async wholeMessage(view) {
        const message = byId().get(view.id)
        return message?.cut === true ? viewOf(state, await wholeMessage(ledger, message)) : view
      },
    }
  }

  /** The same view for the same record. One whose process may end at any moment is looked at anew. */
  private agentOf(state: State, agent: Agent, context: Context): AgentView {
    const [deployment, seen] = [state.deployments.get(agent.id), state.seen.get(agent.id)]
    const known = this.shown.get(agent)
    if (known && known.deployment === deployment && known.seen === seen) return known.view
    const view = agentView(state, agent, context, [])
    if (deployment === undefined || deployment.phase === 'ended') this.shown.set(agent, { deployment, seen, view })
    return view
  }
}

/** As of when it was sent: what expires later is for those who look. */
function viewOf(state: State, message: Message): MessageView {
  return messageView(state, message, '', message.sent)
}

function once<T>(compute: () => T): () => T {
  let known: { value: T } | undefined
  return () => (known ??= { value: compute() }).value
}
