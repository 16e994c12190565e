import type { DecisionView } from '../../core/model/operations.js'
import type { DeliverableView, TaskView } from '../../core/model/workOperations.js'
import type { Finding } from './check.js'
import { approvalsNeeded, decisionTimes, latest, nextOf, workersOf, type ProjectRecords } from './records.js'

/** What a new lead has to know to go on. */
export interface LeadBriefing {
  /** STATUS.md, DECISIONS.md and AGENTS.md, in the order to read them; `updated`: what each says of itself. */
  documents: { file: string; found: boolean }[]
  phase?: string
  deliverable?: string
  /** Of the last week, newest first. */
  decisions: Pick<DecisionView, 'id' | 'title' | 'status' | 'category'>[]
  approvals: Pick<DecisionView, 'id' | 'title'>[]
  workers: { agent: string; name: string; status: string; presence: string; task: string; scope: string[] }[]
  /** What was delivered and not yet integrated. */
  outputs: Pick<DeliverableView, 'id' | 'title' | 'agentName' | 'integrationReady'>[]
  /** Files of the last run of workers. */
  runs: string[]
  findings: number
  next?: TaskView
  smokeTest?: SmokeTest
}

export interface SmokeTest {
  command: string
  passed: boolean
  /** Exit code; null where a signal ended it, or it could not be started. */
  code: number | null
  seconds: number
  /** Last lines of its output. */
  tail: string[]
}

const WEEK = 7 * 24 * 60 * 60_000

export function briefingOf(records: ProjectRecords, now: number, seen: { documents: LeadBriefing['documents']; runs: readonly string[]; findings: readonly Finding[]; smokeTest?: SmokeTest | undefined }): LeadBriefing {
  const { plan, decisions, deliverables, tasks } = records
  const since = new Date(now - WEEK).toISOString()
  const next = nextOf(tasks)
  return {
    documents: seen.documents,
    ...(plan.phase && { phase: plan.phase.name }),
    ...(plan.deliverable && { deliverable: plan.deliverable.title }),
    decisions: decisions.filter((decision) => latest(decisionTimes(decision)) >= since).reverse().map(({ id, title, status, category }) => ({ id, title, status, category })),
    approvals: approvalsNeeded(decisions).map(({ id, title }) => ({ id, title })),
    workers: workersOf(records).map(({ agent, task, scope }) => ({ agent: agent.id, name: agent.name, status: agent.status, presence: agent.presence, task, scope })),
    outputs: deliverables.filter(({ integration }) => integration === undefined).map(({ id, title, agentName, integrationReady }) => ({ id, title, agentName, integrationReady })),
    runs: [...seen.runs],
    findings: seen.findings.length,
    ...(next && { next }),
    ...(seen.smokeTest && { smokeTest: seen.smokeTest }),
  }
}
