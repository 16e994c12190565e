import { Emitter } from '../../../src/core/emitter.js'
import type { LedgerStatus } from '../../../src/core/ledger/port.js'
import type { AgentView, ClaimView, DecisionView, MessageView } from '../../../src/core/model/operations.js'
import type { ErrorView, TaskView } from '../../../src/core/model/workOperations.js'
import type { Change, Muster, OpenOptions, World } from '../../../src/core/muster.js'

export const now = Date.parse('2026-03-01T12:00:00Z')

/** ISO time so many minutes before `now`. */
export function minutesAgo(minutes: number): string {
  return new Date(now - minutes * 60_000).toISOString()
}

export function agent(fields: Partial<AgentView> & { id: string }): AgentView {
  return { name: fields.id, kind: 'agent', status: 'working', presence: 'live', me: false, seenAt: minutesAgo(2), joinedAt: minutesAgo(60), claims: [], unread: 0, ...fields }
}

export function claim(fields: Partial<ClaimView> & { resource: string }): ClaimView {
  const heldBy = fields.heldBy ?? 'bea'
  return {
    kind: 'file', tree: '', heldBy, holderName: heldBy[0]!.toUpperCase() + heldBy.slice(1), mine: false, mode: 'exclusive', token: 7,
    since: minutesAgo(2), expiresAt: minutesAgo(-28), presence: 'live', stale: (fields.presence ?? 'live') !== 'live', waiters: [], ...fields,
  }
}

export function message(fields: Partial<MessageView> & { id: string }): MessageView {
  return {
    from: 'bea', fromName: 'Bea', to: 'me', recipients: ['me'], kind: 'note', subject: 'Hello', body: 'text', priority: 'normal', thread: fields.id,
    sentAt: minutesAgo(3), status: 'sent', unread: true, delivery: { me: 'sent' }, ...fields,
  }
}

export function decision(fields: Partial<DecisionView> & { number: number }): DecisionView {
  return {
    id: `D-${fields.number}`, proposer: 'bea', proposerName: 'Bea', status: 'proposed', category: 'general', title: 'Use tabs', context: '', decision: 'Tabs it is',
    alternatives: [], consequences: [], impact: 'medium', proposedAt: minutesAgo(5), ...fields,
  }
}

export function task(fields: Partial<TaskView> & { number: number }): TaskView {
  return {
    id: `T-${fields.number}`, title: `Task ${fields.number}`, resources: [], priority: 'P1', dependsOn: [], acceptance: [], status: 'open', addedBy: 'bea', addedByName: 'Bea', mine: false,
    addedAt: minutesAgo(9), blockedBy: [], ...fields,
  }
}

export function error(fields: Partial<ErrorView> & { number: number }): ErrorView {
  return {
    id: `E-${fields.number}`, kind: 'other', message: 'It broke', severity: 'medium', agent: 'bea', agentName: 'Bea', count: 1, status: 'open', firstAt: minutesAgo(8), lastAt: minutesAgo(4), ...fields,
  }
}

export const ledgerStatus: LedgerStatus = { kind: 'memory', id: 'ledger', head: 1, synced: 1, junk: 0, void: 0 }

export function world(fields: Partial<World> = {}): World {
  const agents = fields.agents ?? [agent({ id: 'me', kind: 'person', me: true })]
  const pressing = (fields.messages ?? []).filter(({ unread, about, kind, priority }) => unread && (about !== undefined || kind === 'help' || priority === 'urgent'))
  return { agents, me: agents.find((one) => one.me), claims: [], messages: [], pressing, olderMessages: false, decisions: [], tasks: [], errors: [], deliverables: [], plan: { project: '', phases: [], milestones: [], overall: { done: 0, total: 0 }, checklists: [] }, summaries: new Map(), checkpoints: new Map(), lastWork: new Map(), processes: [], sessions: [], unacknowledged: [], helpRequests: [], message: (id) => fields.messages?.find((one) => one.id === id), ledger: ledgerStatus, ...fields }
}

/** A connection of which tests set the world; operations are not there. */
export class FakeMuster {
  readonly changes = new Emitter<Change>()
  readonly onDidChange = this.changes.event
  closed: 'no' | 'reload' | 'for good' = 'no'
  shown = world()
  status = ledgerStatus
  checkIns = 0

  constructor(readonly options: OpenOptions) {}

  get agent(): string {
    return this.options.agent ?? 'me'
  }

  get folder(): string {
    return this.options.folder!
  }

  get root(): string {
    return this.options.root!
  }

  state(): World {
    return this.shown
  }

  ledgerStatus(): LedgerStatus {
    return this.status
  }

  checkIn(): Promise<unknown> {
    this.checkIns++
    return Promise.resolve({ ok: true })
  }

  close(options?: { reload?: boolean }): Promise<void> {
    this.closed = options?.reload === true ? 'reload' : 'for good'
    return Promise.resolve()
  }

  asMuster(): Muster {
    return this as unknown as Muster
  }
}
