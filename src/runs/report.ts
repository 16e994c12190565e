import { unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import type { finishRunInput, runProgressInput, RunProblem, RunResult, RunView } from '../core/model/runs.js'
import { tell } from '../core/tell.js'
import { appendLines, ensureFolder, writeDurably } from './durable.js'
import type { Ground } from './ground.js'
import { files, localTime } from './layout.js'
import { formatMarker, printable, type Marker } from './marker.js'
import { noRun, runMeant } from './names.js'
import { readLock, readRun, readRuns } from './readRun.js'
import { readText, writtenAt } from './reading.js'
import { register } from './register.js'
import { logTail } from './setAside.js'
import { inTurn } from './turns.js'

type Refused = Extract<RunResult, { ok: false }>

/** Writes how far a run is; with `save`, the metrics so far as well. */
export async function reportProgress(ground: Ground, name: string, input: z.output<typeof runProgressInput>): Promise<RunResult> {
  const found = await ownRun(ground, name)
  if ('reason' in found) return found
  const { run, lock } = found
  // Its folder is let go of: somebody else may be about to go on with it.
  if (run.status === 'interrupted' && lock.status === 'interrupted') return { ok: false, reason: 'WRONG_STATUS', run: run.run, hint: tell`${run.run} is ${run.words}, not running. Resume it first.` }
  await writeProgress(join(ground.place.base, run.run), lock, { ...run, ...defined(input) }, input)
  const view = (await readRun(ground.place, run.run))!
  const renewed = await ground.lock(`${run.path}/`, run.run)
  return { ok: true, run: view, warnings: renewed.ok ? [] : [`Its folder is locked by ${renewed.heldBy ?? 'somebody else'}.`] }
}

type Told = Omit<z.input<typeof runProgressInput>, 'runs'>

/** A line of progress and what goes with it. */
async function writeProgress(folder: string, lock: Marker, known: Pick<RunView, 'done' | 'total'>, input: Told): Promise<void> {
  const { line, ...counts } = progressLine(lock.startedAt, known, input)
  await ensureFolder(join(folder, 'logs'))
  await appendLines(join(folder, files.progress), `${line}\n`)
  await markProgress(folder, lock, counts)
  if (input.save !== true) return
  await ensureFolder(join(folder, 'results'))
  const { done } = counts
  await appendLines(join(folder, files.intermediate), `${JSON.stringify({ timestamp: localTime(Date.now()), ...(done !== undefined && { item: done }), metrics: input.metrics ?? {} })}\n`)
}

/**
 * A line of `logs/progress.txt`, without its end, and the counts in it.
 * @param startedAt ms, when the run began
 * @param known What is not given stays as it was.
 */
export function progressLine(startedAt: number | undefined, known: Pick<RunView, 'done' | 'total'>, input: Told): { line: string; done: number | undefined; total: number | undefined } {
  const { done = input.percent === undefined ? known.done : undefined, total = known.total, metrics = {} } = input
  const percent = done !== undefined && total !== undefined && total > 0 ? Math.min(100, (done / total) * 100) : input.percent
  const minutes = startedAt === undefined ? 0 : (Date.now() - startedAt) / 60_000
  const eta = input.etaMinutes ?? (percent !== undefined && percent > 0 && minutes > 0 ? (minutes * (100 - percent)) / percent : undefined)
  const line = JSON.stringify({
    timestamp: localTime(Date.now()),
    ...(done !== undefined && { progress: total === undefined ? String(done) : `${done}/${total}` }),
    ...(percent !== undefined && { percent: `${percent.toFixed(1)}%` }),
    ...(eta !== undefined && { eta_minutes: Math.round(eta * 10) / 10 }),
    ...(input.message !== undefined && { message: input.message }),
    ...metrics,
  })
  return { line, done, total }
}

/** Has `.LOCK` tell how far the run is. */
export async function markProgress(folder: string, lock: Marker, { done, total }: Pick<RunView, 'done' | 'total'>): Promise<void> {
  if (done !== undefined) await writeDurably(join(folder, files.lock), formatMarker({ ...lock, done, ...(total !== undefined && { total }) }))
}

export interface Ending {
  summary?: string | undefined
  metrics?: z.output<typeof finishRunInput>['metrics']
  /** Why it failed; undefined: it is completed. */
  error?: string | undefined
}

/** Ends a run: results first, then `.DONE` or `.ERROR`, then the lock goes, then the documents. */
export async function end(ground: Ground, name: string, ending: Ending): Promise<RunResult> {
  return inTurn(ground.folder, async () => {
    const found = await ownRun(ground, name)
    if ('reason' in found) return found
    const { run, lock } = found
    const folder = join(ground.place.base, run.run)
    const failed = ending.error !== undefined
    await ensureFolder(join(folder, 'results'))
    await ensureFolder(join(folder, 'logs'))
    await writeResults(folder, run, ending)
    const marker = formatMarker({ ...unwatched(lock), ...told(run, failed), status: failed ? 'failed' : 'completed', endedAt: Date.now(), ...(failed && { error: printable(ending.error!).slice(0, 500) }) })
    await writeDurably(join(folder, failed ? files.error : files.done), marker)
    await unlink(join(folder, files.lock)).catch(() => undefined)
    const view = (await readRun(ground.place, run.run))!
    const warnings = await register(ground, [view])
    if (failed) await ground.logFailure(view, ending.error!, await logTail(folder))
    else await ground.settle([view])
    return { ok: true, run: view, warnings: [...warnings, ...(await unlocked(ground, run))] }
  })
}

/** Ends work on a run that is to be gone on with: its `.LOCK` stays, for others to see that it is not over. */
export async function interrupt(ground: Ground, name: string, why: string): Promise<RunResult> {
  return inTurn(ground.folder, async () => {
    const found = await ownRun(ground, name)
    if ('reason' in found) return found
    const { run, lock } = found
    const folder = join(ground.place.base, run.run)
    await writeInterrupted(folder, run, why)
    await writeDurably(join(folder, files.lock), formatMarker({ ...unwatched(lock), ...defined({ done: run.done, total: run.total }), status: 'interrupted' }))
    const view = (await readRun(ground.place, run.run))!
    const warnings = await register(ground, [view])
    return { ok: true, run: view, warnings: [...warnings, ...(await unlocked(ground, run))] }
  })
}

/** What its progress says, and no more; a completed run that told none says nothing, where its lock began at 0. */
function told({ done, total }: RunView, failed: boolean): Pick<Marker, 'done' | 'total'> {
  return done === 0 && !failed ? { done: undefined, total: undefined } : { done, total }
}

/** The run is over, whatever becomes of the lock on its folder: whoever looks at runs next lets go of that. */
async function unlocked(ground: Ground, { run, path }: RunView): Promise<string[]> {
  return ground.unlock(`${path}/`).then(() => [], (error: unknown) => [`The folder of ${run} is still locked: ${error instanceof Error ? error.message : String(error)}`])
}

/** Where it was; the last line says it in a sentence. */
export async function writeInterrupted(folder: string, { done, total }: Pick<RunView, 'done' | 'total'>, why: string): Promise<void> {
  const at = done === undefined ? '' : total === undefined ? `${done}` : `${done}/${total}`
  await ensureFolder(join(folder, 'logs'))
  await writeDurably(join(folder, files.interrupted), `timestamp: ${localTime(Date.now())}\n${at === '' ? '' : `progress: ${at}\n`}${printable(why)}${at === '' ? '' : ` at ${at}`}\n`)
}

async function writeResults(folder: string, run: RunView, { summary, metrics = {}, error }: Ending): Promise<void> {
  const problems: RunProblem[] = []
  const before = await readText(folder, files.metrics, problems)
  // Whoever reads results finds the file, also where there was nothing to measure.
  const missing = error === undefined && before === undefined && problems.length === 0
  if (missing || Object.keys(metrics).length > 0) await writeDurably(join(folder, files.metrics), `${JSON.stringify({ ...objectIn(before?.text), ...metrics }, null, 2)}\n`)
  if (error !== undefined) await appendLines(join(folder, files.errors), `${localTime(Date.now())} ${error.trimEnd()}\n`)
  if (summary !== undefined) await writeDurably(join(folder, files.summary), summary.endsWith('\n') ? summary : `${summary}\n`)
  else if (error === undefined && (await writtenAt(join(folder, files.summary))) === undefined) await writeDurably(join(folder, files.summary), summaryOf(run, metrics))
}

/** Where nobody wrote one. */
function summaryOf(run: RunView, metrics: object): string {
  const { done, total } = told(run, false)
  const items = done === undefined ? '' : `, ${total === undefined ? done : `${done} of ${total}`} items`
  const values = Object.entries({ ...run.metrics, ...metrics }).map(([key, value]) => `- ${key}: ${value}`)
  return `# ${run.name}\n\nCompleted ${localTime(Date.now())}${run.agent === undefined ? '' : ` by ${run.agent}`}${items}.\n${values.length === 0 ? '' : `\n## Metrics\n\n${values.join('\n')}\n`}`
}

function objectIn(text: string | undefined): object {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
  } catch {
    return {}
  }
}

/** The run that is meant, where it is at work and the caller's. */
async function ownRun(ground: Ground, name: string): Promise<{ run: RunView; lock: Marker } | Refused> {
  const run = runMeant(await readRuns(ground.place), name)
  if (run === undefined) return noRun(name)
  const lock = await readLock(ground.place, run.run)
  if (run.locked !== true || lock === undefined) return { ok: false, reason: 'WRONG_STATUS', run: run.run, hint: tell`${run.run} is ${run.words}, not running. Start it first${run.status === 'failed' ? tell`, or resume it` : ''}.` }
  if (!ground.isPerson && run.agent !== undefined && !ground.isSame(run.agent, ground.agent)) return { ok: false, reason: 'NOT_YOURS', run: run.run, hint: tell`${run.run} is ${run.agent}'s. Ask them, or recover it where it has stopped.` }
  return { run, lock }
}

/** What is over is not waited for. */
function unwatched({ watcher: _, watcherStart: _start, ...lock }: Marker): Marker {
  return lock
}

function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
