import { rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf } from '../core/errors.js'
import type { RunView } from '../core/model/runs.js'
import { syncFolder, unwritten, writeDurably } from './durable.js'
import type { Ground } from './ground.js'
import { files } from './layout.js'
import { formatMarker } from './marker.js'
import { readLock } from './readRun.js'
import { tailOf, writtenAt } from './reading.js'

/**
 * Marks a run that is stale, or whose process is gone, as failed: its lock becomes `.ERROR`. Renaming decides who does, and
 * whether it ended by itself meanwhile.
 * @param goesOn It is about to be gone on with: where it had been interrupted, nothing failed.
 * @returns false where there is no lock to set aside any more
 */
export async function setAside(ground: Ground, run: RunView, goesOn = false): Promise<boolean> {
  const folder = join(ground.place.base, run.run)
  const lock = await readLock(ground.place, run.run)
  if ((await writtenAt(join(folder, files.done))) !== undefined) return false
  try {
    // Where it is marked as failed already, what that says stays.
    if ((await writtenAt(join(folder, files.error))) === undefined) await rename(join(folder, files.lock), join(folder, files.error))
    else await unlink(join(folder, files.lock))
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw unwritten(folder, error)
  }
  await syncFolder(folder)
  const why = reasonOf(run)
  const counts = { ...(run.done !== undefined && { done: run.done }), ...(run.total !== undefined && { total: run.total }) }
  await writeDurably(join(folder, files.error), formatMarker({ ...lock, ...(run.agent !== undefined && { agent: run.agent }), ...counts, status: 'failed', endedAt: Date.now(), error: why }))
  if (!goesOn || run.status !== 'interrupted') await ground.logFailure(run, why, await logTail(folder))
  return true
}

function reasonOf({ pid, process, error, status, idleMinutes }: RunView): string {
  if (status === 'interrupted') return error === undefined ? 'interrupted' : /^interrupted\b/i.test(error) ? error : `interrupted: ${error}`
  if (process === 'gone') return `Process died. Last PID: ${pid}`
  return `stale: no progress for ${idleMinutes ?? 0} minutes${pid === undefined ? '' : `. Last PID: ${pid}`}`
}

/** The end of what it said went wrong, else of what it said at all. */
export async function logTail(folder: string): Promise<string> {
  for (const file of [files.errors, files.output, files.interrupted, files.progress]) {
    const text = await tailOf(folder, file)
    if (text.trim() !== '') return `${file}:\n${text}`
  }
  return ''
}
