import type { LedgerStatus } from '../../../src/core/ledger/port.js'
import type { VerifyReport } from '../../../src/core/ledger/verify.js'
import type { MigrateReport } from '../../../src/core/migrate.js'
import type { RepairReport } from '../../../src/core/repair.js'
import type { LogEntry } from '../../../src/core/muster.js'
import type { AgentView, ClaimRefusal, ClaimView, DecisionView, MessageView } from '../../../src/core/model/operations.js'

export function ledgerStatus(changes: Partial<LedgerStatus> = {}): LedgerStatus {
  return { kind: 'folder', id: 'l1', head: 12, synced: 12, junk: 0, void: 0, ...changes }
}

export function verifyReport(changes: Partial<VerifyReport> = {}): VerifyReport {
  return { folder: '/repo/.muster', ok: true, ledger: 'l1', segments: 1, accepted: 5, commits: 4, void: 0, junk: 0, head: { seq: 5, sum: '2b52b7e01796f35d' }, ...changes }
}

export function repairReport(changes: Partial<RepairReport> = {}): RepairReport {
  return { ok: true, folder: '/repo/.muster', ledger: 'l1', dryRun: false, openIn: [], settled: 0, found: [], lost: [], kept: 5, ...changes }
}

export function migrateReport(changes: Partial<MigrateReport> = {}): MigrateReport {
  return { ok: true, folder: '/repo/.muster', space: 'team', ledger: 'l1', dryRun: false, to: 'database', outcome: 'moved', head: 12, copied: 12, ...changes }
}

export function agentView(changes: Partial<AgentView> = {}): AgentView {
  return {
    id: 'alpha', name: 'alpha', kind: 'agent', status: 'working', presence: 'live', me: true,
    seenAt: '2026-03-01T11:58:00.000Z', joinedAt: '2026-03-01T11:00:00.000Z', claims: ['src/a.ts'], unread: 0, ...changes,
  }
}

export function claimView(changes: Partial<ClaimView> = {}): ClaimView {
  return {
    resource: 'src/a.ts', kind: 'file', tree: '', heldBy: 'beta', holderName: 'beta', mine: false, mode: 'exclusive', token: 7,
    since: '2026-03-01T11:58:00.000Z', expiresAt: '2026-03-01T12:28:00.000Z', presence: 'live', stale: false, progress: 60, waiters: [], ...changes,
  }
}

export function claimRefusal(changes: Partial<ClaimRefusal> = {}): ClaimRefusal {
  return {
    ok: false, reason: 'HELD', hint: 'beta has held src/a.ts for 2 min.', resource: 'src/a.ts', heldBy: 'beta', holderName: 'beta', progress: 60,
    since: '2026-03-01T11:58:00.000Z', expiresAt: '2026-03-01T12:28:00.000Z', stale: false, ...changes,
  }
}

export function messageView(changes: Partial<MessageView> = {}): MessageView {
  return {
    id: 'm-3', from: 'beta', fromName: 'beta', to: 'alpha', recipients: ['alpha'], kind: 'note', subject: 'API', body: 'line one\nline two',
    priority: 'normal', thread: 'm-3', sentAt: '2026-03-01T11:55:00.000Z', status: 'sent', unread: true, delivery: { alpha: 'sent' }, ...changes,
  }
}

export function decisionView(changes: Partial<DecisionView> = {}): DecisionView {
  return {
    id: 'D-1', number: 1, category: 'api', title: 'Sessions in cookies', context: '', decision: '', alternatives: [], consequences: [],
    impact: 'high', proposer: 'beta', proposerName: 'beta', status: 'proposed', proposedAt: '2026-03-01T11:00:00.000Z', ...changes,
  }
}

export const logEntry = (seq: number, type: string, by = 'beta', at = '2026-03-01T11:59:00.000Z'): LogEntry =>
  ({ seq, at, by, byName: by, event: { type } as LogEntry['event'], text: `${by} ${type} ${seq}` })

export async function* logOf(...entries: LogEntry[]): AsyncIterable<LogEntry> {
  yield* entries
}
