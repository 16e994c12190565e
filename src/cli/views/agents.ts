import type { AgentView, Refusal } from '../../core/model/operations.js'
import type { AgentResult, RemoveAgentResult } from '../../core/model/agentOperations.js'
import { oneLine, say } from '../text/escape.js'
import { table, type Cell } from '../text/table.js'
import { ago } from '../text/time.js'
import type { Tone, Ui } from '../text/ui.js'
import { percent } from './claims.js'
import { processes } from './deploy.js'

const tones: Partial<Record<AgentView['status'], Tone>> = { working: 'good', blocked: 'warning', failed: 'bad', done: 'quiet' }

export function agentsText(agents: readonly AgentView[], ui: Ui): string {
  if (agents.length === 0) return 'Nobody is here yet.'
  // One machine is everybody's: it tells nothing.
  const several = new Set(agents.flatMap(({ host }) => host ?? [])).size > 1
  return table(
    [
      { title: 'NAME', min: 10 },
      { title: 'STATUS' },
      { title: 'DONE', align: 'right' },
      { title: 'DOING', min: 20, drop: 1 },
      { title: 'BRANCH', min: 6, drop: 3 },
      ...(several ? [{ title: 'HOST', min: 6, drop: 4 }] : []),
      { title: 'LOCKS', align: 'right', drop: 2 },
      { title: 'SEEN', align: 'right' },
    ],
    agents.map((agent) => [
      agent.me ? { text: `${agent.name} (you)`, tone: 'strong' } : agent.name,
      statusCell(agent),
      percent(agent.progress),
      doing(agent),
      agent.branch ?? '',
      ...(several ? [agent.host ?? ''] : []),
      agent.claims.length === 0 ? '' : String(agent.claims.length),
      ago(agent.seenAt, ui.now),
    ]),
    ui,
  )
}

function statusCell({ status, presence }: AgentView): Cell {
  if (presence === 'gone' && status !== 'done' && status !== 'failed') return { text: `${status}, gone`, tone: 'bad' }
  const tone = tones[status]
  return tone === undefined ? status : { text: status, tone }
}

function doing(agent: AgentView): string {
  if (agent.status === 'blocked' && agent.blocker) return agent.blocker
  return agent.currentTask || agent.message || agent.brief || ''
}

export function agentText(result: { ok: true; agent: AgentView } | Refusal, ui: Ui, left: readonly number[] = []): string {
  if (!result.ok) return oneLine(result.hint)
  const { agent } = result
  const rows: (readonly [string, string | undefined])[] = [
    ['Status', agent.presence === 'live' ? agent.status : `${agent.status} (${agent.presence === 'gone' ? 'gone' : 'not heard from for long'})`],
    ['Progress', percent(agent.progress)],
    ['Role', agent.role],
    ['Level', agent.level],
    ['Works for', agent.parent],
    ['Client', agent.client],
    ['Model', agent.model],
    ['Brief', agent.brief],
    ['Task', agent.currentTask],
    ['Next', agent.nextTask],
    ['Last word', agent.message],
    ['Blocked by', agent.blocker],
    [agent.status === 'failed' ? 'Failed' : 'Had failed', agent.error],
    ...deploymentRows(agent),
    ['Still there', left.length === 0 ? '' : `${processes(left)}, which it had started; to end that: muster agent stop ${agent.id}`],
    ['Waits for', agent.waitingFor?.join(', ')],
    ['ETA', agent.eta],
    ['Last test', agent.lastTest],
    ['Modified', agent.filesModified?.join(', ')],
    ['Branch', agent.branch],
    ['Host', agent.host],
    ['Locks', agent.claims.join(', ')],
    ['Unread', agent.unread === 0 ? '' : String(agent.unread)],
    ['Last work', agent.workedAt === undefined ? '' : ago(agent.workedAt, ui.now)],
    ['Seen', ago(agent.seenAt, ui.now)],
    ['Here since', ago(agent.joinedAt, ui.now)],
  ]
  return [
    ui.paint('strong', say`${agent.name} (${agent.kind})`),
    ...rows.flatMap(([label, value]) => (value ? [`  ${label.padEnd(11)} ${oneLine(value)}`] : [])),
  ].join('\n')
}

function deploymentRows({ deployment }: AgentView): (readonly [string, string | undefined])[] {
  if (!deployment) return []
  const { phase, process, keeper, exit, restarts, maxRestarts, scopes, warning, kept } = deployment
  const ended = exit && [exit.signal ?? (exit.known ? `code ${exit.code}` : 'not seen'), exit.reason].filter((part) => part !== undefined).join(', ')
  return [
    ['Process', phase === 'ended' ? `has ended${process === undefined ? '' : `; it was ${process.pid} on ${process.host}`}` : `${phase}${process === undefined ? '' : `, pid ${process.pid} on ${process.host}`}${kept || keeper === undefined ? '' : ', its keeper is gone'}`],
    ['Last end', ended],
    ['Restarts', restarts === 0 ? '' : `${restarts} of ${maxRestarts}`],
    ['Works on', scopes.join(', ')],
    ['Warning', warning],
  ]
}

export function endedText(result: AgentResult): string {
  return result.ok ? say`${result.agent} is ${result.status}.` : oneLine(result.hint)
}

export function removedText(result: RemoveAgentResult): string {
  if (!result.ok) return oneLine(result.hint)
  return say`Removed ${result.agent}.${result.tasks.length > 0 ? ` Open again: ${result.tasks.join(', ')}.` : ''}`
}
