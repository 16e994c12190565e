import type { LedgerStatus } from '../ledger/port.js'
import type { AgentView, ClaimView, DecisionView, MessageView } from '../model/operations.js'
import type { CheckpointView, DeliverableView, ErrorView, TaskView } from '../model/workOperations.js'
import type { World } from '../muster.js'
import { openHelp } from '../rules/help.js'
import { hasProcess } from '../rules/presence.js'
import type { Context } from '../rules/rule.js'
import { unacknowledged, worksFor } from '../rules/unacknowledged.js'
import { hasRetired } from './retire.js'
import type { State } from './state.js'
import { agentView, claimView, decisionView, iso, messagesOf, messageView, pressingTo } from './views.js'
import { planView } from './planViews.js'
import { checkpointView, deliverableView, errorView, summaryView, taskView } from './workViews.js'

/** The state as people see it, each part computed when it is first looked at. */
export class StateWorld implements World {
  private readonly computed = new Map<string, unknown>()

  constructor(private readonly state: State, private readonly context: Context, readonly ledger: LedgerStatus) {}

  get me(): AgentView | undefined {
    const agent = this.state.agents.get(this.context.agent)
    return agent && this.once('me', () => agentView(this.state, agent, this.context))
  }

  get agents(): readonly AgentView[] {
    return this.once('agents', () => [...this.state.agents.values()].map((agent) => agentView(this.state, agent, this.context)))
  }

  get claims(): readonly ClaimView[] {
    return this.once('claims', () => {
      const known = new Map<string, boolean>()
      const processes = (agent: string): boolean => {
        let found = known.get(agent)
        if (found === undefined) known.set(agent, (found = hasProcess(this.state, agent, this.context)))
        return found
      }
      return Array.from(this.state.claims.values(), (claim) => claimView(this.state, claim, this.context, processes))
    })
  }

  get messages(): readonly MessageView[] {
    return this.once('messages', () => messagesOf(this.state, this.context.agent).map((message) => messageView(this.state, message, this.context.agent, this.context.stamp)))
  }

  get pressing(): readonly MessageView[] {
    const { state, context } = this
    // Of a hundred thousand unread ones these may be none, and a change is told of sooner than all could be made views of.
    return this.once('pressing', () => pressingTo(state, context.agent).map((message) => messageView(state, message, context.agent, context.stamp)))
  }

  get olderMessages(): boolean {
    return hasRetired(this.state)
  }

  get decisions(): readonly DecisionView[] {
    return this.once('decisions', () => [...this.state.decisions.values()].map((decision) => decisionView(this.state, decision)))
  }

  get tasks(): readonly TaskView[] {
    return this.once('tasks', () => [...this.state.tasks.values()].map((task) => taskView(this.state, task, this.context.agent)))
  }

  get errors(): readonly ErrorView[] {
    return this.once('errors', () => [...this.state.errors.values()].map((error) => errorView(this.state, error)))
  }

  get deliverables(): readonly DeliverableView[] {
    return this.once('deliverables', () => [...this.state.deliverables.values()].map((deliverable) => deliverableView(this.state, deliverable)))
  }

  get plan(): World['plan'] {
    return this.once('plan', () => planView(this.state))
  }

  get summaries(): World['summaries'] {
    return this.once('summaries', () => new Map([...this.state.summaries.entries()].map(([agent, summary]) => [agent, summaryView(summary)])))
  }

  get checkpoints(): ReadonlyMap<string, CheckpointView> {
    return this.once('checkpoints', () => new Map([...this.state.checkpoints.entries()].map(([agent, checkpoint]) => [agent, checkpointView(checkpoint)])))
  }

  get lastWork(): World['lastWork'] {
    return this.once('lastWork', () => new Map([...this.state.workLogs.entries()].flatMap(([agent, lines]) => {
      const last = lines.at(-1)
      return last === undefined ? [] : [[agent, { text: last.text, at: iso(last.stamp) }]]
    })))
  }

  get processes(): readonly { agent: string; pid: number }[] {
    const { state, context } = this
    return this.once('processes', () => [
      ...[...state.sessions.values()].filter((session) => session.boot === context.stamp.boot && !context.isGone(session)).map(({ agent, pid }) => ({ agent, pid })),
      ...[...state.deployments.values()].flatMap(({ agent, phase, process }) => (phase !== 'ended' && process?.boot === context.stamp.boot && !context.hasEnded(process) ? [{ agent, pid: process.pid }] : [])),
    ])
  }

  get sessions(): World['sessions'] {
    const { state, context } = this
    return this.once('sessions', () => [...state.sessions.values()].filter((session) => !context.isGone(session)).map(({ agent, pid, host, client }) => ({ agent, pid, host, client })))
  }

  get unacknowledged(): readonly MessageView[] {
    const { state, context } = this
    const { agent, stamp } = context
    const isMine = (sender: string): boolean => agent !== '' && (sender === agent || worksFor(state, sender, agent))
    return this.once('unacknowledged', () => unacknowledged(state, isMine, stamp).map((message) => messageView(state, message, agent, stamp)))
  }

  get helpRequests(): readonly MessageView[] {
    const { state, context } = this
    return this.once('helpRequests', () => openHelp(state, undefined, true).map((message) => messageView(state, message, context.agent, context.stamp)))
  }

  message(id: string): MessageView | undefined {
    const message = this.state.messages.get(id)
    return message && messageView(this.state, message, this.context.agent, this.context.stamp)
  }

  private once<T>(name: string, compute: () => T): T {
    if (!this.computed.has(name)) this.computed.set(name, compute())
    return this.computed.get(name) as T
  }
}
