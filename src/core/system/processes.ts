import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { errnoOf } from '../errors.js'
import type { Session } from '../model/agent.js'

/** What has to be known of this process's place to judge others. */
export interface Here {
  boot: string
  machine: string
}

/**
 * Start time of a process in the system's own unit, '' where it cannot be read. With the pid it names one process: pids are
 * used again.
 */
export function processStart(pid: number): string {
  try {
    if (process.platform === 'linux') {
      // The command name, in parentheses, may itself hold spaces and parentheses: count fields after the last one.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
    }
    if (process.platform === 'darwin') return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    const script = `(Get-Process -Id ${pid}).StartTime.Ticks`
    return execFileSync('powershell', ['-NoProfile', '-Command', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return ''
  }
}

/**
 * Whether the process of a session has certainly ended. In the same boot and pid namespace: its pid is free or belongs to
 * a process that started at another time. In an earlier boot of this very machine: everything has ended. Elsewhere nobody
 * can tell, so false.
 */
export function isSessionGone(session: Pick<Session, 'pid' | 'start' | 'boot' | 'machine'>, here: Here): boolean {
  if (session.boot !== here.boot) return here.machine !== '' && session.machine === here.machine && kernelOf(session.boot) !== kernelOf(here.boot)
  if (!pidExists(session.pid)) return true
  const start = processStart(session.pid)
  return start !== '' && session.start !== '' && start !== session.start
}

function kernelOf(boot: string): string {
  return boot.split('/')[0] ?? boot
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return errnoOf(error) !== 'ESRCH'
  }
}
