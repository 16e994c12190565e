import { join } from 'node:path'
import { isMusterError, type MusterError } from '../core/errors.js'
import type { RunResult, RunView, StartRunInput, StartRunRefusal } from '../core/model/runs.js'
import { posixWord } from '../core/posixShell.js'
import { RUN_TTL, runNote } from '../core/rules/runs.js'
import { execute, type Executed, type Seen } from '../runs/exec.js'
import { readLock } from '../runs/readRun.js'
import { startRunTool } from '../tools/startRun.js'
import { callTool } from '../tools/tool.js'
import type { Context } from './command.js'
import { UsageError } from './usageError.js'

export interface ExecutionRequest {
  name: string
  command: readonly string[]
  pattern: string | undefined
  jsonLines: boolean
  begin: { [K in keyof StartRunInput]: StartRunInput[K] | undefined }
}

export type ExecutionResult =
  | { ok: boolean; exitCode: number; run: RunView; reason?: 'FAILED' | 'INTERRUPTED' | 'NOT_WRITTEN'; hint?: string; warnings: string[]; metrics?: Executed['metrics'] }
  | StartRunRefusal

/** Locks on the run are renewed, and what they say is brought up to date, at most so often, in ms. */
const RENEW_MS = 15_000

/** Begins a run, runs the command in it, and ends the run as the command did. */
export async function runExecution(context: Context, { name, command, pattern, jsonLines, begin }: ExecutionRequest): Promise<ExecutionResult> {
  const { host, muster, global } = context
  const expression = pattern === undefined ? undefined : compiled(pattern)
  const started = await callTool(startRunTool, muster, { name, ...begin, pid: process.pid })
  if (!started.ok) return started
  const { run, resumeFrom } = started
  for (const warning of started.warnings) context.notice(`muster: ${warning}`)
  const folder = join(muster.root, run.path)
  const base = join(muster.root, run.path.slice(0, -run.run.length - 1))
  const lock = await readLock({ base, label: '' }, run.run)
  const executed = await execute({
    command, cwd: host.cwd, folder, lock: lock ?? {}, pattern: expression, jsonLines,
    env: {
      // What Python keeps back until its buffer is full, nobody can read.
      ...((pattern !== undefined || jsonLines) && { PYTHONUNBUFFERED: '1' }),
      ...host.env, MUSTER_AGENT: muster.agent, MUSTER_FOLDER: muster.folder, MUSTER_RUN: run.run, MUSTER_RUN_FOLDER: folder,
      ...(resumeFrom !== undefined && { MUSTER_RUN_FROM: String(resumeFrom) }),
    },
    inTerminal: host.out.isTTY,
    // In JSON mode our answer is the only thing on stdout.
    out: (text) => (global.json ? host.err : host.out).write(text),
    err: (text) => host.err.write(text),
    onSignal: (listener) => host.onSignal(listener),
    onProgress: renewing(context, run),
  })
  return ended(context, run, begin, executed).catch((error: unknown) => {
    // Its command has ended: how that went is told, and how to write it down once the disk takes it.
    if (isMusterError(error)) return notWritten(run, executed, error)
    throw error
  })
}

function compiled(pattern: string): RegExp {
  try {
    return new RegExp(pattern)
  } catch (error) {
    throw new UsageError(`--pattern is no regular expression: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function renewing({ muster }: Context, run: RunView): (seen: Seen) => Promise<void> {
  let last = 0
  return async ({ done, total, percent }) => {
    if (performance.now() - last < RENEW_MS && last !== 0) return
    last = performance.now()
    const resource = join(muster.root, run.path, '/')
    await muster.claim(resource, { minutes: RUN_TTL / 60_000, note: runNote(run.run) })
    const progress = percent ?? (done !== undefined && total !== undefined && total > 0 ? Math.min(100, (done / total) * 100) : undefined)
    if (progress !== undefined) await muster.checkIn(resource, { progress: Math.round(progress) })
  }
}

function notWritten(run: RunView, { exitCode, error, interruptedBy, metrics }: Executed, { message }: MusterError): ExecutionResult {
  const words = Object.entries(metrics).flatMap(([key, value]) => ['--metric', `${key}=${value}`])
  const later = exitCode === 0 ? ['done', run.run, ...words] : ['fail', run.run, '--error', interruptedBy ? `Interrupted by ${interruptedBy}` : error ?? 'failed', ...(interruptedBy ? ['--interrupted'] : [])]
  const hint = `The command of ${run.run} ended with exit code ${exitCode}, and that could not be written down: ${message} Make room, then: muster run ${later.map(posixWord).join(' ')}`
  return { ok: false, exitCode, run, reason: 'NOT_WRITTEN', hint, warnings: [], metrics }
}

async function ended({ muster }: Context, run: RunView, { runs }: ExecutionRequest['begin'], { exitCode, error, interruptedBy, metrics }: Executed): Promise<ExecutionResult> {
  const where = { ...(runs !== undefined && { runs }), ...(Object.keys(metrics).length > 0 && { metrics }) }
  const result: RunResult = interruptedBy !== undefined
    ? await muster.failRun(run.run, `Interrupted by ${interruptedBy}`, { ...(runs !== undefined && { runs }), interrupted: true })
    : error !== undefined
      ? await muster.failRun(run.run, error, where)
      : await muster.finishRun(run.run, where)
  const view = result.ok ? result.run : run
  const warnings = result.ok ? result.warnings : [result.hint]
  if (exitCode === 0) return { ok: true, exitCode, run: view, warnings }
  const next = view.resumeFrom === undefined ? '' : ` To go on from item ${view.resumeFrom}: muster run exec --name ${view.name} --resume -- COMMAND`
  return { ok: false, exitCode, run: view, reason: interruptedBy ? 'INTERRUPTED' : 'FAILED', hint: `${view.run}: ${interruptedBy ? `interrupted by ${interruptedBy}` : error ?? 'failed'}.${next}`, warnings }
}
