import type { ClearRecoveryResult, RecoveryAgent, RecoverySummary, ResumeResult } from '../../core/model/agentOperations.js'
import type { ClaimView } from '../../core/model/operations.js'
import { wasStopped } from '../../core/model/agentStatus.js'
import { unseenEnd } from '../../core/rules/presence.js'
import { list } from '../../core/state/text.js'
import { oneLine, say } from '../text/escape.js'
import { table } from '../text/table.js'
import { ago } from '../text/time.js'
import type { Ui } from '../text/ui.js'
import { percent } from './claims.js'
import { checkpointLines, standingLines, workLogLines } from './overview.js'
import { recoveriesText } from './recoveriesText.js'
import { tasksText } from './tasks.js'

/** @param machine This one, as records name it. */
export function recoveryText(summary: RecoverySummary, ui: Ui, machine: string): string {
  const { total, gone, byStatus, byLevel, failed, notIntegrated, oldestAt, recoveries } = summary
  const names = (title: string, agents: readonly RecoveryAgent[]): string => (agents.length > 0 ? say`${title}: ${list(agents.map(({ name }) => name))}` : '')
  const apart = [
    names('Failed', failed.filter((agent) => !wasStopped(agent))),
    names('Stopped', failed.filter(wasStopped)),
    names('Done, not integrated', notIntegrated),
    recoveries.found > 0 ? recoveriesText(recoveries) : '',
  ].filter((line) => line !== '')
  const others = atWorkLines(summary)
  if (total === 0) return ['Nothing is unfinished.', ...others, ...apart].join('\n')
  const counts = (title: string, numbers: Readonly<Record<string, number>>): string[] => ['', ui.paint('strong', title), ...Object.entries(numbers).map(([name, count]) => say`  ${name}: ${count}`)]
  return [
    `${ui.paint('strong', recoveryTotals(summary))}${gone < total ? `; ${total - gone} of these begun anew, not at work yet` : ''}${oldestAt === undefined ? '' : say`; the oldest began ${ago(oldestAt, ui.now)}`}`,
    ...counts('By status', byStatus),
    ...counts('By level', byLevel),
    ...(others.length + apart.length > 0 ? ['', ...others, ...apart] : []),
    ...killedLines(summary, machine),
    '',
    'What to do next:',
    '  1. See where they stood: muster recovery list [--of ID]',
    '  2. Go on with one:       muster recovery resume <name>',
    '  3. Forget the rest:      muster recovery clear [--agent ID]',
  ].join('\n')
}

/** Of whoever speaks by commands only, nothing tells that it ended but that no more of them come. */
function atWorkLines({ total, atWork, byCommands }: Pick<RecoverySummary, 'total' | 'atWork' | 'byCommands'>): string[] {
  if (atWork === 0) return []
  const line = `At work: ${atWork}${total > 0 ? ' more' : ''}`
  const part = byCommands === atWork ? '' : ` ${byCommands} of them`
  return byCommands > 0 ? [`${line},${part} by commands only: who ended is found once no command has come for as long as a lock lasts`] : [line]
}

/** Of agents that Muster started: which were killed with what looked after them, and which of those that ended unseen are started again by what. */
function killedLines({ incomplete }: RecoverySummary, machine: string): string[] {
  const ended = incomplete.filter(({ deployment, presence }) => deployment?.phase === 'ended' && presence === 'gone')
  // No exit: before its process was there.
  const killed = ended.filter(({ deployment }) => deployment?.exit === undefined || deployment.exit.reason === unseenEnd.reason)
  const again = ended.filter((agent) => isStartedAgain(agent, machine))
  const ids = (agents: readonly RecoveryAgent[]): string => list(agents.map(({ id }) => id))
  return [
    ...(killed.length > 0 ? ['', say`Killed together with what looked after them: ${ids(killed)}.`] : []),
    ...(again.length > 0 ? ['', say`A window of the editor starts again by itself, once, where muster.recovery.resume says so: ${ids(again)}; nothing else does. From here: muster agent restart <name>`] : []),
  ]
}

/** Without being asked, by a window; as the supervisor's `interrupted` has it. */
function isStartedAgain({ status, deployment }: RecoveryAgent, machine: string): boolean {
  const { exit, asked, keeper } = deployment ?? {}
  return (status === 'waiting' || status === 'starting' || status === 'working') && exit?.known !== true && asked?.what !== 'stop' && keeper?.machine === machine
}

/** "4 incomplete agents: 4 working, 4 L2" */
function recoveryTotals({ total, byStatus, byLevel }: Pick<RecoverySummary, 'total' | 'byStatus' | 'byLevel'>): string {
  const counts = [...Object.entries(byStatus), ...Object.entries(byLevel)].map(([name, count]) => say`${count} ${name}`)
  return `${total} incomplete ${total === 1 ? 'agent' : 'agents'}: ${counts.join(', ')}`
}

/** What each left behind is told of so many at most; JSON has all. */
const TOLD = 20

export function recoveryListText(summary: Pick<RecoverySummary, 'total' | 'incomplete' | 'failed' | 'notIntegrated' | 'atWork' | 'byCommands'>, ui: Ui): string {
  const { incomplete, failed, notIntegrated } = summary
  const left = [...incomplete, ...failed, ...notIntegrated]
  const told = left.slice(0, TOLD).map((agent) => leftBehind(agent, ui))
  return [
    incomplete.length === 0 ? ['Nothing is unfinished.', ...atWorkLines(summary)].join('\n') : incompleteTable(incomplete, ui),
    ...told,
    ...(left.length > told.length ? [`… and ${left.length - told.length} more: muster recovery list --json`] : []),
  ].join('\n\n')
}

/** One agent that stopped: where it stood, what it left, and what to do. */
function leftBehind(agent: RecoveryAgent, ui: Ui): string {
  const { checkpoint, locks = [], uncommitted = [], lastWork = [] } = agent
  const last = lastWork.at(-1)
  return [
    `${ui.paint('strong', say`${agent.name}`)} ${ui.paint('quiet', say`${agent.status}, last seen ${ago(agent.seenAt, ui.now)}`)}`,
    ...(agent.step === 'resume' && agent.error ? [say`  Failed before: ${agent.error}`] : []),
    ...(agent.currentTask ? [say`  Was at:        ${agent.currentTask}`] : []),
    ...(last ? [say`  Did last:      ${last.text} (${ago(last.at, ui.now)})`] : []),
    ...(checkpoint ? [say`  Checkpoint:    ${checkpoint.next || checkpoint.done || checkpoint.notes} (${ago(checkpoint.savedAt, ui.now)})`] : []),
    ...(locks.length > 0 ? [say`  Locks:         ${list(locks.map(lockWords))}`] : []),
    ...(uncommitted.length > 0 ? [`  ${ui.paint('warning', say`Not committed: ${list(uncommitted)}`)}`] : []),
    say`  Next step:     ${nextStep(agent)}`,
  ].join('\n')
}

/** `src/a.ts (stale, free to take over; waited for by beta)` */
function lockWords({ resource, presence, waiters }: ClaimView): string {
  const state = presence === 'live' ? 'active' : presence === 'gone' ? 'stale, free to take over' : 'stale'
  return `${resource} (${state}${waiters.length > 0 ? `; waited for by ${waiters.join(', ')}` : ''})`
}

function nextStep(agent: RecoveryAgent): string {
  const go = `muster recovery resume ${agent.id}`
  const how = agent.deployment ? `start its process again${agent.checkpoint ? ', which goes on at its checkpoint' : ''}` : agent.checkpoint ? 'go on at its checkpoint' : 'go on where its work ended'
  switch (agent.step) {
    case 'integrate':
      return 'check what it delivered and take it over; a lead accepts or rejects it'
    case 'unblock':
      return `resolve what blocks it${agent.blocker ? ` ("${agent.blocker}")` : ''}, then ${go}`
    case 'restart':
      if (wasStopped(agent)) return `it was ${agent.error}; to start it again: ${go}`
      return `look at the error${agent.error ? ` ("${agent.error}")` : ''}${logOf(agent)}, then start it again: ${go}`
    case 'resume':
      return `${how}: ${go}`
  }
}

/** Where to see more of why it failed. */
function logOf({ id, deployment }: RecoveryAgent): string {
  return deployment?.background === true ? ` and its log (muster agent log ${id})` : ` (muster error list --of ${id})`
}

function incompleteTable(agents: readonly RecoveryAgent[], ui: Ui): string {
  return table(
    [
      { title: 'ID' },
      { title: 'NAME', min: 8 },
      { title: 'LEVEL' },
      { title: 'STATUS' },
      { title: 'THERE' },
      { title: 'DONE', align: 'right' },
      { title: 'STARTED', align: 'right', drop: 2 },
      { title: 'PARENT', min: 6, drop: 1 },
      { title: 'NEXT', min: 12, drop: 3 },
    ],
    agents.map((agent) => [
      agent.id,
      agent.name,
      agent.level,
      agent.status,
      agent.presence === 'gone' ? { text: 'gone', tone: 'bad' } : 'begun anew',
      percent(agent.progress),
      ago(agent.startedAt ?? agent.joinedAt, ui.now),
      agent.parent ?? '',
      agent.checkpoint?.next ?? agent.nextTask ?? '',
    ]),
    ui,
  )
}

/** Who is cleared, and what of each ends or is left. */
export function toClearText(agents: readonly RecoveryAgent[], title: string): string {
  if (agents.length === 0) return 'Nobody is to be cleared.'
  return [`${title}:`, ...agents.map(({ name, status, progress, locks = [], uncommitted = [] }) => [
    say`  ${name}: ${status}${progress === undefined ? '' : `, ${progress} %`}`,
    locks.length > 0 ? say`locks ${list(locks.map(({ resource }) => resource))} end` : '',
    uncommitted.length > 0 ? say`${list(uncommitted)} not committed` : '',
  ].filter((part) => part !== '').join('; '))].join('\n')
}

export function clearedText(result: ClearRecoveryResult): string {
  if (!result.ok) return oneLine(result.hint)
  return [
    result.cleared.length === 0 ? 'Nobody was cleared.' : say`Cleared ${list(result.cleared)}.`,
    result.released > 0 ? say`${result.released} ${result.released === 1 ? 'lock' : 'locks'} ended.` : '',
    result.tasks.length > 0 ? say`Open again: ${list(result.tasks)}.` : '',
    result.kept.length > 0 ? say`At work, and kept: ${list(result.kept)}.` : '',
  ].filter((line) => line !== '').join('\n')
}

export function resumeText(result: ResumeResult, ui: Ui): string {
  if (!result.ok) return oneLine(result.hint)
  const { agent, claims, tasks, workLog } = result
  return [
    ui.paint('strong', say`Go on as ${agent.name}: muster startup --agent ${agent.id}`),
    ...standingLines(agent, ui),
    ...(claims.length > 0 ? [say`Locks: ${list(claims.map(({ resource }) => resource))}`] : []),
    ...(tasks.length > 0 ? ['', tasksText(tasks, ui)] : []),
    ...checkpointLines(result, ui),
    ...workLogLines(workLog, ui),
  ].join('\n')
}
