import { runStatuses } from '../../core/model/words.js'
import { callTool } from '../../tools/tool.js'
import type { RunPlace } from '../../runs/readRun.js'
import { command, outcome, type Context, type Outcome, type Unusable } from '../command.js'
import { exitCodes } from '../exitCodes.js'
import { given } from '../given.js'
import { oneLine } from '../text/escape.js'
import { UsageError } from '../usageError.js'
import { comparedText, executedText, plannedText, recoveredText, runsText, runText, startedText, validatedText } from '../views/runs.js'

const runsOption = { type: 'text', value: 'DIR', help: 'Folder the runs are in; default: MUSTER_RUNS, else experiments' } as const
const metricOption = { type: 'list', value: 'NAME=VALUE', help: 'A metric' } as const
const pidOption = { type: 'number', integer: true, value: 'N', help: 'Process that does the work; default: the program or shell that calls' } as const
const words = { usage: '<run>', min: 1, max: 1 } as const
const beginOptions = {
  runs: runsOption,
  'with-agent': { type: 'flag', help: 'End the folder\'s name in your id' },
  again: { type: 'flag', help: 'Run anew what is completed' },
  resume: { type: 'flag', help: 'Go on in the folder of the last one of that name that stopped' },
  total: { type: 'number', integer: true, value: 'N', help: 'How many items there are' },
} as const

export const runCommands = [
  command({
    name: 'run list',
    summary: 'List runs: how far they are, which failed, hang, or can be resumed',
    details: 'Folders of runs that programs without Muster began are locked in the names of their agents while they run, and REGISTRY.md is brought up to date; with --look nothing is written.',
    options: { runs: runsOption, status: { type: 'choice', choices: runStatuses, help: 'Only those that are so' }, look: { type: 'flag', help: 'Write nothing' } },
    access: ({ look }) => (look ? 'look' : 'join'),
    examples: ['muster run list', 'muster run list --status running --json'],
    async run({ host, muster }, { runs, status, look }) {
      const where = { runs: folderOf(host, runs) }
      const { listRunsTool } = await import('../../tools/listRuns.js')
      const { followRunsTool } = await import('../../tools/followRuns.js')
      const all = look ? { ...(await callTool(listRunsTool, muster, where)), warnings: [] } : await callTool(followRunsTool, muster, where)
      const result = { ...all, runs: all.runs.filter((run) => status === undefined || run.status === status) }
      return outcome(result, (ui) => runsText(result, ui))
    },
    unusable: (problem, { runs, status, look }) => alone(problem, runs, async (place) => {
      const { readRuns } = await import('../../runs/readRun.js')
      const result = { ok: true, runs: (await readRuns(place)).filter((run) => status === undefined || run.status === status), ...(!look && { locked: [], released: [], registered: [] }), warnings: [] }
      return outcome(result, (ui) => runsText(result, ui))
    }),
  }),
  command({
    name: 'run exec',
    summary: 'Run a command as a run: folder, lock, logs, progress, results',
    details: 'The command stands behind --. What it prints goes on, and into logs/; its progress is taken from what --pattern finds, or from lines of JSON. Signals are passed on; the exit code is the command\'s, or 1 where it was not started.\nIt finds MUSTER_RUN, MUSTER_RUN_FOLDER and, with --resume, MUSTER_RUN_FROM (the first item to do) in its environment.',
    words: { usage: '<command…>', min: 1, max: 10_000, empty: true },
    options: {
      name: { type: 'text', value: 'N', help: 'What the run is called', required: true },
      pattern: { type: 'text', value: 'RE', help: 'Regular expression with two groups, or (?<current>…) and (?<total>…)' },
      'json-lines': { type: 'flag', help: 'Read progress and metrics from lines of JSON' },
      ...beginOptions,
    },
    access: 'start',
    examples: ['muster run exec --name sweep --pattern "(\\d+)/(\\d+)" -- python sweep.py', 'muster run exec --name sweep --resume --json-lines -- ./sweep.sh'],
    async run(context, { name, pattern, 'json-lines': jsonLines, ...options }, words) {
      const { runExecution } = await import('../runExecution.js')
      const result = await runExecution(context, { name, pattern, jsonLines, command: words, begin: beginning(context, options) })
      // What is on stdout is the command's.
      if (result.ok) context.notice(executedText(result))
      return { ...outcome(result, () => (result.ok ? '' : executedText(result))), ...('exitCode' in result && { exit: result.ok || result.exitCode !== 0 ? result.exitCode : exitCodes.unusable }) }
    },
  }),
  command({
    name: 'run start',
    summary: 'Begin a run that something else does: folder, lock, registry',
    details: 'Answers the folder. Where a command does the work, run exec does all of this and ends it as well. The run counts as dead once its process has ended.',
    words: { usage: '<name>', min: 1, max: 1 },
    options: { ...beginOptions, config: { type: 'text', value: 'FILE', help: 'File to be its config.yaml' }, pid: pidOption },
    access: 'start',
    examples: ['muster run start sweep --total 608 --pid 4711'],
    async run(context, { config, pid, ...options }, [name = '']) {
      const { startRunTool } = await import('../../tools/startRun.js')
      const result = await callTool(startRunTool, context.muster, {
        name, ...beginning(context, options), config: config === undefined ? undefined : await textOf(context, config),
        pid: pid ?? (await context.host.agentProgram())?.pid ?? process.ppid,
      })
      return outcome(result, (ui) => startedText(result, ui))
    },
  }),
  command({
    name: 'run progress',
    summary: 'Write how far a run of yours is, and renew its lock',
    words,
    options: {
      runs: runsOption,
      done: { type: 'number', integer: true, value: 'N', help: 'Items done' },
      total: { type: 'number', integer: true, value: 'N', help: 'Items there are' },
      percent: { type: 'number', value: 'N', help: 'Where there are no items' },
      'eta-minutes': { type: 'number', value: 'N', help: 'Minutes left; reckoned where it is missing' },
      message: { type: 'text', value: 'T', help: 'What it is at' },
      metric: metricOption,
      save: { type: 'flag', help: 'Keep the metrics as intermediate results' },
    },
    access: 'join',
    examples: ['muster run progress sweep --done 127', 'muster run progress sweep --done 200 --metric sharpe=1.31 --save'],
    async run({ host, muster }, { runs, 'eta-minutes': etaMinutes, metric, ...progress }, [run = '']) {
      const { reportRunTool } = await import('../../tools/reportRun.js')
      const result = await callTool(reportRunTool, muster, { run, runs: folderOf(host, runs), etaMinutes, metrics: given(metric), ...progress })
      return outcome(result, (ui) => runText(result, ui))
    },
  }),
  command({
    name: 'run done',
    summary: 'End a run of yours as completed: results, registry, lock',
    words,
    options: { runs: runsOption, summary: { type: 'text', value: 'T', help: 'Text of results/summary.md' }, metric: metricOption },
    access: 'join',
    examples: ['muster run done sweep --summary "30 bps is best" --metric sharpe=1.31'],
    async run({ host, muster }, { runs, summary, metric }, [run = '']) {
      const { finishRunTool } = await import('../../tools/finishRun.js')
      const result = await callTool(finishRunTool, muster, { run, runs: folderOf(host, runs), summary, metrics: given(metric) })
      return outcome(result, (ui) => runText(result, ui))
    },
  }),
  command({
    name: 'run fail',
    summary: 'End a run of yours as failed; logs an error with the end of its log',
    words,
    options: { runs: runsOption, error: { type: 'text', value: 'T', help: 'What went wrong', required: true }, interrupted: { type: 'flag', help: 'It was stopped and will be gone on with: its lock stays' } },
    access: 'join',
    examples: ['muster run fail sweep --error "no data for ETH"'],
    async run({ host, muster }, { runs, ...rest }, [run = '']) {
      const { failRunTool } = await import('../../tools/failRun.js')
      const result = await callTool(failRunTool, muster, { run, runs: folderOf(host, runs), ...rest })
      return outcome(result, (ui) => runText(result, ui))
    },
  }),
  command({
    name: 'run recover',
    summary: 'Set aside runs that are stale or dead, and say from which item each can be resumed',
    words: { usage: '[run]', min: 0, max: 1 },
    options: { runs: runsOption, 'dry-run': { type: 'flag', help: 'Only say which' } },
    access: ({ 'dry-run': dryRun }) => (dryRun ? 'look' : 'join'),
    examples: ['muster run recover', 'muster run recover sweep --dry-run'],
    async run({ host, muster }, { runs, 'dry-run': dryRun }, [run]) {
      const { recoverRunsTool } = await import('../../tools/recoverRuns.js')
      const result = await callTool(recoverRunsTool, muster, { runs: folderOf(host, runs), run, dryRun })
      return outcome(result, (ui) => recoveredText(result, ui))
    },
    unusable: (problem, { runs, 'dry-run': dryRun }, [run]) => alone(problem, runs, async (place) => {
      const { wouldRecover } = await import('../../runs/recover.js')
      const found = await wouldRecover(place, run)
      if (!found.ok || dryRun || found.recovered.length === 0) return outcome(found, (ui) => recoveredText(found, ui))
      const error = { ...problem.error, hint: 'To set aside what stopped, turn Muster on and say it again: muster startup' }
      return { ...outcome({ ...found, ok: false, error }, (ui) => [recoveredText(found, ui), oneLine(error.message), oneLine(error.hint)].join('\n')), exit: exitCodes.unusable }
    }),
  }),
  command({
    name: 'run plan',
    summary: 'Write the plan of a run: hypothesis, parameters, checklist, prompt',
    details: 'A folder with a README.md, which whoever starts a run of that name works in. A template may hold {{name}}, {{date}}, {{agent}}, {{hypothesis}}, {{parameters}}, {{checklist}} and {{prompt}}.',
    words: { usage: '<name>', min: 1, max: 1 },
    options: {
      runs: runsOption,
      hypothesis: { type: 'text', value: 'T', help: 'What it is to show' },
      parameter: { type: 'list', value: 'NAME=VALUE', help: 'What it is run with' },
      check: { type: 'list', value: 'T', help: 'What has to hold for its results to count' },
      prompt: { type: 'text', value: 'T', help: 'What the executor is to do' },
      template: { type: 'text', value: 'FILE', help: 'File to fill in, from the root of the working tree' },
      config: { type: 'flag', help: 'Write the parameters to config.yaml too' },
      again: { type: 'flag', help: 'Though one of that name is completed' },
    },
    access: 'start',
    examples: ['muster run plan sweep --hypothesis "20 bps beats 30" --parameter grid_size=20 --check "608 symbols done" --prompt "Run sweep.py"'],
    async run({ host, muster }, { runs, parameter, check, ...plan }, [name = '']) {
      const { planRunTool } = await import('../../tools/planRun.js')
      const result = await callTool(planRunTool, muster, { name, runs: folderOf(host, runs), parameters: parameter, checklist: check, ...plan })
      return outcome(result, (ui) => plannedText(result, ui))
    },
  }),
  command({
    name: 'run validate',
    summary: 'Check what a run left: summary, metrics, its checklist',
    words,
    options: { runs: runsOption },
    access: 'look',
    examples: ['muster run validate sweep'],
    async run({ host, muster }, { runs }, [run = '']) {
      const { validateRunTool } = await import('../../tools/validateRun.js')
      const result = await callTool(validateRunTool, muster, { run, runs: folderOf(host, runs) })
      return outcome(result, (ui) => validatedText(result, ui))
    },
    unusable: (problem, { runs }, [run = '']) => alone(problem, runs, async (place) => {
      const { validate } = await import('../../runs/validate.js')
      const result = await validate(place, run)
      return outcome(result, (ui) => validatedText(result, ui))
    }),
  }),
  command({
    name: 'run compare',
    summary: 'Show where config, data source and metrics of two runs differ',
    words: { usage: '<run> <run>', min: 2, max: 2 },
    options: { runs: runsOption },
    access: 'look',
    examples: ['muster run compare sweep sweep_v2'],
    async run({ host, muster }, { runs }, [first = '', second = '']) {
      const { compareRunsTool } = await import('../../tools/compareRuns.js')
      const result = await callTool(compareRunsTool, muster, { first, second, runs: folderOf(host, runs) })
      return outcome(result, (ui) => comparedText(result, ui))
    },
    unusable: (problem, { runs }, [first = '', second = '']) => alone(problem, runs, async (place) => {
      const { compare } = await import('../../runs/compare.js')
      const result = await compare(place, first, second)
      return outcome(result, (ui) => comparedText(result, ui))
    }),
  }),
]

/** Answers from the runs' folders where Muster is not turned on. */
async function alone(problem: Unusable, runs: string | undefined, read: (place: RunPlace) => Promise<Outcome>): Promise<Outcome | undefined> {
  const { runsAlone } = await import('../runsAlone.js')
  const place = await runsAlone(problem, folderOf(problem.host, runs))
  return place && read(place)
}

/** In the terminals of a window that has a setting for it, `MUSTER_RUNS` says which. */
function folderOf({ env }: Context['host'], runs: string | undefined): string | undefined {
  return runs ?? (env['MUSTER_RUNS'] || undefined)
}

function beginning({ host }: Context, { runs, 'with-agent': withAgent, again, resume, total }: { runs: string | undefined; 'with-agent': boolean; again: boolean; resume: boolean; total: number | undefined }): { runs: string | undefined; withAgent: boolean; again: boolean; resume: boolean; total: number | undefined } {
  return { runs: folderOf(host, runs), withAgent, again, resume, total }
}

async function textOf({ host }: Context, file: string): Promise<string> {
  const [{ readFile }, { resolve }] = await Promise.all([import('node:fs/promises'), import('node:path')])
  return readFile(resolve(host.cwd, file), 'utf8').catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  })
}
