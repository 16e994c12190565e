import type { AgentView, DecisionView } from '../../core/model/operations.js'
import type { DeliverableView, TaskView } from '../../core/model/workOperations.js'
import { findingText } from '../../vscode/findingText.js'
import { t } from '../../vscode/l10n.js'
import { agentStatuses, decisionStatuses } from '../../vscode/words.js'
import type { Finding } from './finding.js'
import { approvalsNeeded, decisionTimes, latest, nextOf, nothingNext, workersOf, type ProjectRecords } from './records.js'
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
  workers: { agent: string; name: string; status: AgentView['status']; presence: string; task: string; scope: string[] }[]
  /** What was delivered and not yet integrated. */
  outputs: Pick<DeliverableView, 'id' | 'title' | 'agentName' | 'integrationReady'>[]
  /** Files of the last run of workers. */
  runs: string[]
  findings: number
  /** What is missing: the first findings, a line each. */
  missing: Pick<Finding, 'file' | 'line' | 'code' | 'about' | 'message' | 'parts' | 'said'>[]
  next?: TaskView
  /** Where there is no next one: why. */
  nothing?: string
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

export function briefingOf(records: ProjectRecords, now: number, seen: { me?: string; documents: LeadBriefing['documents']; runs: readonly string[]; findings: readonly Finding[]; smokeTest?: SmokeTest | undefined }): LeadBriefing {
  const { plan, decisions, deliverables, tasks } = records
  const since = new Date(now - WEEK).toISOString()
  const next = nextOf(records, seen.me)
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
    missing: seen.findings.slice(0, SHOWN).map(({ file, line, code, about, message, parts, said }) => ({ file, line, code, ...(about !== undefined && { about }), message, ...(parts && { parts }), ...(said && { said }) })),
    ...(next ? { next } : { nothing: nothingNext(tasks) }),
    ...(seen.smokeTest && { smokeTest: seen.smokeTest }),
  }
}

/** Entries of one kind on the page: what is long is counted. */
const SHOWN = 5
/** The same of what is missing, a line each between others. */
const LACKS = 3

/** The briefing as Markdown, on one screen. Each text of others is on a line of ours. */
export function leadReport({ documents, phase, deliverable, next, nothing, decisions, approvals, workers, outputs, runs, findings, missing: lacks, smokeTest }: LeadBriefing, { now, project }: { now: number; project: string }): string {
  const missing = documents.filter(({ found }) => !found).map(({ file }) => file)
  const more = (hidden: number): string => t('and {0} more', hidden)
  const some = <T>(title: string, all: readonly T[], line: (one: T) => string): string[] =>
    all.length === 0 ? [] : [`## ${title}\n\n${[...all.slice(0, SHOWN).map((one) => `- ${line(one)}`), ...(all.length > SHOWN ? [`- ${more(all.length - SHOWN)}`] : [])].join('\n')}`]
  return [
    `# ${t('Where {0} is', inline(project))}`,
    minuteOf(new Date(now).toISOString()),
    [
      `- ${t({ message: 'Next', comment: 'heading of a report: what comes next' })}: ${next ? `${next.id} ${inline(next.title)} (${next.priority}${next.mine && next.status === 'started' ? `, ${t('begun already')}` : ''})` : nothing ?? t('no task is open')}`,
      `- ${t('Phase')}: ${phase === undefined ? t('none is planned') : inline(phase)}`,
      `- ${t({ message: 'Now', comment: 'what is being made' })}: ${deliverable === undefined ? t('nothing is said') : inline(deliverable)}`,
      `- ${t({ message: 'Read', comment: 'which files to read' })}: ${missing.length === 0 ? documents.map(({ file }) => file).join(t(', then ')) : t('there is no {0} yet', missing.join(', '))}`,
      `- ${t('Missing for a handoff')}: ${findings === 0 ? t('nothing') : findings}`,
      ...lacks.slice(0, LACKS).map((one) => `  - ${one.code === 'missing-file' ? '' : `${one.file}:${one.line} `}${inline(findingText(one))}`),
      ...(findings > LACKS ? [`  - ${t('and {0} more: muster docs check', findings - LACKS)}`] : []),
      `- ${smokeTest ? `${t('Smoke test ({0})', inline(smokeTest.command))}: ${resultOf(smokeTest)}` : t('Smoke test: none was run. Name one with {0}, in an editor with the setting {1}.', '--smoke-test', 'muster.documents.smokeTest')}`,
    ].join('\n'),
    ...(smokeTest && !smokeTest.passed ? some(t('The Last Lines of the Smoke Test'), smokeTest.tail.slice(-SHOWN), inline) : []),
    ...some(t('Approvals Needed'), approvals, ({ id, title }) => `${id} ${inline(title)}`),
    ...some(t('Decisions of the Last Week'), decisions, ({ id, title, status }) => `${id} ${inline(title)}: ${decisionStatuses(status)}`),
    ...some(t('Workers'), workers, ({ name, status, presence, task, scope }) => `${inline(name)}: ${presence === 'gone' ? t('gone') : agentStatuses(status)}, ${inline(task) || t('no task named')}${scope.length === 0 ? '' : ` (${inline(scope.join(', '))})`}`),
    ...some(t('Delivered, not Integrated'), outputs, ({ id, title, agentName, integrationReady }) => `${t('{0} by {1}', `${id} ${inline(title)}`, inline(agentName))}${integrationReady ? '' : `, ${t('not ready yet')}`}`),
    ...some(t('Outputs of the Last Run'), runs, inline),
  ].join('\n\n') + '\n'
}

function resultOf({ passed, code, seconds }: SmokeTest): string {
  return passed ? t('passed in {0} s', seconds) : code === null ? t('failed in {0} s', seconds) : t('failed with code {0} in {1} s', String(code), seconds)
}
