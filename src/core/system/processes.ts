import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { errnoOf } from '../errors.js'
import type { Session } from '../model/agent.js'
import { bootId, monotonic } from './clock.js'

/** What has to be known of this process's place to judge others. */
export interface Here {
  boot: string
  machine: string
}

/** ms after which the start time of a process is asked for again: its pid may have been given to another one. */
const FRESH = 2000

/**
 * Start times of processes where the system has to be asked by running a program, which must not hold anybody up: answers
 * what is known and asks in the background. A process that is not known yet counts as living.
 */
export class ProcessTable {
  private readonly known = new Map<number, { start: string; at: number }>()
  private asking: Promise<void> | undefined
  private readonly wanted = new Set<number>()

  /** @param ask Start times of those that run, by pid. May reject. */
  constructor(private readonly ask: (pids: readonly number[]) => Promise<ReadonlyMap<number, string>>, private readonly now: () => number = monotonic) {}

  /** '' where it is not known. */
  startOf(pid: number): string {
    const known = this.known.get(pid)
    if (known === undefined || this.now() - known.at > FRESH) {
      this.wanted.add(pid)
      this.asking ??= this.askForAll()
    }
    return known?.start ?? ''
  }

  /** Resolves when something is known of these processes, or nothing can be. */
  async know(pids: readonly number[]): Promise<void> {
    for (const pid of pids) this.startOf(pid)
    await this.asking
  }

  private async askForAll(): Promise<void> {
    // What is asked for in one moment is asked for at once.
    await Promise.resolve()
    const pids = [...this.wanted]
    this.wanted.clear()
    const starts = await this.ask(pids).catch(() => new Map<number, string>())
    for (const pid of pids) this.known.set(pid, { start: starts.get(pid) ?? '', at: this.now() })
    this.asking = this.wanted.size === 0 ? undefined : this.askForAll()
    await this.asking
  }
}

const table = new ProcessTable(process.platform === 'darwin' ? askPs : askPowerShell)

/** A text with the time in it must not depend on who asks: language and time zone are those of the asking process otherwise. */
async function askPs(pids: readonly number[]): Promise<Map<number, string>> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=,lstart=', '-p', pids.join(',')], { env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } })
  return startsIn(stdout)
}

async function askPowerShell(pids: readonly number[]): Promise<Map<number, string>> {
  const script = `Get-Process -Id ${pids.join(',')} -ErrorAction SilentlyContinue | ForEach-Object { "$($_.Id) $($_.StartTime.ToUniversalTime().Ticks)" }`
  const { stdout } = await promisify(execFile)('powershell', ['-NoProfile', '-Command', script], { windowsHide: true })
  return startsIn(stdout)
}

/** Lines of a pid and a start time. */
export function startsIn(text: string): Map<number, string> {
  return new Map([...text.matchAll(/^[ \t]*(\d+)[ \t]+(\S.*?)\s*$/gm)].map(([, pid, start]) => [Number(pid), start!]))
}

/** Has the start times of these processes known to {@link processStart}, on systems where that takes a while. */
export async function knowProcesses(pids: readonly number[]): Promise<void> {
  if (process.platform !== 'linux') await table.know(pids)
}

/**
 * Start time of a process in the system's own unit, '' where it cannot be read, or is not known yet. With the pid it names
 * one process: pids are used again.
 */
export function processStart(pid: number): string {
  return process.platform === 'linux' ? (procStat(pid)?.start ?? '') : table.startOf(pid)
}

/** ms of one step of the start times that Linux tells. */
const TICK_MS = 10

/**
 * When a process began, in ms of the wall clock; undefined where the system does not tell. Reckoned from this process, whose
 * age is known: what a container is told of the machine's uptime may be made up.
 */
export function startedAt(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined
  const [start, own] = [procStat(pid)?.start, procStat(process.pid)?.start]
  return start === undefined || own === undefined ? undefined : Date.now() - process.uptime() * 1000 + (Number(start) - Number(own)) * TICK_MS
}

function procStat(pid: number): { state: string; start: string } | undefined {
  try {
    // The command name, in parentheses, may itself hold spaces and parentheses: count fields after the last one.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0] ?? '', start: fields[19] ?? '' }
  } catch {
    return undefined
  }
}

/**
 * Whether the process of a session has certainly ended. In the same boot and pid namespace: its pid is free or belongs to
 * a process that started at another time. In an earlier boot of this very machine: everything has ended. Elsewhere nobody
 * can tell, so false.
 */
export function isSessionGone(session: Pick<Session, 'pid' | 'start' | 'boot' | 'machine'>, here: Here): boolean {
  if (session.boot !== here.boot) return here.machine !== '' && session.machine === here.machine && kernelOf(session.boot) !== kernelOf(here.boot)
  return isProcessGone(session.pid, (start) => start === session.start || session.start === '')
}

/** Sessions of this process that are over, though the records cannot say so: they moved away, or could not be reached, before it was written. */
const over = new Set<string>()

/** To be said by whoever spoke in the session: its process may live on, and speak again in another one. */
export function noteOver(session: string): void {
  over.add(session)
}

/** Whether this process knows by itself that a session of its own is over. */
export function isOver(session: string): boolean {
  return over.has(session)
}

/** Remembers what was answered for each record: for one look at many, in which some are asked about several times. */
export function askedOnce<T extends object>(ask: (record: T) => boolean): (record: T) => boolean {
  const answers = new Map<T, boolean>()
  return (record) => {
    const known = answers.get(record)
    if (known !== undefined) return known
    const answer = ask(record)
    answers.set(record, answer)
    return answer
  }
}

/** @param isIts Whether a start time is that of the process that is meant. */
function isProcessGone(pid: number, isIts: (start: string) => boolean): boolean {
  if (!pidExists(pid)) return true
  // A dead process that its parent has not asked about yet keeps its pid, in a container without an init for ever.
  if (process.platform === 'linux' && /^[ZX]$/.test(procStat(pid)?.state ?? '')) return true
  const start = processStart(pid)
  return start !== '' && !isIts(start)
}

/** This process, as others may find it. */
export function ownProcess(): { pid: number; start: string } {
  return { pid: process.pid, start: processStart(process.pid) }
}

/** Names this process in names of files that it makes for a moment: `<pid>-<boot>-<start>`. */
export function ownTag(): string {
  return `${process.pid}-${short(bootId())}-${short(processStart(process.pid))}`
}

/** Whether the process that made a file is certainly gone; undefined for names without a tag, and tags of other boots and places. */
export function isTagGone(name: string): boolean | undefined {
  const [, pid, boot, start] = /(?:^|[-.])(\d+)-([0-9a-f]{8})-([0-9a-f]{8})(?:[-.]|$)/.exec(name) ?? []
  if (pid === undefined || boot !== short(bootId())) return undefined
  // Who did not know its own start yet is gone for certain only once nobody has its number.
  return isProcessGone(Number(pid), (known) => short(known) === start || start === short(''))
}

function short(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8)
}

/** The part of a boot id that names the kernel's run. */
export function kernelOf(boot: string): string {
  return boot.split('/')[0] ?? boot
}

/**
 * Whether who is heard from while we run is on another machine. Where a boot is named by its time, the machine's name behind it
 * tells: that time moves when the clock is set, and one boot would have two names.
 */
export function isElsewhere(boot: string, own: string): boolean {
  const byTime = (one: string): string | undefined => /^\d{17,}-(.+)$/.exec(kernelOf(one))?.[1]
  return kernelOf(boot) !== kernelOf(own) && (byTime(boot) === undefined || byTime(boot) !== byTime(own))
}

function pidExists(pid: number): boolean {
  const { stackTraceLimit } = Error
  // To say where it was asked costs more than to ask, and there may be ten thousand.
  Error.stackTraceLimit = 0
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return errnoOf(error) !== 'ESRCH'
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}
