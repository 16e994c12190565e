import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { constants } from 'node:os'
import { StringDecoder } from 'node:string_decoder'
import type { Readable } from 'node:stream'
import { errnoOf } from '../core/errors.js'
import { ensureFolder, writeDurably } from './durable.js'
import { processStart } from '../core/system/processes.js'
import { startable } from '../core/system/startable.js'
import { files } from './layout.js'
import { formatMarker, parseMarker, type Marker } from './marker.js'
import { OutputLog } from './outputLog.js'
import { entryOf } from './progress.js'
import { ProgressLog } from './progressLog.js'
import { readText } from './reading.js'
import { markProgress, progressLine, writeInterrupted } from './report.js'
import { processMarks } from './runProcess.js'

/** What follows from progress (the lock of the run, renewals) is brought up to date at most so often, in ms; the last always is. */
const WRITE_MS = 1_000
/** ms that output is waited for once the process has ended: what it left running may hold on to it. */
const DRAIN_MS = 2_000
/** In which that time is counted: while this process was stopped, or had no time, the rest may have come, and is read after one step of all that time. */
const DRAIN_STEPS = 10
/** Characters of a line that are looked at. */
const LONGEST = 64 * 1024
const OWN_FIELDS = new Set(['timestamp', 'time', 'progress', 'percent', 'current', 'done', 'completed', 'total', 'eta_minutes', 'metrics', 'message'])

export interface Execution {
  command: readonly string[]
  cwd: string
  env: NodeJS.ProcessEnv
  /** The run's folder, absolute. */
  folder: string
  lock: Marker
  /** With the groups `current` and `total`, or two groups that are these. */
  pattern?: RegExp | undefined
  jsonLines: boolean
  /** Ctrl-C reaches the command by itself: both are in the foreground of a terminal. */
  inTerminal: boolean
  out(text: string): void
  err(text: string): void
  onSignal(listener: (signal: NodeJS.Signals) => void): { dispose(): void }
  /** Hears how far it is, as it is written; and every ten minutes that it runs. */
  onProgress(progress: Seen): Promise<void>
}

export interface Seen {
  done?: number
  total?: number
  percent?: number
  etaMinutes?: number
}

export interface Executed {
  /** What the command ended with; 127 where it could not be started, 128 and the signal's number where one ended it. */
  exitCode: number
  /** It was told to stop, and did not come to its end. */
  interruptedBy?: NodeJS.Signals
  /** In a line, where it failed. */
  error?: string
  metrics: Record<string, number | string | boolean>
}

/**
 * Runs a command as a run: its output goes on to where it would go, into the logs, and is read for progress. On a disk that is
 * full the command goes on, and what cannot be written is said.
 */
export async function execute(execution: Execution): Promise<Executed> {
  const { command, cwd, env, folder, lock } = execution
  await ensureFolder(join(folder, 'logs'))
  let child
  try {
    const start = startable(command, cwd, env)
    child = spawn(start.program, start.args, { ...start.options, cwd, env, stdio: ['inherit', 'pipe', 'pipe'], windowsHide: true })
  } catch (error) {
    return { exitCode: 126, error: `the command could not be started: ${error instanceof Error ? error.message : String(error)}`, metrics: {} }
  }
  const watch = new OutputWatch(execution)
  const warn = (text: string): void => execution.err(`muster: ${text}\n`)
  const logs = [new OutputLog(join(folder, files.output), warn), new OutputLog(join(folder, files.errors), warn)] as const
  const told = { signal: undefined as NodeJS.Signals | undefined }
  const signals = execution.onSignal((signal) => {
    told.signal ??= signal
    void writeInterrupted(folder, watch.last, `Interrupted by ${signal}`).catch(() => undefined)
    if (signal !== 'SIGINT' || !execution.inTerminal) child.kill(signal)
  })
  const alive = setInterval(() => void execution.onProgress(watch.last).catch(() => undefined), 10 * 60_000)
  try {
    const ended = endOf(child)
    // Before anything is waited for: what nobody reads is gone with the process.
    const drained = Promise.all([passOn(child.stdout, logs[0], execution.out, watch), passOn(child.stderr, logs[1], execution.err, watch)])
    if (child.pid !== undefined) {
      const marks = { ...lock, ...(await processMarks(child.pid)), watcher: process.pid, watcherStart: processStart(process.pid) }
      // Where it cannot be, the lock names this process, which lasts as long.
      await writeDurably(join(folder, files.lock), formatMarker(marks)).catch((error: unknown) => warn(error instanceof Error ? error.message : String(error)))
    }
    const end = await ended
    let isDrained = false
    void drained.then(() => (isDrained = true))
    for (let step = 0; step < DRAIN_STEPS && !isDrained; step++) await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, DRAIN_MS / DRAIN_STEPS).unref())])
    await watch.flush()
    const interruptedBy = end.exitCode === 0 ? undefined : told.signal
    return { ...end, metrics: watch.metrics, ...(interruptedBy && { interruptedBy }) }
  } finally {
    clearInterval(alive)
    signals.dispose()
    for (const log of [...logs, watch]) log.close()
  }
}

function endOf(child: ChildProcess): Promise<Pick<Executed, 'exitCode' | 'error'>> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ exitCode: errnoOf(error) === 'EACCES' ? 126 : 127, error: `the command could not be started: ${error.message}` }))
    child.once('exit', (code, signal) => {
      if (signal !== null) resolve({ exitCode: 128 + (constants.signals[signal] ?? 0), error: `the command was ended by ${signal}` })
      else resolve({ exitCode: code ?? 1, ...(code !== 0 && { error: `the command ended with exit code ${code}` }) })
    })
  })
}

function passOn(stream: Readable, log: OutputLog, print: (text: string) => void, watch: OutputWatch): Promise<void> {
  const decoder = new StringDecoder('utf8')
  const lines = watch.lines()
  return new Promise((resolve) => {
    stream.on('data', (chunk: Buffer) => {
      log.write(chunk)
      const text = decoder.write(chunk)
      // Whoever reads that an item is done finds it written down.
      lines.add(text)
      print(text)
    })
    stream.once('close', () => {
      lines.end()
      resolve()
    })
    stream.on('error', () => undefined)
  })
}

/**
 * Reads progress and metrics out of lines. Of each piece of output the last progress is in the log before the next piece is
 * read: what a command said it has done is not done again, whenever everything is killed.
 */
class OutputWatch {
  readonly metrics: Executed['metrics'] = {}
  last: Seen = {}
  private readonly log: ProgressLog
  /** What was seen and is not in the log; in the log as it is, without a new sign of life. */
  private unlogged = false
  private logged = ''
  private writing = Promise.resolve()
  private begun = false
  private timer: NodeJS.Timeout | undefined

  constructor(private readonly execution: Execution) {
    this.log = new ProgressLog(join(execution.folder, files.progress))
  }

  lines(): { add(text: string): void; end(): void } {
    let open = ''
    return {
      add: (text) => {
        // A bar that is drawn over and over ends in a carriage return, or begins with one: then what follows is all of it.
        const all = open + text
        const parts = all.split(/\r\n|\n|\r/)
        open = (parts.pop() ?? '').slice(-LONGEST)
        for (const line of parts) this.look(line)
        if (all.at(-open.length - 1) === '\r') this.look(open)
        this.tell()
      },
      end: () => {
        this.look(open)
        this.tell()
      },
    }
  }

  /** Brings everything up to date with the last progress. */
  async flush(): Promise<void> {
    if (this.timer === undefined) return this.writing
    clearTimeout(this.timer)
    this.write()
    await this.writing
  }

  close(): void {
    this.log.close()
  }

  private look(line: string): void {
    if (line.length > LONGEST || line.trim() === '') return
    const seen = this.byPattern(line) ?? this.byJson(line)
    if (seen === undefined) return
    this.last = seen
    this.unlogged = true
  }

  private tell(): void {
    if (!this.unlogged) return
    // A bar that is drawn anew is no item: that it still moves is written with all else.
    if (keyOf(this.last) !== this.logged) this.append()
    this.timer ??= setTimeout(() => this.write(), this.begun ? WRITE_MS : 0)
  }

  /** @returns why it could not be written: the command goes on, and it is tried again. */
  private append(): unknown {
    try {
      this.log.write(progressLine(this.execution.lock.startedAt, this.last, this.last).line)
      this.unlogged = false
      this.logged = keyOf(this.last)
      return undefined
    } catch (error) {
      return error
    }
  }

  private byPattern(line: string): Seen | undefined {
    const match = this.execution.pattern?.exec(line)
    if (!match) return undefined
    const done = Number(match.groups?.['current'] ?? match[1])
    const total = Number(match.groups?.['total'] ?? match[2])
    if (!Number.isSafeInteger(done) || done < 0) return undefined
    return { done, ...(Number.isSafeInteger(total) && total >= 0 && { total }) }
  }

  private byJson(line: string): Seen | undefined {
    if (!this.execution.jsonLines || !line.trimStart().startsWith('{')) return undefined
    let value: unknown
    try {
      value = JSON.parse(line)
    } catch {
      return undefined
    }
    const entry = entryOf(value)
    this.keepMetrics(value as Record<string, unknown>)
    return entry && { ...(entry.done !== undefined && { done: entry.done }), ...(entry.total !== undefined && { total: entry.total }), ...(entry.percent !== undefined && { percent: entry.percent }), ...(entry.etaMinutes !== undefined && { etaMinutes: entry.etaMinutes }) }
  }

  /** What is under `metrics`, and numbers beside progress. */
  private keepMetrics(value: Record<string, unknown>): void {
    const named = value['metrics']
    if (typeof named === 'object' && named !== null && !Array.isArray(named)) {
      for (const [key, one] of Object.entries(named)) if (typeof one === 'number' || typeof one === 'string' || typeof one === 'boolean') this.keep(key, one)
    }
    for (const [key, one] of Object.entries(value)) if (typeof one === 'number' && !OWN_FIELDS.has(key)) this.keep(key, one)
  }

  private keep(key: string, value: number | string | boolean): void {
    if (key !== '' && key.length <= 200 && key !== '__proto__') this.metrics[key] = typeof value === 'string' ? value.slice(0, 2_000) : value
  }

  private write(): void {
    this.timer = undefined
    this.begun = true
    const problem = this.unlogged ? this.append() : undefined
    if (problem !== undefined) this.complain(problem)
    this.writing = this.writing.then(() => this.follow(this.last))
  }

  private async follow(last: Seen): Promise<void> {
    const { folder, onProgress } = this.execution
    try {
      await this.log.sync()
      // As it is now: it names the command, or somebody has set it aside.
      const read = await readText(folder, files.lock, [])
      if (read) await markProgress(folder, parseMarker(read.text, files.lock, []), last)
      await onProgress(last)
    } catch (error) {
      this.complain(error)
    }
  }

  private complain(error: unknown): void {
    this.execution.err(`muster: progress could not be written: ${error instanceof Error ? error.message : String(error)}\n`)
  }
}

/** What makes it another item; of percentages, as they are written. */
function keyOf({ done, total, percent }: Seen): string {
  return done === undefined ? `${percent?.toFixed(1)}%` : `${done}/${total}`
}
