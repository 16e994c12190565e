import type { DecisionView } from '../../core/model/operations.js'
import type { DeliverableView, TaskView } from '../../core/model/workOperations.js'
import type { Finding } from './check.js'
import { approvalsNeeded, decisionTimes, latest, nextOf, workersOf, type ProjectRecords } from './records.js'
import { inline, minuteOf } from './text.js'

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

/** Entries of one kind on the page: what is long is counted. */
const SHOWN = 5

/** The briefing as Markdown, on one screen. Each text of others is on a line of ours. */
export function leadReport({ documents, phase, deliverable, next, decisions, approvals, workers, outputs, runs, findings, smokeTest }: LeadBriefing, { now, project }: { now: number; project: string }): string {
  const missing = documents.filter(({ found }) => !found).map(({ file }) => file)
  const some = <T>(title: string, all: readonly T[], line: (one: T) => string): string[] =>
    all.length === 0 ? [] : [`## ${title}\n\n${[...all.slice(0, SHOWN).map((one) => `- ${line(one)}`), ...(all.length > SHOWN ? [`- and ${all.length - SHOWN} more`] : [])].join('\n')}`]
  return [
    `# Where ${inline(project)} is`,
    minuteOf(new Date(now).toISOString()),
    [
      `- Next: ${next ? `${next.id} ${inline(next.title)} (${next.priority})` : 'no task is open'}`,
      `- Phase: ${phase === undefined ? 'none is planned' : inline(phase)}`,
      `- Now: ${deliverable === undefined ? 'nothing is said' : inline(deliverable)}`,
      `- Read: ${missing.length === 0 ? documents.map(({ file }) => file).join(', then ') : `there is no ${missing.join(', ')} yet`}`,
      `- Missing for a handoff: ${findings === 0 ? 'nothing' : findings}`,
      ...(smokeTest ? [`- Smoke test (${inline(smokeTest.command)}): ${smokeTest.passed ? 'passed' : `failed${smokeTest.code === null ? '' : ` with code ${smokeTest.code}`}`} in ${smokeTest.seconds} s`] : []),
    ].join('\n'),
    ...(smokeTest && !smokeTest.passed ? some('The Last Lines of the Smoke Test', smokeTest.tail.slice(-SHOWN), inline) : []),
    ...some('Approvals Needed', approvals, ({ id, title }) => `${id} ${inline(title)}`),
    ...some('Decided in the Last Week', decisions, ({ id, title, status }) => `${id} ${inline(title)}: ${status}`),
    ...some('Workers', workers, ({ name, status, presence, task, scope }) => `${inline(name)}: ${presence === 'gone' ? 'gone' : status}, ${inline(task) || 'no task named'}${scope.length === 0 ? '' : ` (${inline(scope.join(', '))})`}`),
    ...some('Delivered, not Integrated', outputs, ({ id, title, agentName, integrationReady }) => `${id} ${inline(title)} by ${inline(agentName)}${integrationReady ? '' : ', not ready yet'}`),
    ...some('Outputs of the Last Run', runs, inline),
  ].join('\n\n') + '\n'
}
