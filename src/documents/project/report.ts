import type { AgentView } from '../../core/model/operations.js'
import { isGate } from '../../core/model/words.js'
import type { LogEntry } from '../../core/muster.js'
import { approvalsNeeded, latest, leadOf, nextOf, openTasks, percentText, workersOf, type ProjectRecords } from './records.js'
import { dayOf, inline, minuteOf } from './text.js'

/* Reports for people, as Markdown. The time is told by whoever asks. */

const DAY = 24 * 60 * 60_000
const none = '- none'

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
  const next = nextOf(tasks)
  const parts: [string, string[]][] = [
    ['Summary', [
      `${plan.phase ? `Phase ${plan.phase.number}, ${inline(plan.phase.name)}: ${percentText(plan.phase.progress, 'done')}.` : 'No phase is planned.'} ${counted(workers.length, 'worker')} at work, ${counted(open.length, 'task')} open, ${done.length} done in the last ${counted(days, 'day')}. ${approvals.length === 0 ? 'Nothing waits for approval.' : `${counted(approvals.length, 'approval')} needed.`}`,
      ...(plan.deliverable ? [``, `Now: ${inline(plan.deliverable.title)}${plan.deliverable.owner === '' ? '' : ` (${inline(plan.deliverable.owner)})`}`] : []),
    ]],
    ['Progress', [
      `- Overall: ${percentText(plan.overall, plan.milestones.length > 0 ? 'milestones' : 'phases')}`,
      ...plan.milestones.map(({ name, reached, progress }) => `- ${inline(name)}: ${reached ? 'reached' : percentText(progress, 'done')}`),
      `- Tests: ${plan.tests ? `${plan.tests.passed} of ${plan.tests.total} pass` : 'not counted'}`,
    ]],
    ['Completed', orNone([...done.map(({ id, title, workerName, closed }) => `- ${id} ${inline(title)} (${inline(workerName ?? closed?.byName ?? '')}, ${dayOf(closed!.at)})`), ...integrated.map(({ id, title, agentName, integration }) => `- ${id} ${inline(title)} by ${inline(agentName)}: ${integration!.verdict}${integration!.note === '' ? '' : `, ${inline(integration!.note)}`}`)])],
    ['In Progress', orNone(workers.map(({ agent, task, scope }) => `- ${inline(agent.name)}: ${inline(task) || 'no task named'}${agent.progress === undefined ? '' : `, ${agent.progress}%`}${agent.status === 'working' ? '' : `, ${agent.status}`}${scope.length === 0 ? '' : ` (${inline(scope.join(', '))})`}`))],
    ['Decisions', orNone(decisions.filter(({ proposedAt, review }) => (latest([proposedAt, review?.at])) >= since).reverse().map(({ id, title, status }) => `- ${id} ${inline(title)}: ${status}`))],
    ['Risks and Blockers', orNone([
      ...agents.filter(({ status, blocker }) => status === 'blocked' || (blocker ?? '') !== '').map(({ name, blocker }) => `- ${inline(name)} is blocked: ${inline(blocker ?? '') || 'it does not say by what'}`),
      ...agents.filter(({ status, error }) => status === 'failed' && error !== undefined).map(({ name, error }) => `- ${inline(name)} failed: ${inline(error ?? '')}`),
      ...helpRequests.map(({ fromName, subject, body }) => `- ${inline(fromName)} asks for help: ${inline(subject || body).slice(0, 200)}`),
      ...openErrors.map(({ id, message, severity: how, count }) => `- ${id} (${how}${count > 1 ? `, ${count} times` : ''}): ${inline(message).slice(0, 200)}`),
      ...(plan.tests && plan.tests.passed < plan.tests.total ? [`- ${plan.tests.total - plan.tests.passed} of ${plan.tests.total} tests fail`] : []),
    ])],
    ['Next Actions and Approvals Needed', [
      ...(next ? [`- Next: ${next.id} ${inline(next.title)} (${next.priority})`] : []),
      ...open.filter(({ id, priority }) => priority === 'P0' && id !== next?.id).slice(0, 5).map(({ id, title, blockedBy }) => `- ${id} ${inline(title)} (P0)${blockedBy.length > 0 ? `, waits for ${blockedBy.join(', ')}` : ''}`),
      ...approvals.map(({ id, title, category, proposerName }) => `- Approval needed: ${id} ${inline(title)}${isGate(category) ? ` (${inline(category)})` : ''}, asked by ${inline(proposerName)}`),
      ...(next === undefined && approvals.length === 0 ? [none] : []),
    ]],
  ]
  return [`# Status report: ${inline(project)}`, `${minuteOf(new Date(now).toISOString())}${leadOf(agents) ? `, led by ${inline(leadOf(agents)!.name)}` : ''}`, ...parts.map(([title, lines], index) => `## ${index + 1}. ${title}\n\n${lines.join('\n')}`)].join('\n\n') + '\n'
}

const severity = { low: 0, medium: 1, high: 2, critical: 3 } as const

/** One line an agent, and what waits for a person: no more than a screen of it. */
export function overviewReport(records: ProjectRecords, { now, project }: ReportOptions): string {
  const { agents, plan, tasks, decisions } = records
  const shown = agents.filter(({ kind, status }) => kind === 'agent' && status !== 'done').sort((a, b) => order[a.status] - order[b.status])
  const rows = shown.slice(0, 15).map((agent) => `- ${signs[agent.status]} ${inline(agent.name)}: ${agent.status}${agent.progress === undefined ? '' : ` ${agent.progress}%`}${saying(agent)}`)
  const approvals = approvalsNeeded(decisions)
  const next = nextOf(tasks)
  return [
    `# ${inline(project)}, ${minuteOf(new Date(now).toISOString())}`,
    '',
    `- Phase: ${plan.phase ? `${inline(plan.phase.name)}, ${percentText(plan.phase.progress, 'done')}` : 'none'}; tests: ${plan.tests ? `${plan.tests.passed}/${plan.tests.total}` : 'not counted'}`,
    `- Next: ${next ? `${next.id} ${inline(next.title)} (${next.priority})` : 'none'}`,
    `- Approvals needed: ${approvals.length === 0 ? 'none' : approvals.slice(0, 5).map(({ id, title }) => `${id} ${inline(title)}`).join('; ')}`,
    '',
    ...orNone(rows),
    ...(shown.length > 15 ? [`- and ${shown.length - 15} more`] : []),
  ].join('\n') + '\n'
}

const signs: Readonly<Record<AgentView['status'], string>> = { blocked: '⛔', failed: '❌', working: '▶', starting: '…', waiting: '⏸', done: '✓' }
const order: Readonly<Record<AgentView['status'], number>> = { blocked: 0, failed: 1, working: 2, starting: 3, waiting: 4, done: 5 }

function saying({ status, blocker, waitingFor, currentTask, message }: AgentView): string {
  const text = status === 'blocked' ? (blocker ?? '') : status === 'waiting' && waitingFor !== undefined && waitingFor.length > 0 ? `for ${waitingFor.join(', ')}` : (currentTask || message) ?? ''
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
    ['Completed', [...texts(written?.completed), ...happened((event) => (event.type === 'task.closed' && event.how === 'done' ? `- ${event.task} ${inline(titles.get(event.task) ?? '')}` : event.type === 'deliverable.added' ? `- ${event.deliverable} ${inline(event.fields.title)}` : undefined)), ...happened((event) => (event.type === 'work.logged' ? `- ${inline(event.text)}` : undefined))]],
    ['Next', [...texts(written?.next), ...records.tasks.filter(({ worker, assignee, closed }) => !closed && (worker ?? assignee) === agent.id).map(({ id, title }) => `- ${id} ${inline(title)}`)]],
    ['Messages', [...texts(written?.messages), ...happened((event) => (event.type === 'message.sent' ? `- to ${event.fields.recipients.map(inline).join(', ')}: ${inline(event.fields.subject || event.fields.body).slice(0, 200)}` : undefined))]],
    ['Blockers', [...texts(written?.blockers), ...(agent.blocker ? [`- ${inline(agent.blocker)}`] : []), ...happened((event) => (event.type === 'error.logged' ? `- ${event.error}: ${inline(event.fields.message).slice(0, 200)}` : undefined))]],
    ['Metrics', [...texts(written?.metrics), `- Tasks completed: ${own.filter(({ event }) => event.type === 'task.closed' && event.how === 'done').length}`, `- Locks taken: ${own.filter(({ event }) => event.type === 'claim.granted').length}`, `- Check-ins: ${own.filter(({ event }) => event.type === 'agent.checkedIn').length}`]],
  ]
  return [`# ${inline(agent.name)}, ${day}${written ? ` (summary ${written.number})` : ''}`, ...parts.map(([title, lines]) => `## ${title}\n\n${orNone(lines).join('\n')}`)].join('\n\n') + '\n'
}

function orNone(lines: string[]): string[] {
  return lines.length === 0 ? [none] : lines
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
