import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { whenLetGo } from '../core/heldFiles.js'
import type { RunView } from '../core/model/runs.js'
import { changeFile, syncFolder, writeDurably } from './durable.js'
import type { Ground } from './ground.js'
import { registryFile, stampOf, stateFile } from './layout.js'
import { damageOf, newRegistry, unregisteredIn, withRows } from './registry.js'
import { readRuns, type RunPlace } from './readRun.js'
import { readText, writtenAt } from './reading.js'
import { withRunItems } from './stateDocument.js'

/**
 * Keeps `REGISTRY.md`, and `STATE.md` where there is one, true for these runs. Called in turn. What goes wrong is a warning:
 * a run is what its folder says, and the next one who looks puts the documents right.
 */
export async function register({ place, root }: Pick<Ground, 'place' | 'root'>, runs: readonly RunView[]): Promise<string[]> {
  const warnings: string[] = []
  const attempt = async (what: string, act: () => Promise<unknown>): Promise<void> => {
    await act().catch((error: unknown) => warnings.push(`${what} was not brought up to date: ${error instanceof Error ? error.message : String(error)}`))
  }
  await attempt(registryFile, async () => warnings.push(...(await changeRegistry(place, runs))))
  for (const path of [join(root, stateFile), join(place.base, stateFile)]) {
    if ((await writtenAt(path)) === undefined) continue
    await attempt(stateFile, () => changeFile(path, (bytes) => (bytes === undefined || bytes.includes(0) ? undefined : withRunItems(bytes.toString('utf8'), runs))))
    break
  }
  return warnings
}

async function changeRegistry(place: RunPlace, runs: readonly RunView[]): Promise<string[]> {
  const path = join(place.base, registryFile)
  let damage: string | undefined
  await changeFile(path, (bytes) => {
    damage = bytes && damageOf(bytes)
    if (damage !== undefined) return undefined
    return bytes === undefined ? newRegistry(runs) : withRows(bytes.toString('utf8'), runs)
  })
  if (damage === undefined) return []
  // What is there is kept; whoever was second finds one that is whole.
  const aside = `${path}.damaged-${stampOf(Date.now())}-${process.pid}`
  await whenLetGo(() => rename(path, aside))
  await writeDurably(path, newRegistry(await readRuns(place)), { exclusive: true })
  await syncFolder(place.base)
  return [`${registryFile} was damaged (${damage}): it was made anew from the folders, and what it was is kept as ${aside.slice(place.base.length + 1)}.`]
}

/** Those whose row is missing or says something else. */
export async function unregistered(place: RunPlace, runs: readonly RunView[], create = true): Promise<RunView[]> {
  const read = await readText(place.base, registryFile, [], Infinity)
  if (read === undefined) return create ? [...runs] : []
  const damaged = damageOf(Buffer.from(read.text)) !== undefined
  return damaged ? [...runs] : unregisteredIn(read.text, runs)
}
