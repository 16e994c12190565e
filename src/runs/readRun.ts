import { lstat, readdir } from 'node:fs/promises'
import { join, posix } from 'node:path'
import * as z from 'zod'
import { errnoOf } from '../core/errors.js'
import type { RunProblem, RunView } from '../core/model/runs.js'
import { files, parseFolderName, withoutAgent } from './layout.js'
import { parseMarker, printable, type Marker } from './marker.js'
import { parseProgress } from './progress.js'
import { readEnd, readText } from './reading.js'
import { processOf } from './runProcess.js'
import { standingOf, type RunFacts } from './status.js'

/** More runs than this are not listed: the newest are. */
const MOST_RUNS = 2_000
const SCALARS = 100
const LONGEST = 500

const metricsFile = z.record(z.string(), z.unknown())

export interface RunPlace {
  /** The folder of all runs, absolute. */
  base: string
  /** The same from the root of the working tree, with `/`. */
  label: string
}

/** Everything that a run's folder tells. */
export async function readRun({ base, label }: RunPlace, run: string, now = Date.now()): Promise<RunView | undefined> {
  const named = parseFolderName(run)
  const folder = join(base, run)
  const facts = await lstat(folder).catch(() => undefined)
  if (named === undefined || facts === undefined || !facts.isDirectory()) return undefined
  const problems: RunProblem[] = []
  const marker = async (file: string): Promise<(Marker & { at: number }) | undefined> => {
    const read = await readText(folder, file, problems)
    // A marker that cannot be read is there all the same.
    if (read === undefined) return problems.some((problem) => problem.file === file) ? { at: facts.mtimeMs } : undefined
    return { ...parseMarker(read.text, file, problems), at: read.at }
  }
  const [lock, done, error, owner, log, stopped] = [
    await marker(files.lock), await marker(files.done), await marker(files.error), await readText(folder, files.agent, problems),
    await readEnd(folder, files.progress, problems), await readText(folder, files.interrupted, problems),
  ]
  const progress = log && parseProgress(log, files.progress, problems)
  const agent = lock?.agent ?? done?.agent ?? error?.agent ?? agentIn(owner?.text)
  const known = lock ?? error ?? done
  const state = lock && !done && !error ? await processOf(lock, Math.max(lock.at, progress?.at ?? 0)) : undefined
  const runFacts: RunFacts = {
    now,
    ...(lock && { lock }), ...(done && { done }), ...(error && { error }), ...(progress && { progress }),
    ...(stopped && { interrupted: { at: stopped.at, text: lastLine(stopped.text) } }),
    ...(state && { process: state }),
  }
  const { etaMinutes, ...standing } = standingOf(runFacts)
  const failed = standing.hung === true || standing.status === 'failed' || standing.status === 'resumable' || standing.status === 'stale'
  const why = standing.error ?? (failed ? await lastError(folder) : undefined)
  const metrics = await readMetrics(folder, problems)
  const startedAt = known?.startedAt ?? (known === undefined ? undefined : named.at)
  // Not after it was written down, whatever zone or clock its time is of.
  const over = done ?? error
  const endedAt = over && Math.min(over.endedAt ?? over.at, over.at)
  return {
    run, path: posix.join(label, run), name: withoutAgent(named.rest, agent), date: named.date,
    ...standing,
    ...(agent !== undefined && { agent }),
    ...(lock && !done && !error && { locked: true as const }),
    ...(known?.pid !== undefined && { pid: known.pid }),
    ...(state !== undefined && state !== 'unknown' && { process: state }),
    ...(startedAt !== undefined && { startedAt: new Date(startedAt).toISOString() }),
    ...(endedAt !== undefined && { endedAt: new Date(endedAt).toISOString() }),
    ...(etaMinutes !== undefined && { etaMinutes, eta: new Date(now + etaMinutes * 60_000).toISOString() }),
    ...(why !== undefined && why !== '' && { error: why.slice(0, LONGEST) }),
    ...(metrics && { metrics }),
    problems,
  }
}

/** Runs in the folder, the oldest first; none where there is no such folder. */
export async function readRuns(place: RunPlace, now = Date.now()): Promise<RunView[]> {
  const runs: RunView[] = []
  for (const run of await runFolders(place.base)) {
    const view = await readRun(place, run, now)
    if (view) runs.push(view)
  }
  return runs
}

/** Names of the folders of runs, the oldest first. */
export async function runFolders(base: string): Promise<string[]> {
  const entries = await readdir(base, { withFileTypes: true }).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return []
    throw error
  })
  return entries.filter((entry) => entry.isDirectory() && parseFolderName(entry.name)).map(({ name }) => name).sort().slice(-MOST_RUNS)
}

/** What the lock of a run says, all of it; undefined where there is none. */
export async function readLock({ base }: RunPlace, run: string): Promise<Marker | undefined> {
  const read = await readText(join(base, run), files.lock, [])
  return read && parseMarker(read.text, files.lock, [])
}

function agentIn(text: string | undefined): string | undefined {
  const line = text?.split(/\r\n|\r|\n/).map((one) => printable(one.replace(/^\s*AGENT_ID\s*=/i, ''))).find((one) => one !== '')
  return line?.slice(0, 200)
}

async function lastError(folder: string): Promise<string | undefined> {
  const log = await readText(folder, files.errors, [])
  return log && lastLine(log.text)
}

function lastLine(text: string): string {
  return printable(text.trimEnd().split(/\r\n|\r|\n/).at(-1) ?? '').slice(0, LONGEST)
}

/** Values of `metrics.json` that are no objects; of those one level down, `group.name`. */
async function readMetrics(folder: string, problems: RunProblem[]): Promise<RunView['metrics']> {
  const read = await readText(folder, files.metrics, problems)
  if (read === undefined || read.cut) return undefined
  let value: unknown
  try {
    value = JSON.parse(read.text)
  } catch (error) {
    const line = lineOf(read.text, error)
    problems.push({ file: files.metrics, ...(line !== undefined && { line }), reason: 'no JSON' })
    return undefined
  }
  const parsed = metricsFile.safeParse(value)
  if (!parsed.success || Array.isArray(value)) {
    problems.push({ file: files.metrics, line: 1, reason: 'no object' })
    return undefined
  }
  const found = Object.entries(parsed.data).flatMap(([key, one]) => scalarsOf(key, one)).slice(0, SCALARS)
  return found.length === 0 ? undefined : Object.fromEntries(found)
}

type Scalar = string | number | boolean | null

function scalarsOf(key: string, value: unknown): [string, Scalar][] {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return [[key, value]]
  if (typeof value === 'string') return [[key, value.slice(0, LONGEST)]]
  if (typeof value !== 'object' || Array.isArray(value) || key.includes('.')) return []
  return Object.entries(value).flatMap(([inner, one]) => scalarsOf(`${key}.${inner}`, one))
}

/** Where JSON.parse gave up, by its message. */
function lineOf(text: string, error: unknown): number | undefined {
  const [, position] = /position (\d+)/.exec(error instanceof Error ? error.message : '') ?? []
  return position === undefined ? undefined : text.slice(0, Number(position)).split('\n').length
}
