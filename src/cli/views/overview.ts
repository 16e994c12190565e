import type { RecoveryCounts } from '../../core/model/agentOperations.js'
import type { AgentView, ClaimView, DecisionView, MessageView } from '../../core/model/operations.js'
import type { CheckpointView } from '../../core/model/workOperations.js'
import type { StartupResult } from '../../core/model/startup.js'
import type { LedgerStatus } from '../../core/ledger/port.js'
import type { DiskParts } from '../diskUse.js'
import type { DocumentProblem } from '../../documents/types.js'
import { lines, oneLine, say } from '../text/escape.js'
import { ago } from '../text/time.js'
import type { Ui } from '../text/ui.js'
import { agentsText } from './agents.js'
import { claimsText, percent } from './claims.js'
import { problemsText } from './documentProblems.js'
import { healthText } from './ledger.js'
import { recoveriesText } from './recoveriesText.js'
import { messagesText, unacknowledgedLines } from './messages.js'
import { tasksText } from './tasks.js'
import { size } from './upkeep.js'

export interface StatusResult {
  folder: string
  name: string
  me: AgentView | null
  unread: number
  agents: readonly AgentView[]
  claims: readonly ClaimView[]
  decisions: readonly DecisionView[]
  metrics: { incomplete: number; gone: number; oldestAt?: string; diskBytes: number; disk: DiskParts; recoveries: RecoveryCounts }
  documents?: readonly DocumentProblem[]
  ledger: LedgerStatus
}

export function statusText(status: StatusResult, ui: Ui): string {
  const { me } = status
  const who = me === null ? (status.name === '' ? 'You are not known here yet' : say`You are ${status.name}, not known here yet`) : say`You are ${me.name}, ${me.status}`
  return [
    `${ui.paint('strong', who)}  ${ui.paint('quiet', oneLine(status.folder))}`,
    ...(status.unread > 0 ? [ui.paint('warning', `${status.unread} unread: muster inbox --unread`)] : []),
    ...toDecideLines(status.decisions).map((line) => ui.paint('warning', line)),
    '',
    agentsText(status.agents, ui),
    '',
    claimsText(status.claims, ui),
    '',
    ...(status.metrics.gone > 0 ? [ui.paint('warning', `${status.metrics.gone} ${status.metrics.gone === 1 ? 'agent' : 'agents'} stopped before the work was done: muster recovery list`)] : []),
    ...(status.metrics.recoveries.found > 0 ? [recoveriesText(status.metrics.recoveries)] : []),
    ...(status.documents ? [problemsText(status.documents, ui)] : []),
    healthText(status.ledger, ui),
    ui.paint('quiet', diskText(status.metrics)),
  ].join('\n')
}

/** "On disk: 12.1 MB (records 8.0 MB, agents 3.0 MB, saves 1.1 MB)" */
function diskText({ diskBytes, disk }: StatusResult['metrics']): string {
  const parts = Object.entries(disk).flatMap(([part, bytes]) => (bytes > 0 ? [`${part} ${size(bytes)}`] : []))
  return `On disk: ${size(diskBytes)}${parts.length > 1 ? ` (${parts.join(', ')})` : ''}`
}

export function startupText(result: StartupResult, ui: Ui): string {
  const mine = result.claims.filter(({ mine }) => mine)
  const section = (title: string, messages: readonly MessageView[]): string[] =>
    messages.length === 0 ? [] : ['', ui.paint('strong', title), messagesText(messages, false, ui)]
  const rest = result.messages.filter(({ id }) => ![...result.lost, ...result.helpRequests].some((other) => other.id === id))
  return [
    ui.paint('strong', say`You are ${result.agent.name} (${result.agent.kind}), ${result.agent.status}`),
    ...standingLines(result.agent, ui),
    ...section('Locks you lost', result.lost),
    '',
    mine.length === 0 ? 'You hold no locks.' : claimsText(mine, ui),
    ...section('Help is asked for', result.helpRequests),
    ...section('Unread messages', rest),
    ...unacknowledgedLines(result.unacknowledged, ui),
    ...(result.tasks.length === 0 ? [] : ['', ui.paint('strong', 'Your tasks'), tasksText(result.tasks, ui)]),
    ...checkpointLines(result, ui),
    ...workLogLines(result.workLog, ui),
    ...toDecideLines(result.decisions.filter(({ status }) => status === 'proposed')),
  ].join('\n')
}

/** Decisions that are listed where they are one of many things: the rest is counted. */
const TO_DECIDE = 5

function toDecideLines(open: readonly DecisionView[]): string[] {
  const lines = open.slice(0, TO_DECIDE).map((decision) => say`To decide: ${decision.id} ${decision.title} (${decision.proposerName})`)
  return open.length > TO_DECIDE ? [...lines, `and ${open.length - TO_DECIDE} more to decide: muster decision list --status proposed`] : lines
}

/** What an agent is there for, and was doing. */
export function standingLines({ brief, currentTask, progress, nextTask, error, blocker, branch }: AgentView, ui: Ui): string[] {
  return [
    ...(brief ? [lines(brief, '  ')] : []),
    ...(currentTask ? [say`  Was at:  ${currentTask}` + (progress === undefined ? '' : ` (${percent(progress)})`)] : []),
    ...(nextTask ? [say`  Next:    ${nextTask}`] : []),
    ...(error ? [ui.paint('bad', say`  It failed: ${error}`)] : []),
    ...(blocker ? [ui.paint('warning', say`  Blocked by: ${blocker}`)] : []),
    ...(branch ? [say`  Branch:  ${branch}`] : []),
  ]
}

/** The last lines of a work log, oldest first. */
export function workLogLines(workLog: StartupResult['workLog'], ui: Ui): string[] {
  return workLog.length === 0 ? [] : ['', ui.paint('strong', 'Last work'), ...workLog.slice(-5).map(({ text, at }) => say`  ${ago(at, ui.now)}: ${text}`)]
}

/** Where the agent stood when it last said so, for going on from there. */
export function checkpointLines({ checkpoint }: Pick<StartupResult, 'checkpoint'>, ui: Ui): string[] {
  return checkpoint === undefined ? [] : ['', ...linesOf('Last checkpoint', checkpoint, ui)]
}

/** All of them, newest first. */
export function checkpointsText(checkpoints: readonly CheckpointView[], ui: Ui): string {
  if (checkpoints.length === 0) return 'No checkpoint was saved.'
  return checkpoints.map((checkpoint) => linesOf('Checkpoint', checkpoint, ui).join('\n')).join('\n\n')
}

function linesOf(title: string, checkpoint: CheckpointView, ui: Ui): string[] {
  const { done, next, files, verify, notes, from, savedAt } = checkpoint
  const parts: (readonly [string, string])[] = [['Done', done], ['Next', next], ['Files', files.join(', ')], ['Check', verify], ['Notes', notes]]
  return [
    ui.paint('strong', say`${title}, ${ago(savedAt, ui.now)}${from === undefined ? '' : `, handed on by ${from}`}`),
    ...parts.flatMap(([title, text]) => (text === '' ? [] : [`  ${title}:`, lines(text, '    ')])),
  ]
}
