import type { AgentItem, ErrorItem, Items, ListName, LockItem, MessageItem, RunItem, TaskItem } from '../protocol/dashboard.js'
import { byName } from '../vscode/text.js'

type Order<T> = (a: T, b: T) => number

/** How lists are shown: as in the side bar, what needs somebody first. */
export const orders: { [N in ListName]: Order<Items[N]> } = {
  agents: (a, b) => agentRank(a) - agentRank(b) || byName(a.name, b.name),
  locks: (a, b) => lockRank(a) - lockRank(b) || b.since - a.since || byName(a.resource, b.resource),
  messages: (a, b) => a.need - b.need || b.sent - a.sent,
  help: (a, b) => urgency[a.priority] - urgency[b.priority] || a.sent - b.sent,
  decisions: (a, b) => Number(b.status === 'proposed') - Number(a.status === 'proposed') || b.number - a.number,
  errors: (a, b) => Number(a.status === 'resolved') - Number(b.status === 'resolved') || gravity[a.severity] - gravity[b.severity] || b.at - a.at,
  tasks: (a, b) => taskRank(a) - taskRank(b) || byName(a.priority, b.priority) || Number(a.after !== '') - Number(b.after !== '') || a.number - b.number,
  runs: (a, b) => runRanks[a.status] - runRanks[b.status] || Number(b.hung) - Number(a.hung) || (b.at ?? 0) - (a.at ?? 0) || byName(a.id, b.id),
}

function agentRank({ me, presence, kind, locks, need, left }: AgentItem): number {
  if (me) return 0
  if (presence === 'gone') return left ? 2 : locks > 0 ? 5 : 6
  return need ? 1 : kind === 'person' ? 3 : 4
}

function lockRank({ stale, waiters, mine }: LockItem): number {
  return stale ? 0 : waiters !== '' ? 1 : mine ? 2 : 3
}

const urgency: Record<MessageItem['priority'], number> = { urgent: 0, high: 1, normal: 2, low: 3 }
export const gravity: Record<ErrorItem['severity'], number> = { critical: 0, high: 1, medium: 2, low: 3 }

const runRanks: Record<RunItem['status'], number> = { stale: 0, resumable: 1, failed: 2, interrupted: 3, running: 4, not_started: 5, completed: 6 }

function taskRank({ status }: TaskItem): number {
  return status === 'started' ? 0 : status === 'open' ? 1 : 2
}

/** Which errors are shown; '' for all. */
export interface ErrorFilter {
  agent: string
  severity: ErrorItem['severity'] | ''
  kind: ErrorItem['kind'] | ''
  status: ErrorItem['status'] | ''
}

export const everyError: ErrorFilter = { agent: '', severity: '', kind: '', status: 'open' }

export function filteredErrors(errors: readonly ErrorItem[], filter: ErrorFilter): ErrorItem[] {
  return errors.filter((error) => (['agent', 'severity', 'kind', 'status'] as const).every((field) => filter[field] === '' || error[field] === filter[field]))
}
