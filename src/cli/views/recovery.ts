import type { CleanUpResult, ClearRecoveryResult, RecoveryAgent, RecoverySummary, ResumeResult } from '../../core/model/agentOperations.js'
import { list } from '../../core/state/text.js'
import { lines, oneLine, say } from '../text/escape.js'
import { table } from '../text/table.js'
import { ago } from '../text/time.js'
import type { Ui } from '../text/ui.js'
import { percent } from './claims.js'
import { checkpointLines } from './overview.js'
import { tasksText } from './tasks.js'

export function recoveryText(summary: RecoverySummary, ui: Ui): string {
  const { total, gone, byStatus, byLevel, failed, notIntegrated, oldestAt } = summary
  const apart = [
    failed.length > 0 ? say`Failed: ${list(failed.map(({ name }) => name))}` : '',
    notIntegrated.length > 0 ? say`Done, not integrated: ${list(notIntegrated.map(({ name }) => name))}` : '',
  ].filter((line) => line !== '')
  if (total === 0) return ['Nothing is unfinished.', ...apart].join('\n')
  const counts = (title: string, numbers: Readonly<Record<string, number>>): string[] => ['', ui.paint('strong', title), ...Object.entries(numbers).map(([name, count]) => say`  ${name}: ${count}`)]
  return [
    `${ui.paint('strong', `Not finished: ${total}`)}, of these ${gone} gone${oldestAt === undefined ? '' : say`; the oldest began ${ago(oldestAt, ui.now)}`}`,
    ...counts('By status', byStatus),
    ...counts('By level', byLevel),
    ...(apart.length > 0 ? ['', ...apart] : []),
    '',
    'What to do next:',
    '  1. See where they stood: muster recovery list',
    '  2. Go on for one:        muster recovery resume <name>',
    '  3. Forget the rest:      muster recovery clear [--agent ID]',
  ].join('\n')
}

export function recoveryListText(agents: readonly RecoveryAgent[], ui: Ui): string {
  if (agents.length === 0) return 'Nothing is unfinished.'
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
      agent.presence === 'gone' ? { text: 'gone', tone: 'bad' } : agent.presence === 'overdue' ? { text: 'silent', tone: 'warning' } : 'yes',
      percent(agent.progress),
      ago(agent.startedAt ?? agent.joinedAt, ui.now),
      agent.parent ?? '',
      agent.checkpoint?.next ?? agent.nextTask ?? '',
    ]),
    ui,
  )
}

export function clearedText(result: ClearRecoveryResult): string {
  if (!result.ok) return oneLine(result.hint)
  return [
    result.cleared.length === 0 ? 'Nobody was cleared.' : say`Cleared ${list(result.cleared)}.`,
    result.released > 0 ? say`${result.released} ${result.released === 1 ? 'lock' : 'locks'} ended.` : '',
    result.tasks.length > 0 ? say`Open again: ${list(result.tasks)}.` : '',
    result.kept.length > 0 ? say`Still running, and kept: ${list(result.kept)}.` : '',
  ].filter((line) => line !== '').join('\n')
}

export function resumeText(result: ResumeResult, ui: Ui): string {
  if (!result.ok) return oneLine(result.hint)
  const { agent, claims, tasks, workLog } = result
  return [
    ui.paint('strong', say`Go on as ${agent.name}: muster startup --agent ${agent.id}`),
    ...(agent.brief ? [lines(agent.brief, '  ')] : []),
    ...(agent.error ? [ui.paint('bad', say`It failed: ${agent.error}`)] : []),
    ...(agent.blocker ? [ui.paint('warning', say`Blocked by: ${agent.blocker}`)] : []),
    ...(agent.branch ? [say`Branch: ${agent.branch}`] : []),
    ...(claims.length > 0 ? [say`Locks: ${list(claims.map(({ resource }) => resource))}`] : []),
    ...(tasks.length > 0 ? ['', tasksText(tasks, ui)] : []),
    ...checkpointLines(result, ui),
    ...(workLog.length > 0 ? ['', ui.paint('strong', 'Last work'), ...workLog.slice(-5).map(({ text, at }) => say`  ${ago(at, ui.now)}: ${text}`)] : []),
  ].join('\n')
}

export function cleanedText({ dryRun, total, keepDays, removed }: CleanUpResult): string {
  if (total === 0) return say`Nothing closed is older than ${keepDays} ${keepDays === 1 ? 'day' : 'days'}.`
  const parts = Object.entries(removed).flatMap(([kind, ids]) => (ids.length > 0 ? [`${ids.length} ${ids.length === 1 ? kind.slice(0, -1) : kind}`] : []))
  return say`${dryRun ? 'Would clean up' : 'Cleaned up'} ${list(parts)}.`
}
