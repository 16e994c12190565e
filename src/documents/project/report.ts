import type { AgentView } from '../../core/model/operations.js'
import type { Progress } from '../../core/model/planOperations.js'
import { isGate } from '../../core/model/words.js'
import type { LogEntry } from '../../core/muster.js'
import { plural, t } from '../../vscode/l10n.js'
import { agentStatuses, decisionStatuses, levels } from '../../vscode/words.js'
import { approvalsNeeded, latest, leadOf, nextOf, nothingNext, openTasks, workersOf, type ProjectRecords } from './records.js'
import { dayOf, inline, minuteOf } from './text.js'

/* Reports for people, as Markdown, in the language that is spoken: English, but for who asked for another. The time is told by whoever asks. */

const DAY = 24 * 60 * 60_000

export interface ReportOptions {
  /** ms */
  now: number
  /** How far back "completed" and decisions go. */
  days: number
  project: string
}

/** Where the whole project is, in seven parts. */
export function statusReport(records: ProjectRecords, { now, days, project }: ReportOptions): string {
  const { plan, tasks, decisions, errors, agents, helpRequests, deliverables } = records
  const since = new Date(now - days * DAY).toISOString()
  const open = openTasks(tasks)
  const done = tasks.filter(({ status, closed }) => status === 'done' && closed !== undefined && closed.at >= since)
  const integrated = deliverables.filter(({ integration }) => integration !== undefined && integration.at >= since)
  const workers = workersOf(records)
  const approvals = approvalsNeeded(decisions)
  const openErrors = errors.filter(({ status }) => status === 'open').sort((a, b) => severity[b.severity] - severity[a.severity])
  const next = nextOf(records, leadOf(records.agents)?.id)
  const parts: [string, string[]][] = [
    [t('Summary'), [
      [
        plan.phase ? t('Phase {0}, {1}: {2}.', plan.phase.number, inline(plan.phase.name), share(plan.phase.progress)) : t('No phase is planned.'),
        t('{0} at work, {1} open, {2} done in the last {3}.', plural(workers.length, '1 worker', '{n} workers'), plural(open.length, '1 task', '{n} tasks'), done.length, plural(days, '1 day', '{n} days')),
        approvals.length === 0 ? t('Nothing waits for approval.') : plural(approvals.length, '1 approval needed.', '{n} approvals needed.'),
      ].join(' '),
      ...(plan.deliverable ? ['', `${t({ message: 'Now', comment: 'what is being made' })}: ${inline(plan.deliverable.title)}${plan.deliverable.owner === '' ? '' : ` (${inline(plan.deliverable.owner)})`}`] : []),
    ]],
    [t('Progress'), [
      `- ${t({ message: 'Overall', comment: 'progress' })}: ${share(plan.overall, plan.milestones.length > 0 ? 'milestones' : 'phases')}`,
      ...plan.milestones.map(({ name, reached, progress }) => `- ${inline(name)}: ${reached ? t('reached') : share(progress)}`),
      `- ${t('Tests')}: ${plan.tests ? t('{0} of {1} pass', plan.tests.passed, plan.tests.total) : t('not counted')}`,
    ]],
    [t('Completed'), orNone([
      ...done.map(({ id, title, workerName, closed }) => `- ${id} ${inline(title)} (${inline(workerName ?? closed?.byName ?? '')}, ${dayOf(closed!.at)})`),
      ...integrated.map(({ id, title, agentName, integration }) => `- ${t('{0} by {1}: {2}', `${id} ${inline(title)}`, inline(agentName), verdicts[integration!.verdict]())}${integration!.note === '' ? '' : `, ${inline(integration!.note)}`}`),
    ])],
    [t('In Progress'), orNone(workers.map(({ agent, task, scope }) => `- ${inline(agent.name)}: ${inline(task) || t('no task named')}${percentOf(agent, ', ')}${agent.status === 'working' ? '' : `, ${agentStatuses(agent.status)}`}${scope.length === 0 ? '' : ` (${inline(scope.join(', '))})`}`))],
    [t('Decisions'), orNone(decisions.filter(({ proposedAt, review }) => (latest([proposedAt, review?.at])) >= since).reverse().map(({ id, title, status }) => `- ${id} ${inline(title)}: ${decisionStatuses(status)}`))],
    [t('Risks and Blockers'), orNone([
      ...agents.filter(({ status, blocker }) => status === 'blocked' || (blocker ?? '') !== '').map(({ name, blocker }) => `- ${t('{0} is blocked: {1}', inline(name), inline(blocker ?? '') || t('it does not say by what'))}`),
      ...agents.filter(({ status, error }) => status === 'failed' && error !== undefined).map(({ name, error }) => `- ${t('{0} failed: {1}', inline(name), inline(error ?? ''))}`),
      ...helpRequests.map(({ fromName, subject, body }) => `- ${t('{0} asks for help: {1}', inline(fromName), inline(subject || body).slice(0, 200))}`),
      ...openErrors.map(({ id, message, severity: how, count }) => `- ${id} (${levels(how)}${count > 1 ? `, ${t('{0} times', count)}` : ''}): ${inline(message).slice(0, 200)}`),
      ...(plan.tests && plan.tests.passed < plan.tests.total ? [`- ${t('{0} of {1} tests fail', plan.tests.total - plan.tests.passed, plan.tests.total)}`] : []),
    ])],
    [t('Next Actions and Approvals Needed'), orNone([
      ...(next ? [`- ${nextLabel()}: ${next.id} ${inline(next.title)} (${next.priority})`] : []),
      ...open.filter(({ id, priority }) => priority === 'P0' && id !== next?.id).slice(0, 5).map(({ id, title, blockedBy, status, workerName = '' }) => `- ${id} ${inline(title)} (P0)${status === 'started' ? `, ${t('{0} is at work on it', inline(workerName))}` : ''}${blockedBy.length > 0 ? `, ${t('waits for {0}', blockedBy.join(', '))}` : ''}`),
      ...approvals.map(({ id, title, category, proposerName }) => `- ${t('Approval needed')}: ${id} ${inline(title)}${isGate(category) ? ` (${inline(category)})` : ''}, ${t('asked by {0}', inline(proposerName))}`),
    ])],
  ]
  const leader = leadOf(agents)
  return [`# ${t('Status report: {0}', inline(project))}`, `${minuteOf(new Date(now).toISOString())}${leader ? `, ${t('led by {0}', inline(leader.name))}` : ''}`, ...parts.map(([title, lines], index) => `## ${index + 1}. ${title}\n\n${lines.join('\n')}`)].join('\n\n') + '\n'
}

const severity = { low: 0, medium: 1, high: 2, critical: 3 } as const
const verdicts = { accepted: () => t('accepted'), partial: () => t({ message: 'partial', comment: 'integrated in part' }), rejected: () => t('rejected') } as const

/** One line an agent, and what waits for a person: no more than a screen of it. */
export function overviewReport(records: ProjectRecords, { now, project }: ReportOptions): string {
  const { agents, plan, tasks, decisions } = records
  const shown = agents.filter(({ kind, status }) => kind === 'agent' && status !== 'done').sort((a, b) => order[a.status] - order[b.status])
  const rows = shown.slice(0, 15).map((agent) => `- ${signs[agent.status]} ${inline(agent.name)}: ${agentStatuses(agent.status)}${percentOf(agent, ' ')}${saying(agent)}`)
  const approvals = approvalsNeeded(decisions)
  const next = nextOf(records, leadOf(records.agents)?.id)
  const { phase, tests } = plan
  return [
    `# ${inline(project)}, ${minuteOf(new Date(now).toISOString())}`,
    '',
    `- ${t('Phase')}: ${phase ? `${inline(phase.name)}, ${share(phase.progress)}` : noneOf()}; ${t('tests')}: ${tests ? `${tests.passed}/${tests.total}` : t('not counted')}`,
    `- ${nextLabel()}: ${next ? `${next.id} ${inline(next.title)} (${next.priority})` : nothingNext(tasks)}`,
    `- ${t('Approvals needed')}: ${approvals.length === 0 ? noneOf() : approvals.slice(0, 5).map(({ id, title }) => `${id} ${inline(title)}`).join('; ')}`,
    '',
    ...orNone(rows),
    ...(shown.length > 15 ? [`- ${t('and {0} more', shown.length - 15)}`] : []),
  ].join('\n') + '\n'
}

const signs: Readonly<Record<AgentView['status'], string>> = { blocked: '⛔', failed: '❌', working: '▶', starting: '…', waiting: '⏸', done: '✓' }
const order: Readonly<Record<AgentView['status'], number>> = { blocked: 0, failed: 1, working: 2, starting: 3, waiting: 4, done: 5 }

function saying({ status, blocker, waitingFor, currentTask, message }: AgentView): string {
  const text = status === 'blocked' ? (blocker ?? '') : status === 'waiting' && waitingFor !== undefined && waitingFor.length > 0 ? t('for {0}', waitingFor.join(', ')) : (currentTask || message) ?? ''
  return text === '' ? '' : `, ${inline(text).slice(0, 120)}`
}

/** What an agent did on a day, from what happened; what it wrote itself stands first. */
export function dailyReport(records: ProjectRecords, agent: AgentView, entries: readonly LogEntry[], day: string): string {
  const own = entries.filter(({ by, at }) => by === agent.id && dayOf(at) === day)
  const summary = records.summaries.get(agent.id)
  const written = summary !== undefined && dayOf(summary.writtenAt) === day ? summary : undefined
  const titles = new Map(records.tasks.map(({ id, title }) => [id, title]))
  const happened = (make: (entry: LogEntry['event']) => string | undefined): string[] => own.flatMap(({ event }) => make(event) ?? [])
  const texts = (text: string | undefined): string[] => (text ?? '').split('\n').filter((line) => line.trim() !== '').map((line) => `- ${inline(line)}`)
  const parts: [string, string[]][] = [
    [t('Completed'), [...texts(written?.completed), ...happened((event) => (event.type === 'task.closed' && event.how === 'done' ? `- ${event.task} ${inline(titles.get(event.task) ?? '')}` : event.type === 'deliverable.added' ? `- ${event.deliverable} ${inline(event.fields.title)}` : undefined)), ...happened((event) => (event.type === 'work.logged' ? `- ${inline(event.text)}` : undefined))]],
    [nextLabel(), [...texts(written?.next), ...records.tasks.filter(({ worker, assignee, closed }) => !closed && (worker ?? assignee) === agent.id).map(({ id, title }) => `- ${id} ${inline(title)}`)]],
    [t('Messages'), [...texts(written?.messages), ...happened((event) => (event.type === 'message.sent' ? `- ${t('to {0}', event.fields.recipients.map(inline).join(', '))}: ${inline(event.fields.subject || event.fields.body).slice(0, 200)}` : undefined))]],
    [t('Blockers'), [...texts(written?.blockers), ...(agent.blocker ? [`- ${inline(agent.blocker)}`] : []), ...happened((event) => (event.type === 'error.logged' ? `- ${event.error}: ${inline(event.fields.message).slice(0, 200)}` : undefined))]],
    [t('Metrics'), [...texts(written?.metrics), `- ${t('Tasks completed')}: ${own.filter(({ event }) => event.type === 'task.closed' && event.how === 'done').length}`, `- ${t('Locks taken')}: ${own.filter(({ event }) => event.type === 'claim.granted').length}`, `- ${t('Check-ins')}: ${own.filter(({ event }) => event.type === 'agent.checkedIn').length}`]],
  ]
  return [`# ${inline(agent.name)}, ${day}${written ? ` (${t('summary {0}', written.number)})` : ''}`, ...parts.map(([title, lines]) => `## ${title}\n\n${orNone(lines).join('\n')}`)].join('\n\n') + '\n'
}

function orNone(lines: string[]): string[] {
  return lines.length === 0 ? [`- ${noneOf()}`] : lines
}

function noneOf(): string {
  return t({ message: 'none', comment: 'in a report, where there is nothing of a kind' })
}

function nextLabel(): string {
  return t({ message: 'Next', comment: 'heading of a report: what comes next' })
}

function percentOf({ progress }: AgentView, before: string): string {
  return progress === undefined ? '' : `${before}${t('{0}%', progress)}`
}

function share({ done, total, percent }: Progress, what?: 'milestones' | 'phases'): string {
  if (percent === undefined) return t('nothing to count yet')
  const of = what === 'milestones' ? t('{0}/{1} milestones', done, total) : what === 'phases' ? t('{0}/{1} phases', done, total) : t('{0}/{1} done', done, total)
  return `${t('{0}%', percent)} (${of})`
}
