import { constants, watch, type FSWatcher } from 'node:fs'
import { copyFile, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf } from '../errors.js'
import type { Probe } from '../ledger/port.js'
import { tell } from '../tell.js'
import { monotonic } from './clock.js'
import { diskOf } from './fileSystem.js'
import { ownTag } from './processes.js'
import { lookAt } from './locate.js'

/** ms to wait for the event that tells of a change. */
const ECHO = 250
/** ms by which the disk's clock may differ from ours before anybody is told. */
const CLOCK = 2000

const known = new Map<string, Promise<Probe>>()

/**
 * What the disk under a `.muster` folder does, tried out in a folder that is removed again. Once for each folder and
 * process; never on the way of a commit. Does not fail: what cannot be tried is among `problems`.
 */
export function probe(folder: string): Promise<Probe> {
  const running = known.get(folder) ?? tryOut(folder)
  known.set(folder, running)
  return running
}

async function tryOut(folder: string): Promise<Probe> {
  const started = monotonic()
  const problems: string[] = []
  const result: Probe = { disk: await diskOf(folder), tookMs: 0, problems }
  const place = join(folder, `probe-${ownTag()}-${Math.random().toString(36).slice(2, 10)}`)
  try {
    await mkdir(place, { mode: 0o700 })
    result.events = await tellsOfChanges(place, async () => {
      result.exclusive = await createsOnce(join(place, 'once'))
      result.rename = await renames(place)
    })
    result.clockMs = await clockDifference(join(place, 'time'))
    result.names = await namesIn(place)
  } catch (error) {
    const errno = errnoOf(error)
    result.refused = errno === 'EACCES' || errno === 'EPERM' || errno === 'EROFS'
    problems.push(result.refused ? tell`The folder cannot be written to (${errno}): make it writable for you, or choose another one with MUSTER_FOLDER.` : tell`The folder's disk could not be tried out (${errno ?? String(error)}).`)
  } finally {
    await rm(place, { recursive: true, force: true }).catch(() => undefined)
  }
  if (result.exclusive === false) problems.push(tell`This disk creates a file twice that may be created only once: locks may be granted twice.`)
  if (result.rename === false) problems.push(tell`This disk does not replace a file by renaming another over it.`)
  if (result.clockMs !== undefined && Math.abs(result.clockMs) > CLOCK) problems.push(tell`The clock of this disk differs from this machine's by ${Math.round(result.clockMs / 1000)} s.`)
  if (result.events === false) problems.push(tell`This disk tells of no changes: what others do is seen at the next regular look.`)
  result.tookMs = Math.round((monotonic() - started) * 10) / 10
  return result
}

/** @returns whether an event comes for what `change` does to a folder */
async function tellsOfChanges(folder: string, change: () => Promise<void>): Promise<boolean> {
  let watcher: FSWatcher | undefined
  let timer: NodeJS.Timeout | undefined
  try {
    const told = new Promise<boolean>((resolve) => {
      try {
        watcher = watch(folder, { persistent: false }, () => resolve(true)).on('error', () => resolve(false))
      } catch {
        resolve(false)
      }
    })
    await change()
    // What came while this process had no time is read after its timers, and before what is due at once.
    const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => setImmediate(resolve, false), ECHO)))
    return await Promise.race([told, late])
  } finally {
    clearTimeout(timer)
    watcher?.close()
  }
}

async function createsOnce(path: string): Promise<boolean> {
  await (await open(path, 'wx', 0o600)).close()
  return open(path, 'wx').then(async (second) => (await second.close(), false), (error: unknown) => errnoOf(error) === 'EEXIST')
}

async function renames(folder: string): Promise<boolean> {
  const [from, to] = [join(folder, 'from'), join(folder, 'to')]
  await writeFile(to, 'old')
  await writeFile(from, 'new')
  await rename(from, to)
  return (await readFile(to, 'utf8')) === 'new' && lookAt(from) === undefined
}

/** ms that the disk's clock is ahead of ours. */
async function clockDifference(path: string): Promise<number> {
  const before = Date.now()
  await writeFile(path, '')
  const after = Date.now()
  const { mtimeMs } = await stat(path)
  // Anywhere in between is no difference; times are kept in steps of some ms, or of 2 s on FAT.
  return Math.round(mtimeMs < before ? mtimeMs - before : mtimeMs > after ? mtimeMs - after : 0)
}

async function namesIn(folder: string): Promise<Probe['names']> {
  await copyFile(join(folder, 'once'), join(folder, 'aß\u00e9'), constants.COPYFILE_EXCL)
  const isThere = (name: string): boolean => lookAt(join(folder, name)) !== undefined
  return { letters: isThere('ass\u00e9') ? 'full' : isThere('Aß\u00e9') ? 'simple' : 'exact', forms: isThere('aße\u0301') ? 'same' : 'exact' }
}
