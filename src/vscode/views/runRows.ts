import type { RunView } from '../../core/model/runs.js'
import type { RunStatus } from '../../core/model/words.js'
import { rowKinds } from '../contributions.js'
import { numberText, t } from '../l10n.js'
import { ago, duration, parts, percent, short } from '../text.js'
import { runStatuses } from '../words.js'
import { tooltip, type Row } from './row.js'

/** What is over is folded away; so many of it are shown. */
const OVER_SHOWN = 50
/** Characters of a bar. */
const BAR = 10

/** What needs somebody first. */
const order: Record<RunStatus, number> = { stale: 0, resumable: 1, failed: 2, interrupted: 3, running: 4, not_started: 5, completed: 6 }

/** Runs in a group of their own, those that are stale or failed first; completed ones folded. */
export function runRows(runs: readonly RunView[], now: number): Row[] {
  if (runs.length === 0) return []
  const sorted = [...runs].sort((a, b) => order[a.status] - order[b.status] || Number(b.hung ?? false) - Number(a.hung ?? false) || b.run.localeCompare(a.run))
  const current = sorted.filter(({ status }) => status !== 'completed')
  const over = sorted.filter(({ status }) => status === 'completed')
  const running = runs.filter(({ status }) => status === 'running').length
  const dead = runs.filter(isDead).length
  const description = parts(running > 0 && t('{0} running', running), dead > 0 && t('{0} to recover', dead), running + dead === 0 && numberText(runs.length))
  return [{
    id: '(runs)',
    label: t('Runs'),
    description,
    icon: 'beaker',
    tooltip: tooltip(t('Runs')),
    spoken: parts(t('Runs'), description),
    kind: rowKinds.group,
    target: { type: 'group' },
    expanded: current.length > 0,
    children: [...current.map((run) => runRow(run, now)), ...(over.length === 0 ? [] : [overRow(over, now)])],
  }]
}

export function isDead({ locked, status }: RunView): boolean {
  return locked === true && status !== 'running'
}

function overRow(over: readonly RunView[], now: number): Row {
  return {
    id: '(runs over)', label: t('Completed runs'), description: numberText(over.length), icon: 'history', tooltip: tooltip(t('Completed runs')), spoken: `${t('Completed runs')}, ${numberText(over.length)}`,
    kind: rowKinds.group, target: { type: 'group' }, children: over.slice(0, OVER_SHOWN).map((run) => runRow(run, now)),
  }
}

function runRow(run: RunView, now: number): Row {
  const status = statusText(run)
  const left = run.etaMinutes === undefined ? undefined : t('{0} left', duration(run.etaMinutes * 60_000))
  const items = run.done === undefined ? undefined : run.total === undefined ? numberText(run.done) : t('{0} of {1}', run.done, run.total)
  const at = run.endedAt ?? run.startedAt
  const description = run.status === 'running'
    ? parts(run.progress !== undefined && `${bar(run.progress)} ${percent(run.progress)}`, left, status, run.agent !== undefined && short(run.agent, 30))
    : parts(status, run.status !== 'completed' && percent(run.progress), run.agent !== undefined && short(run.agent, 30), at !== undefined && ago(at, now))
  return {
    id: `run ${run.run}`,
    label: short(run.name),
    description,
    ...lookOf(run),
    tooltip: tooltip(
      run.run,
      [t('Status'), status],
      [t('Progress'), parts(percent(run.progress), items)],
      [t('Expected done'), left],
      [t('By'), run.agent],
      [t('Process'), run.pid === undefined ? undefined : parts(String(run.pid), run.process === 'gone' && t('gone'), run.process === 'elsewhere' && t('on another machine'))],
      [t('Started'), run.startedAt === undefined ? undefined : ago(run.startedAt, now)],
      [t('Why'), run.error],
      [t('Metrics'), Object.entries(run.metrics ?? {}).slice(0, 8).map(([key, value]) => `${key}=${value}`).join(', ')],
      [t('Damaged'), run.problems.slice(0, 5).map(({ file, line, reason }) => `${file}${line === undefined ? '' : `:${line}`}: ${reason}`).join('; ')],
    ),
    // A screen reader need not count blocks.
    spoken: parts(t('Run {0}', run.name), status, percent(run.progress), left, run.agent),
    kind: isDead(run) ? rowKinds.deadRun : rowKinds.run,
    target: { type: 'run', id: run.run },
    click: 'muster.openRunLog',
  }
}

/** The status with what stands against it, and where it can go on. */
export function statusText(run: RunView): string {
  const { status, hung, idleMinutes = 0, resumeFrom } = run
  const idle = hung === true ? t('no progress for {0}', duration(idleMinutes * 60_000)) : undefined
  return parts(runStatuses(status), idle, resumeFrom !== undefined && t('resumable from item {0}', resumeFrom))
}

/** `████░░░░░░`: of the theme's colour, as text is. */
function bar(progress: number): string {
  const full = Math.max(0, Math.min(BAR, Math.round((progress / 100) * BAR)))
  return `${'█'.repeat(full)}${'░'.repeat(BAR - full)}`
}

function lookOf({ status, hung }: RunView): Pick<Row, 'icon' | 'color'> {
  switch (status) {
    case 'running':
      return hung ? { icon: 'warning', color: 'problemsWarningIcon.foreground' } : { icon: 'play-circle', color: 'charts.green' }
    case 'stale':
      return { icon: 'warning', color: 'problemsWarningIcon.foreground' }
    case 'interrupted':
      return { icon: 'debug-pause', color: 'problemsWarningIcon.foreground' }
    case 'failed':
    case 'resumable':
      return { icon: 'error', color: 'problemsErrorIcon.foreground' }
    case 'completed':
      return { icon: 'pass', color: 'charts.green' }
    case 'not_started':
      return { icon: 'circle-large-outline' }
  }
}
