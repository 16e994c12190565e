import { join } from 'node:path'
import type { z } from 'zod'
import type { recoverRunsInput, RecoverRunsResult, RunView } from '../core/model/runs.js'
import { tell } from '../core/tell.js'
import { sweep } from './durable.js'
import type { Ground } from './ground.js'
import { noRun, runMeant } from './names.js'
import { readRun, readRuns, type RunPlace } from './readRun.js'
import { register } from './register.js'
import { setAside } from './setAside.js'
import { inTurn } from './turns.js'

/** Sets aside what is stale or dead, as failed, and says where each can be gone on with. */
export async function recover(ground: Ground, { run: name, dryRun }: z.output<typeof recoverRunsInput>): Promise<RecoverRunsResult> {
  const act = async (): Promise<RecoverRunsResult> => {
    const found = await wouldRecover(ground.place, name)
    if (!found.ok || dryRun) return found
    const dead = found.recovered
    const kept: { run: string; reason: string }[] = []
    const recovered: RunView[] = []
    for (const run of dead) {
      try {
        await sweep(join(ground.place.base, run.run))
        if (await setAside(ground, run)) recovered.push((await readRun(ground.place, run.run))!)
        else kept.push({ run: run.run, reason: 'it ended by itself meanwhile' })
      } catch (error) {
        kept.push({ run: run.run, reason: error instanceof Error ? error.message : String(error) })
      }
    }
    await ground.settle(recovered)
    await sweep(ground.place.base)
    const warnings = recovered.length === 0 ? [] : await register(ground, recovered)
    return { ok: true, dryRun, recovered, kept, warnings: [...warnings, ...dead.flatMap((run) => (run.process === 'running' && recovered.some((one) => one.run === run.run) ? [`The process ${run.pid} of ${run.run} still runs.`] : []))] }
  }
  return dryRun ? act() : inTurn(ground.folder, act)
}

/** What recovering would set aside. Writes nothing, and needs no records. */
export async function wouldRecover(place: RunPlace, name?: string): Promise<RecoverRunsResult> {
  const runs = await readRuns(place)
  const meant = name === undefined ? undefined : runMeant(runs, name)
  if (name !== undefined && meant === undefined) return noRun(name)
  if (meant && !isDead(meant)) return { ok: false, reason: 'WRONG_STATUS', run: meant.run, hint: tell`${meant.run} is ${meant.words}: there is nothing to set aside.${meant.resumeFrom === undefined ? '' : tell` Go on with it: muster run exec --name ${meant.name} --resume -- COMMAND`}` }
  return { ok: true, dryRun: true, recovered: meant ? [meant] : runs.filter(isDead), kept: [], warnings: [] }
}

/** Locked, and nobody is at work on it. */
export function isDead({ locked, status }: RunView): boolean {
  return locked === true && status !== 'running'
}
