import type { AgentView, ClaimView, DecisionView } from '../../../../src/core/model/operations.js'
import type { TaskView } from '../../../../src/core/model/workOperations.js'
import type { ProjectRecords } from '../../../../src/documents/project/records.js'

const at = (day: number, time = '09:00'): string => `2026-02-${String(day).padStart(2, '0')}T${time}:00.000Z`

export function agent(id: string, fields: Partial<AgentView> = {}): AgentView {
  return { id, name: id, kind: 'agent', status: 'working', presence: 'live', me: false, seenAt: at(16), joinedAt: at(10), claims: [], unread: 0, ...fields }
}

export function task(number: number, title: string, fields: Partial<TaskView> = {}): TaskView {
  return { id: `T-${number}`, number, title, resources: [], priority: 'P1', dependsOn: [], acceptance: [], status: 'open', addedBy: 'ada', addedByName: 'Ada', mine: false, addedAt: at(11), blockedBy: [], ...fields }
}

export function decision(number: number, title: string, fields: Partial<DecisionView> = {}): DecisionView {
  return { id: `D-${number}`, number, title, proposer: 'Conductor', proposerName: 'Conductor', status: 'proposed', category: 'api', context: '', decision: '', alternatives: [], consequences: [], impact: 'medium', proposedAt: at(12), ...fields }
}

export function claim(resource: string, heldBy: string): ClaimView {
  return { resource, kind: 'file', tree: '', heldBy, holderName: heldBy, mine: false, mode: 'exclusive', token: 1, since: at(15), expiresAt: at(16), presence: 'live', stale: false, waiters: [] }
}

/** A project in the middle of its second phase. */
export function project(fields: Partial<ProjectRecords> = {}): ProjectRecords {
  const core = { number: 1, name: 'Core', status: 'current' as const, acceptance: [{ text: 'Orders are stored', done: true }, { text: 'Integration tests pass', done: false }], tasks: { done: 3, total: 4, percent: 75 }, progress: { done: 3, total: 4, percent: 75 } }
  const milestone = { name: 'First order', phase: 'Core', reached: false, progress: { done: 3, total: 4, percent: 75 } }
  return {
    plan: {
      project: 'Shop',
      phases: [{ number: 0, name: 'Foundation', status: 'done', acceptance: [{ text: 'Builds in CI', done: true }], tasks: { done: 2, total: 2, percent: 100 }, progress: { done: 2, total: 2, percent: 100 } }, core],
      phase: core,
      milestones: [{ name: 'Walking skeleton', reached: true, progress: { done: 1, total: 1, percent: 100 } }, milestone],
      milestone,
      overall: { done: 1, total: 2, percent: 50 },
      checklists: [{ name: 'v1 Done Criteria', items: [{ text: 'Orders can be cancelled', done: false }] }],
      deliverable: { title: 'Integration tests', owner: 'Codex-Worker-1', status: 'in progress' },
      tests: { passed: 182, total: 184, percent: 98, at: at(15) },
      beganAt: at(10),
      changedAt: at(15),
    },
    agents: [agent('conductor', { name: 'Conductor', role: 'lead' }), agent('codex-worker-1', { name: 'Codex-Worker-1', role: 'worker', currentTask: 'T-2 Integration tests' }), agent('claude-worker-2', { name: 'Claude-Worker-2', role: 'worker', status: 'done' }), agent('ada', { name: 'Ada', kind: 'person' })],
    claims: [claim('test/integration/', 'codex-worker-1')],
    tasks: [task(1, 'Cancel orders', { priority: 'P0', blockedBy: ['T-2'] }), task(2, 'Integration tests', { priority: 'P0', status: 'started', worker: 'codex-worker-1', workerName: 'Codex-Worker-1', startedAt: at(14) }), task(3, 'Read me', { priority: 'P2', assigneeName: 'Conductor', assignee: 'conductor' }), task(4, 'Store orders', { status: 'done', worker: 'claude-worker-2', workerName: 'Claude-Worker-2', closed: { by: 'claude-worker-2', byName: 'Claude-Worker-2', note: '', at: at(15, '17:30') } })],
    errors: [{ id: 'E-1', number: 1, kind: 'timeout', message: 'Database does not answer in CI', severity: 'high', agent: 'codex-worker-1', agentName: 'Codex-Worker-1', count: 3, status: 'open', firstAt: at(14), lastAt: at(15) }],
    deliverables: [{ id: 'V-1', number: 1, agent: 'claude-worker-2', agentName: 'Claude-Worker-2', title: 'Order store', files: [{ path: 'src/store.ts', size: 900 }], endpoints: [], tests: [], integrationReady: true, notes: '', deliveredAt: at(15), integration: { verdict: 'partial', by: 'conductor', byName: 'Conductor', note: 'without cancelling', at: at(15, '18:00') } }],
    decisions: [
      decision(1, 'Store orders in files', { status: 'superseded', superseded: { by: 'ada', byName: 'Ada', replacement: 'D-2', at: at(13) }, context: 'Orders have to outlive a restart.', decision: 'A file for each order.' }),
      decision(2, 'Store orders in PostgreSQL', {
        status: 'approved', review: { by: 'ada', byName: 'Ada', note: '', at: at(13) }, proposedAt: at(13), impact: 'high',
        context: 'Files do not scale.\n\n# A heading in the text\n- and an item', decision: 'One table, one row an order.', alternatives: ['SQLite - Rejected because several hosts write', 'Files - Rejected because of D-1\nwhich failed'], consequences: ['Positive: queries', 'Negative: one more service', 'needs a migration'],
      }),
      decision(3, 'Drop the v0 API', { category: 'breaking', proposedAt: at(15), decision: 'Remove /v0.' }),
    ],
    checkpoints: new Map(),
    summaries: new Map(),
    helpRequests: [],
    ...fields,
  }
}
