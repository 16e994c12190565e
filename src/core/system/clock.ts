import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname, uptime } from 'node:os'
import type { Clock } from '../ledger/port.js'

/** The clocks of this machine. `uptime` counts sleep; `monotonic` is for waits within this process. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    uptime: () => Math.round(uptime() * 1000),
    boot: bootId(),
    monotonic: () => performance.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  }
}

/**
 * Names one run of one kernel, and the pid namespace within it: process ids and uptimes are comparable only inside.
 * The part before `/` is the kernel's.
 */
export function bootId(): string {
  if (process.platform === 'linux') {
    const kernel = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const namespace = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0'
    return `${kernel}/${namespace}`
  }
  if (process.platform === 'darwin') return `${run('sysctl', ['-n', 'kern.bootsessionuuid'])}/0`
  return `${run('powershell', ['-NoProfile', '-Command', '(Get-CimInstance Win32_OperatingSystem).LastBootUpTime.Ticks'])}/0`
}

/** Names this machine across boots; the host name where the system keeps no id. */
export function machineId(): string {
  if (process.platform !== 'linux') return hostname()
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim() || hostname()
  } catch {
    return hostname()
  }
}

function run(command: string, args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
}
