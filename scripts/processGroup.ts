import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

const graceMs = 8_000
/** How often a script looks whether whoever started it is still there. */
const ORPHAN_MS = 1_000

/**
 * A child process in a process group of its own, so that everything it starts can be ended with it
 * and a Ctrl-C in our terminal reaches us alone.
 */
export class ProcessGroup {
  readonly child: ChildProcess
  /** Settles when the group's first process has ended; never rejects. */
  readonly exited: Promise<{ code: number | null, signal: NodeJS.Signals | null, error?: Error }>
  private stopping: Promise<void> | undefined

  constructor(command: string, args: readonly string[], options: SpawnOptions = {}) {
    this.child = spawn(command, args, { ...options, detached: process.platform !== 'win32' })
    this.exited = new Promise((resolve) => {
      this.child.once('error', (error) => resolve({ code: null, signal: null, error }))
      this.child.once('exit', (code, signal) => resolve({ code, signal }))
    })
    process.once('exit', this.endAtOnce)
  }

  /** A last resort for a caller that crashes: nobody is left to wait. */
  private readonly endAtOnce = (): void => {
    if (this.child.pid !== undefined && process.platform !== 'win32') signalGroup(this.child.pid, 'SIGTERM')
  }

  /** Ends every process of the group: politely first, by force after a few seconds. Safe to call twice. */
  stop(): Promise<void> {
    this.stopping ??= this.end().finally(() => process.off('exit', this.endAtOnce))
    return this.stopping
  }

  private async end(): Promise<void> {
    const pid = this.child.pid
    if (pid === undefined) return
    if (process.platform === 'win32') {
      spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'])
      await this.exited
      return
    }
    signalGroup(pid, 'SIGTERM')
    const forceAt = Date.now() + graceMs
    let forced = false
    while (signalGroup(pid, 0)) {
      if (!forced && Date.now() > forceAt) forced = signalGroup(pid, 'SIGKILL')
      // A killed process that nobody reaps (a container without init) stays a zombie in the group for ever.
      if (Date.now() > forceAt + graceMs) return
      await sleep(25)
    }
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal)
    return true
  } catch (error) {
    // macOS answers EPERM for a group of zombies.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH' || (error as NodeJS.ErrnoException).code === 'EPERM') return false
    throw error
  }
}

/**
 * Calls `cleanUp` once on Ctrl-C, on a polite request to end and when the terminal closes, then exits as
 * a process ended by that signal does. A second Ctrl-C does not interrupt the cleaning up.
 */
export function stopOnSignal(cleanUp: () => Promise<void>): void {
  let stopping = false
  const stop = (number: number): void => {
    if (stopping) return
    stopping = true
    void cleanUp().catch((error: unknown) => console.error(error)).finally(() => process.exit(128 + number))
  }
  for (const [signal, number] of [['SIGINT', 2], ['SIGTERM', 15], ['SIGHUP', 1]] as const) process.on(signal, () => stop(number))
  // npm that is told to end ends its shell only, and leaves what the shell had started.
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && stop(15), ORPHAN_MS).unref()
}
