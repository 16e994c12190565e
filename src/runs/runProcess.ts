import { hostname } from 'node:os'
import { bootId } from '../core/system/clock.js'
import { isSessionGone, kernelOf, knowProcesses, processStart, startedAt } from '../core/system/processes.js'
import type { Marker } from './marker.js'
import type { ProcessState } from './status.js'

/** A process may look this much younger than what it wrote, in ms: clocks of file systems are coarse. */
const COARSE_MS = 5_000

/**
 * What has become of the process of a run. One on another machine, or in another container, nobody here can judge. Its start
 * time is compared where the lock tells it; where it does not, a process that began after the last sign of the run is
 * another one with the same number.
 * @param lastSign ms, when the run last wrote its lock or progress
 */
export async function processOf({ pid, host, boot, processStart: start, watcher, watcherStart = '' }: Marker, lastSign: number, platform = process.platform): Promise<ProcessState> {
  if (pid === undefined) return 'unknown'
  if (boot !== undefined) {
    // On Windows another boot may be this one, by another name.
    if (boot !== bootId()) return platform !== 'win32' && host === hostname() && kernelOf(boot) !== kernelOf(bootId()) ? 'gone' : 'elsewhere'
  } else if (host !== undefined && host !== hostname()) {
    return 'elsewhere'
  }
  await knowProcesses(watcher === undefined ? [pid] : [pid, watcher])
  const isGone = (one: number, began: string): boolean => isSessionGone({ pid: one, start: began, boot: bootId(), machine: '' }, { boot: bootId(), machine: '' })
  // The command has ended, and its results are being written.
  if (watcher !== undefined && !isGone(watcher, watcherStart)) return 'running'
  if (isGone(pid, start ?? '')) return 'gone'
  const began = start === undefined || start === '' ? startedAt(pid) : undefined
  return began !== undefined && began > lastSign + COARSE_MS ? 'gone' : 'running'
}

/** What names this machine's process in a lock. */
export async function processMarks(pid: number): Promise<Pick<Marker, 'pid' | 'processStart' | 'boot' | 'host'>> {
  await knowProcesses([pid])
  return { pid, processStart: processStart(pid), boot: bootId(), host: hostname() }
}
