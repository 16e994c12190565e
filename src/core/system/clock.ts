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

/**
 * Windows counts its boots, in the registry. Where it does not, the time of its boot names it, which moves when the clock is set:
 * with another one it may be the same boot, so the machine is not asked for, and nobody counts as gone by that. Computers that
 * share a folder may have counted as far: each one's name belongs to it.
 */
const ASK_WINDOWS = `$b = (Get-ItemProperty 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Memory Management\\PrefetchParameters' -ErrorAction SilentlyContinue).BootId
if ($null -eq $b) { $b = (Get-CimInstance Win32_OperatingSystem).LastBootUpTime.ToUniversalTime().Ticks }
'{0}-{1}' -f $b, [Environment]::MachineName`

/** The program that names the boot in its first line, and the machine behind it, where the system has no files that do. */
const ASK: readonly [string, string[]] = process.platform === 'darwin'
  ? ['sh', ['-c', 'sysctl -n kern.bootsessionuuid || exit; ioreg -rd1 -c IOPlatformExpertDevice || true']]
  : ['powershell', ['-NoProfile', '-Command', ASK_WINDOWS]]

let named: { boot: string; machine: string } | undefined

/** What {@link ASK} answers: `ioreg` says more than was asked for. @returns machine: '' where none is named */
export function namesIn(answer: string): { boot: string; machine: string } {
  const [boot = ''] = answer.trim().split(/\r?\n/)
  return { boot: `${boot}/0`, machine: /"IOPlatformUUID" = "([^"]+)"/.exec(answer)?.[1] ?? '' }
}

/**
 * Names one run of one kernel, and the pid namespace within it: process ids and uptimes are comparable only inside.
 * The part before `/` is the kernel's. Where {@link knowBoot} was not called, finding out may take a while.
 */
export function bootId(): string {
  named ??= process.platform === 'linux' ? { boot: linuxBoot(), machine: linuxMachine() } : namesIn(execFileSync(ASK[0], ASK[1], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true }))
  return named.boot
}

/** Finds out the names of boot and machine without holding anybody up. */
export async function knowBoot(): Promise<void> {
  if (named === undefined && process.platform !== 'linux') named = namesIn((await promisify(execFile)(ASK[0], ASK[1], { encoding: 'utf8', windowsHide: true })).stdout)
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
  bootId()
  return named!.machine === '' ? '' : `${named!.machine}/${hostname()}`
}

function linuxMachine(): string {
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim()
  } catch {
    return ''
  }
}
