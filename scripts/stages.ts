import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stopOnSignal } from './processGroup.js'
import { projectRoot } from './projectRoot.js'
import { removeFolder } from './removeFolder.js'

/** What one stage of the test run came to. */
export interface Outcome {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** What to show in the summary besides the numbers. */
  readonly note?: string
  /** What failed, and how: for the end of the output, where somebody who sees only that finds it. */
  readonly failures?: string
}

/** A stage that is one test: it passes when the program ends with 0. */
export async function check(program: string, args: readonly string[]): Promise<Outcome> {
  const code = await run(program, args)
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0, note: `ended with ${code}` }
}

/** Note where no title matched. */
const NONE = 'none selected'

/** How a stage of mocha is run. */
export interface MochaOptions {
  readonly grep?: string | undefined
  /** Tests whose title matches are left out. */
  readonly without?: string | undefined
  readonly timeoutMs: number
  readonly ownCache?: boolean
  /** Processes that share the files. What all but the first print comes when they have ended. */
  readonly processes?: number
  /** Each file has a process to itself, and so many as `processes` says run at a time: where files differ much in how long they take. */
  readonly apart?: boolean
}

/** Runs mocha on the test files below folders of `out/test`; a crash, a hang and finding no test are failures. */
export async function mocha(folders: readonly string[], options: MochaOptions): Promise<Outcome> {
  const files = folders.flatMap((folder) => testFiles(join('out', 'test', folder)))
  if (files.length === 0) return { passed: 0, failed: 1, skipped: 0, note: 'no test files' }
  const processes = Math.min(options.processes ?? 1, files.length)
  const shares = options.apart ? files.map((file) => [file]) : Array.from({ length: processes }, (_, n) => files.filter((_file, index) => index % processes === n))
  const outcomes = await inTurns(shares, processes, (share, n) => mochaProcess(share, options, n > 0 || options.apart === true))
  // Where several share the files, one of them may have nothing that was asked for.
  const notes = outcomes.flatMap((outcome) => (outcome.note === NONE && outcomes.some(({ note }) => note !== NONE) ? [] : outcome.note ?? []))
  const sum = (of: (outcome: Outcome) => number): number => outcomes.reduce((total, outcome) => total + of(outcome), 0)
  return {
    passed: sum(({ passed }) => passed), failed: sum(({ failed }) => failed), skipped: sum(({ skipped }) => skipped),
    ...(notes.length > 0 && { note: [...new Set(notes)].join('; ') }),
    failures: outcomes.map(({ failures = '' }) => failures).join(''),
  }
}

/** Does something with all, so many at a time; answers what came of each, in their order. */
async function inTurns<T, R>(all: readonly T[], atATime: number, act: (one: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const takeNext = async (): Promise<void> => {
    while (next < all.length) {
      const index = next++
      results[index] = await act(all[index]!, index)
    }
  }
  await Promise.all(Array.from({ length: atATime }, takeNext))
  return results
}

async function mochaProcess(files: readonly string[], { grep, without, timeoutMs, ownCache = true }: MochaOptions, printLater: boolean): Promise<Outcome> {
  // Also the tests' folder for temporary files: whatever a test leaves behind goes with it.
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'muster-tests-')))
  const temporary = join(scratch, 'tmp')
  mkdirSync(temporary)
  const remove = (): void => removeFolder(scratch)
  process.once('exit', remove)
  const events = join(scratch, 'events.txt')
  const failures = join(scratch, 'failures.txt')
  try {
    const code = await run(process.execPath, [
      '--enable-source-maps', join('node_modules', 'mocha', 'bin', 'mocha.js'),
      '--reporter', join(projectRoot, 'out', 'scripts', 'countingReporter.js'), '--reporter-option', `events=${events}`, '--reporter-option', `failures=${failures}`,
      '--timeout', String(timeoutMs), '--forbid-only', ...(grep === undefined ? [] : ['--grep', grep]), ...(without === undefined ? [] : ['--grep', without, '--invert']), ...files,
    ], { MUSTER_LEDGER: '', TMPDIR: temporary, TMP: temporary, TEMP: temporary, ...(ownCache && { XDG_CACHE_HOME: join(scratch, 'cache') }) }, printLater)
    const read = (file: string): string => existsSync(file) ? readFileSync(file, 'utf8') : ''
    return { ...outcomeOf(read(events).split('\n'), code, grep !== undefined), failures: read(failures) }
  } finally {
    process.off('exit', remove)
    remove()
  }
}

/** Counts a mocha run from its events, so that one which ended too early or too late is never taken for a success. */
function outcomeOf(events: readonly string[], exitCode: number | string, selected: boolean): Outcome {
  const count = (event: string): number => events.filter((line) => line === event).length
  const counted = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') }
  const failedOnce = (note: string): Outcome => ({ ...counted, failed: counted.failed + 1, note })
  if (count('end') === 0) return failedOnce(`crashed (${exitCode})`)
  if (count('lingered') > 0) return failedOnce('something is still running after the last test')
  if (counted.passed + counted.failed + counted.skipped === 0) return selected ? { ...counted, note: NONE } : failedOnce('no tests')
  if (exitCode !== 0 && counted.failed === 0) return failedOnce(`ended with ${exitCode}`)
  return counted
}

function testFiles(folder: string): string[] {
  const path = join(projectRoot, folder)
  if (!existsSync(path)) return []
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.js')).sort().map((file) => join(folder, file))
}

/** The programs of the stage under way. */
const current = new Map<ChildProcess, Promise<unknown>>()
/** How long an interrupted stage may take to clean up, in milliseconds. */
const graceMs = 30_000
/** Nothing more is started. */
let interrupted = false

/** On Ctrl-C and the like, ends the stage under way and waits until it has cleaned up after itself. */
export function endStageOnSignal(): void {
  stopOnSignal(async () => {
    interrupted = true
    const running = [...current]
    for (const [child] of running) child.kill('SIGTERM')
    const force = setTimeout(() => running.forEach(([child]) => child.kill('SIGKILL')), graceMs)
    await Promise.all(running.map(([, ended]) => ended))
    clearTimeout(force)
  })
}

/** Runs a program in the project's folder with our output, at once or when it has ended, and no input; answers its exit code or signal. */
function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, printLater = false): Promise<number | string> {
  if (interrupted) return Promise.resolve('interrupted')
  const output = printLater ? 'pipe' : 'inherit'
  const child = spawn(program, args, { cwd: projectRoot, stdio: ['ignore', output, output], env: { ...process.env, ...env } })
  const printed: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => printed.push(chunk))
  const ended = new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'no exit code'))
  }).finally(() => {
    current.delete(child)
    process.stdout.write(Buffer.concat(printed))
  })
  current.set(child, ended)
  return ended
}
