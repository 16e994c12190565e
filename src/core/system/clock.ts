import { execFile, execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname, uptime } from 'node:os'
import { promisify } from 'node:util'
import type { Clock } from '../ledger/port.js'

/** ms since this process began, unmoved by the wall clock. As `performance.now()`, whose module takes a millisecond to load. */
export function monotonic(): number {
  return process.uptime() * 1000
}

/** The clocks of this machine. `uptime` counts sleep; `monotonic` is for waits within this process. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    uptime: steadyUptime(),
    boot: bootId(),
    monotonic,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  }
}

/**
 * Uptime in ms. Asking the system costs as much as a small write, so within a twentieth of a second the answer is carried on
 * by this process's own clock, unless the wall clock says that the machine slept meanwhile.
 */
function steadyUptime(): () => number {
  let known = { uptime: 0, steady: Number.NEGATIVE_INFINITY, wall: 0 }
  return () => {
    const [steady, wall] = [monotonic(), Date.now()]
    const passed = steady - known.steady
    if (passed > 50 || Math.abs(wall - known.wall - passed) > 20) known = { uptime: uptime() * 1000, steady, wall }
    return Math.round(known.uptime + steady - known.steady)
  }
}

/** The program that names the boot, where the system has no file that does. */
const ASK: readonly [string, string[]] = process.platform === 'darwin'
  ? ['sysctl', ['-n', 'kern.bootsessionuuid']]
  : ['powershell', ['-NoProfile', '-Command', '(Get-CimInstance Win32_OperatingSystem).LastBootUpTime.ToUniversalTime().Ticks']]

let boot: string | undefined

/**
 * Names one run of one kernel, and the pid namespace within it: process ids and uptimes are comparable only inside.
 * The part before `/` is the kernel's. Where {@link knowBoot} was not called, finding out may take a while.
 */
export function bootId(): string {
  boot ??= process.platform === 'linux' ? linuxBoot() : `${execFileSync(ASK[0], ASK[1], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()}/0`
  return boot
}

/** Finds out the boot id without holding anybody up. */
export async function knowBoot(): Promise<void> {
  if (boot === undefined && process.platform !== 'linux') boot = `${(await promisify(execFile)(ASK[0], ASK[1], { encoding: 'utf8' })).stdout.trim()}/0`
}

function linuxBoot(): string {
  const kernel = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  const namespace = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0'
  return `${kernel}/${namespace}`
}

/**
 * Names this machine across boots: its id and host name, since images that were copied share the id. '' where the system keeps
 * none; then nothing can be said of an earlier boot.
 */
export function machineId(): string {
  if (process.platform !== 'linux') return ''
  try {
    const id = readFileSync('/etc/machine-id', 'utf8').trim()
    return id === '' ? '' : `${id}/${hostname()}`
  } catch {
    return ''
  }
}
