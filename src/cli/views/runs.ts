import type { CompareRunsResult, FollowRunsResult, PlanRunResult, RecoverRunsResult, RunDifference, RunProblem, RunResult, StartRunResult, ValidateRunResult } from '../../core/model/runs.js'
import type { RunStatus } from '../../core/model/words.js'
import { duration, list } from '../../core/state/text.js'
import { oneLine, say } from '../text/escape.js'
import { table } from '../text/table.js'
import { ago } from '../text/time.js'
import type { Tone, Ui } from '../text/ui.js'
import type { ExecutionResult } from '../runExecution.js'
import { percent } from './claims.js'

const tones: Partial<Record<RunStatus, Tone>> = { running: 'good', stale: 'warning', interrupted: 'warning', resumable: 'bad', failed: 'bad', completed: 'quiet', not_started: 'quiet' }

/** Characters of a bar. */
const BAR = 10

export function runsText({ runs, warnings }: Pick<FollowRunsResult, 'runs' | 'warnings'>, ui: Ui): string {
  if (runs.length === 0) return 'No runs.'
  const rows = table(
    [
      { title: 'RUN', min: 20, cut: 'start' },
      { title: 'STATUS', min: 12 },
      { title: 'DONE', align: 'right' },
      { title: '', drop: 4 },
      { title: 'ITEMS', align: 'right', drop: 3 },
      { title: 'LEFT', align: 'right' },
      { title: 'WHO', min: 5, drop: 1 },
      { title: 'STARTED', align: 'right', drop: 2 },
      { title: 'ERROR', min: 10, drop: 5 },
    ],
    runs.map((run) => [
      run.run,
      { text: run.words, tone: run.hung ? 'warning' : tones[run.status] ?? 'quiet' },
      percent(run.progress),
      run.status === 'running' ? bar(run.progress) : '',
      run.done === undefined ? '' : run.total === undefined ? String(run.done) : `${run.done}/${run.total}`,
      run.etaMinutes === undefined ? '' : duration(run.etaMinutes * 60_000),
      run.agent ?? '',
      run.startedAt === undefined ? '' : ago(run.startedAt, ui.now),
      run.error ?? '',
    ]),
    ui,
  )
  return [rows, ...runs.flatMap((run) => run.problems.map((problem) => problemLine(run.run, problem, ui))), ...warningLines(warnings, ui)].join('\n')
}

/** `####······` */
function bar(progress: number | undefined): string {
  if (progress === undefined) return ''
  const full = Math.round((progress / 100) * BAR)
  return `${'█'.repeat(full)}${'░'.repeat(BAR - full)}`
}

function problemLine(run: string, { file, line, reason }: RunProblem, ui: Ui): string {
  return ui.paint('warning', say`${run === '' ? '' : `${run}/`}${file}${line === undefined ? '' : `, line ${line}`}: ${reason}`)
}

function warningLines(warnings: readonly string[], ui: Ui): string[] {
  return warnings.map((warning) => ui.paint('warning', oneLine(warning)))
}

export function startedText(result: StartRunResult, ui: Ui): string {
  if (!result.ok) return oneLine(result.hint)
  const { run, setAside, resumeFrom, warnings } = result
  return [
    resumeFrom === undefined ? say`Started ${run.run}. Its folder: ${run.path}` : say`Going on with ${run.run} from item ${resumeFrom}. Its folder: ${run.path}`,
    ...(setAside.length > 0 ? [say`Marked as failed: ${list(setAside)}.`] : []),
    ...warningLines(warnings, ui),
  ].join('\n')
}

export function runText(result: RunResult, ui: Ui): string {
  if (!result.ok) return oneLine(result.hint)
  const { run, warnings } = result
  const left = run.etaMinutes === undefined ? '' : `, ${duration(run.etaMinutes * 60_000)} left`
  return [say`${run.run}: ${run.words}${run.status === 'running' && run.progress !== undefined ? `, ${percent(run.progress)}${left}` : ''}.`, ...warningLines(warnings, ui)].join('\n')
}

export function recoveredText(result: RecoverRunsResult, ui: Ui): string {
  if (!result.ok) return oneLine(result.hint)
  const { recovered, kept, dryRun, warnings } = result
  if (recovered.length + kept.length === 0) return 'No run has to be recovered.'
  return [
    ...recovered.map((run) => say`${dryRun ? 'Would mark as failed' : 'Marked as failed'}: ${run.run}` + (run.resumeFrom === undefined ? '' : say` (${run.done ?? 0} of ${run.total ?? 0} done; can be resumed from item ${run.resumeFrom})`)),
    ...kept.map(({ run, reason }) => say`Left as it is: ${run}: ${reason}`),
    ...recovered.some(({ resumeFrom }) => resumeFrom !== undefined) ? ['To go on: muster run exec --name NAME --resume -- COMMAND'] : [],
    ...warningLines(warnings, ui),
  ].join('\n')
}

export function executedText(result: ExecutionResult): string {
  if (!('exitCode' in result)) return oneLine(result.hint)
  return [result.ok ? say`${result.run.run}: completed.` : oneLine(result.hint ?? ''), ...result.warnings.map((warning) => oneLine(warning))].join('\n')
}

export function plannedText(result: PlanRunResult, ui: Ui): string {
  if (!result.ok) return oneLine(result.hint)
  return [say`Planned ${result.run.run}: ${result.readme}`, ...warningLines(result.warnings, ui)].join('\n')
}

export function validatedText(result: ValidateRunResult, ui: Ui): string {
  if (!('checks' in result)) return oneLine(result.hint)
  const lines = result.checks.map(({ check, passed, detail }) => `${ui.paint(passed ? 'good' : 'bad', passed ? 'ok  ' : 'FAIL')} ${say`${check}: ${detail}`}`)
  return [...lines, result.ok ? say`${result.run.run} holds.` : oneLine(result.hint)].join('\n')
}

export function comparedText(result: CompareRunsResult, ui: Ui): string {
  if (!result.ok) return oneLine(result.hint)
  const part = (title: string, differences: readonly RunDifference[]): string[] =>
    differences.length === 0 ? [] : ['', ui.paint('strong', title), table([{ title: 'WHAT', min: 10 }, { title: result.first, min: 8 }, { title: result.second, min: 8 }, { title: 'CHANGE', align: 'right' }],
      differences.map(({ key, first = '', second = '', change }) => [key, first, second, change === undefined ? '' : change > 0 ? `+${change}` : String(change)]), ui)]
  const said = result.same ? 'Config, data source and metrics are the same.' : 'They differ:'
  return [say`${result.first} and ${result.second}. ${said}`, ...part('Config', result.config), ...part('Data source', result.sources), ...part('Metrics', result.metrics), ...part('Results written', result.results),
    ...result.problems.map((problem) => problemLine('', problem, ui))].join('\n')
}
