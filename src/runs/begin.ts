import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { MusterError } from '../core/errors.js'
import type { startRunInput, StartRunRefusal, StartRunResult, RunView } from '../core/model/runs.js'
import { tell } from '../core/tell.js'
import { ensureFolder, sweep, syncFolder, writeDurably } from './durable.js'
import type { Ground } from './ground.js'
import { files, folderPart, parseFolderName, stampOf, subfolders } from './layout.js'
import { formatMarker } from './marker.js'
import { namesakes, newFolder, suggestionFor } from './names.js'
import { readRun, readRuns, runFolders } from './readRun.js'
import { writtenAt } from './reading.js'
import { register } from './register.js'
import { processMarks } from './runProcess.js'
import { setAside } from './setAside.js'
import { inTurn } from './turns.js'

type Begin = z.output<typeof startRunInput> & { pid: number }

/** A name as a folder's, with or without the date before it. @throws MusterError INVALID_INPUT */
export function nameOf(name: string): string {
  const part = folderPart(parseFolderName(name)?.rest ?? name)
  if (part === '') throw new MusterError('INVALID_INPUT', tell`"${name}" is no usable name of a run.`, { hint: tell`Use letters and digits.` })
  return part
}

/** Begins a run: its folder, lock, and rows in the documents. One process only begins one of a name. */
export async function begin(ground: Ground, name: string, options: Begin): Promise<StartRunResult> {
  const part = nameOf(name)
  return amongNamesakes(ground, part, options, async (mates, now) => {
    const former = options.resume ? stopped(mates).at(-1) : undefined
    const run = former?.run ?? mates.findLast(({ status }) => status === 'not_started')?.run
      ?? newFolder(new Set(await runFolders(ground.place.base)), options.withAgent ? `${part}_${ground.agent}` : part, now)
    const path = `${ground.place.label === '' ? '' : `${ground.place.label}/`}${run}/`
    // First, since who stopped still has the lock on its folder: that goes with the mark.
    const aside: string[] = []
    for (const mate of mates) if (mate.locked && mate.status !== 'running' && (await setAside(ground, mate, mate === former))) aside.push(mate.run)
    await ground.settle(await viewsOf(ground, former === undefined ? aside : [...aside, former.run]))
    const claimed = await ground.lock(path, run)
    if (!claimed.ok) return claimed
    try {
      if (!(await lockFolder(ground, run, options, former))) {
        await ground.unlock(path)
        return isRunning(run)
      }
    } catch (error) {
      // Nobody is at work there: on a disk that is full, say. Why it could not begin is what is told.
      await ground.unlock(path).catch(() => undefined)
      throw error
    }
    const views = await viewsOf(ground, [...aside.filter((mate) => mate !== run), run])
    const warnings = await register(ground, views)
    await sweep(ground.place.base)
    // Behind the last item where all were done: what is over is not done again.
    const resumeFrom = former?.resumeFrom ?? (former?.done === undefined ? undefined : former.done + 1)
    return { ok: true, run: views.at(-1)!, token: claimed.token, ...(resumeFrom !== undefined && { resumeFrom }), setAside: aside.filter((mate) => mate !== run), warnings }
  })
}

async function viewsOf({ place }: Ground, runs: readonly string[]): Promise<RunView[]> {
  return (await Promise.all(runs.map((run) => readRun(place, run)))).filter((view) => view !== undefined)
}

/** In turn: looks whether there may be a new run of that name now, and acts with those there are. */
export async function amongNamesakes<T>(ground: Ground, name: string, options: { again: boolean; resume?: boolean }, act: (mates: readonly RunView[], now: number) => Promise<T>): Promise<T | StartRunRefusal> {
  await ensureFolder(ground.place.base)
  return inTurn(ground.folder, async () => {
    const now = Date.now()
    const runs = await readRuns(ground.place, now)
    const mates = namesakes(runs, name)
    return refusalFor(runs, mates, name, options, now) ?? act(mates, now)
  })
}

/** Those that began and did not come to their end. */
function stopped(mates: readonly RunView[]): RunView[] {
  return mates.filter(({ status }) => status !== 'completed' && status !== 'not_started' && status !== 'running')
}

/** Why there is to be no new run of that name. */
function refusalFor(runs: readonly RunView[], mates: readonly RunView[], name: string, { again, resume }: { again: boolean; resume?: boolean }, now: number): StartRunRefusal | undefined {
  const running = mates.find(({ status }) => status === 'running')
  if (running) return isRunning(running.run, running)
  const suggestion = suggestionFor(runs, name, now)
  if (resume === true) {
    return stopped(mates).length > 0 ? undefined : { ok: false, reason: 'NOTHING_TO_RESUME', hint: tell`There is no run ${name} that stopped before its end. Start one without --resume.` }
  }
  const done = mates.findLast(({ status }) => status === 'completed')
  if (done === undefined || again) return undefined
  return { ok: false, reason: 'COMPLETED', run: done.run, suggestion, hint: tell`${done.run} is completed. For another one use a new name, such as ${parseFolderName(suggestion)!.rest} (${suggestion}), or --again to run it again.` }
}

function isRunning(run: string, view?: RunView): StartRunRefusal {
  const by = view?.agent === undefined ? '' : ` by ${view.agent}`
  return { ok: false, reason: 'RUNNING', run, hint: tell`${run} is running${by}${view?.progress === undefined ? '' : ` (${view.progress} %)`}. Wait for it, or choose another name.` }
}

/** Makes the folder and the lock in it. @returns false where somebody else was first */
async function lockFolder({ place, agent }: Ground, run: string, options: Begin, former: RunView | undefined): Promise<boolean> {
  const folder = join(place.base, run)
  for (const part of ['', ...subfolders]) await ensureFolder(join(folder, part))
  const now = Date.now()
  // What it stopped with before is kept.
  if (former) {
    for (const file of [files.error, files.interrupted]) {
      const from = join(folder, file)
      if ((await writtenAt(from)) !== undefined) await rename(from, join(folder, 'logs', `${file === files.error ? 'error' : 'interrupted'}-${stampOf(now)}-${process.pid}.txt`))
    }
    await syncFolder(join(folder, 'logs'))
  }
  const total = options.total ?? former?.total
  const lock = formatMarker({ agent, startedAt: now, ...(await processMarks(options.pid)), status: 'running', ...(total !== undefined && { done: former?.done ?? 0, total }) })
  if (!(await writeDurably(join(folder, files.lock), lock, { exclusive: true }))) return false
  await writeDurably(join(folder, files.agent), `${agent}\n`)
  if (options.config !== undefined) await writeDurably(join(folder, files.config), options.config.endsWith('\n') ? options.config : `${options.config}\n`)
  return true
}
