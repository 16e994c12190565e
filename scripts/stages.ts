import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stopOnSignal } from './processGroup.js'
import { projectRoot } from './projectRoot.js'

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

/** Runs mocha on the test files below folders of `out/test`, but for tests whose title matches `without`; a crash, a hang and finding no test are failures. */
export async function mocha(folders: readonly string[], { grep, without, timeoutMs, ownCache = true }: { grep?: string, without?: string, timeoutMs: number, ownCache?: boolean }): Promise<Outcome> {
  const files = folders.flatMap((folder) => testFiles(join('out', 'test', folder)))
  if (files.length === 0) return { passed: 0, failed: 1, skipped: 0, note: 'no test files' }
  // Also the tests' folder for temporary files: whatever a test leaves behind goes with it.
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'muster-tests-')))
  const temporary = join(scratch, 'tmp')
  mkdirSync(temporary)
  const remove = (): void => rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  process.once('exit', remove)
  const events = join(scratch, 'events.txt')
  const failures = join(scratch, 'failures.txt')
  try {
    const code = await run(process.execPath, [
      '--enable-source-maps', join('node_modules', 'mocha', 'bin', 'mocha.js'),
      '--reporter', join(projectRoot, 'out', 'scripts', 'countingReporter.js'), '--reporter-option', `events=${events}`, '--reporter-option', `failures=${failures}`,
      '--timeout', String(timeoutMs), '--forbid-only', ...(grep === undefined ? [] : ['--grep', grep]), ...(without === undefined ? [] : ['--grep', without, '--invert']), ...files,
    ], { MUSTER_LEDGER: '', TMPDIR: temporary, TMP: temporary, TEMP: temporary, ...(ownCache && { XDG_CACHE_HOME: join(scratch, 'cache') }) })
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
  if (counted.passed + counted.failed + counted.skipped === 0) return selected ? { ...counted, note: 'none selected' } : failedOnce('no tests')
  if (exitCode !== 0 && counted.failed === 0) return failedOnce(`ended with ${exitCode}`)
  return counted
}

function testFiles(folder: string): string[] {
  const path = join(projectRoot, folder)
  if (!existsSync(path)) return []
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.js')).sort().map((file) => join(folder, file))
}

/** The program of the stage under way. */
let current: { child: ChildProcess, ended: Promise<unknown> } | undefined
/** How long an interrupted stage may take to clean up, in milliseconds. */
const graceMs = 30_000

/** On Ctrl-C and the like, ends the stage under way and waits until it has cleaned up after itself. */
export function endStageOnSignal(): void {
  stopOnSignal(async () => {
    if (!current) return
    const { child, ended } = current
    child.kill('SIGTERM')
    const force = setTimeout(() => child.kill('SIGKILL'), graceMs)
    await ended
    clearTimeout(force)
  })
}

/** Runs a program in the project's folder with our output and no input; answers its exit code or signal. */
function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number | string> {
  const child = spawn(program, args, { cwd: projectRoot, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } })
  const ended = new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'no exit code'))
  })
  current = { child, ended }
  return ended
}
