import { execFileSync } from 'node:child_process'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'

/** One thing to do: a file to change, and what a person would call it. */
export interface Task {
  file: string
  title: string
  phase: string
  priority: 'P0' | 'P1' | 'P2'
  minutes: number
  line: string
}

/** The files that more than one agent wants come up for each of them, so that they meet. */
export const plans: Record<string, Task[]> = {
  alpha: [
    { file: 'src/auth.ts', title: 'Lock accounts after five wrong codes', phase: 'Sign-in', priority: 'P0', minutes: 1, line: 'export const maxAttempts = 5' },
    { file: 'src/routes.ts', title: 'Route for signing out', phase: 'Sign-in', priority: 'P1', minutes: 1, line: 'export const signOut = (): void => undefined' },
    { file: 'test/auth.test.ts', title: 'Test wrong codes', phase: 'Sign-in', priority: 'P0', minutes: 1, line: "assert.ok(!login('ana', '1'))" },
  ],
  beta: [
    { file: 'src/parcels.ts', title: 'Keep the day a parcel came in', phase: 'Parcels', priority: 'P1', minutes: 1, line: 'export const arrived = new Map<string, Date>()' },
    { file: 'src/auth.ts', title: 'Codes by text message', phase: 'Sign-in', priority: 'P1', minutes: 1, line: 'export const codeLength = 6' },
    { file: 'src/server.ts', title: 'Say the port at the start', phase: 'Parcels', priority: 'P2', minutes: 1, line: '// The port is printed once the server listens.' },
  ],
  gamma: [
    { file: 'docs/api.md', title: 'Describe the new routes', phase: 'Documents', priority: 'P1', minutes: 1, line: '- `signOut`' },
    { file: 'src/auth.ts', title: 'Comment the login rules', phase: 'Sign-in', priority: 'P2', minutes: 1, line: '// A code has at least four characters.' },
    { file: 'README.md', title: 'How to start the service', phase: 'Documents', priority: 'P2', minutes: 1, line: 'Start it with `npm start`.' },
  ],
}

/** Really changes the file: takes the demo's earlier line out again when it has grown, so that it can run for hours. */
export function edit(repo: string, task: Task, step: number): void {
  const file = join(repo, task.file)
  const text = readFileSync(file, 'utf8')
  if (text.split('\n').length > 40) writeFileSync(file, text.split('\n').slice(0, 12).join('\n') + '\n')
  // A declaration that is there already may not be repeated.
  appendFileSync(file, step === 0 && !text.includes(task.line) ? `${task.line}\n` : `// step ${step}\n`)
}

/** Runs the repository's tests. @returns what is wrong, on one line; undefined when they pass */
export function check(repo: string): string | undefined {
  try {
    const { outputFiles } = buildSync({ entryPoints: [join(repo, 'test', 'auth.test.ts')], bundle: true, platform: 'node', format: 'esm', write: false, logLevel: 'silent' })
    execFileSync(process.execPath, ['--input-type=module', '-'], { cwd: repo, input: outputFiles[0]!.contents, stdio: ['pipe', 'ignore', 'pipe'] })
    return undefined
  } catch (error) {
    return /^\w*Error(?!: Command failed).*$/m.exec(String(error))?.[0] ?? 'they could not be run'
  }
}

/** Commits one file; waits for another agent that is committing at this moment. */
export function commit(repo: string, agent: string, task: Task): void {
  for (let attempt = 0; ; attempt++) {
    try {
      execFileSync('git', ['-c', `user.name=${agent}`, '-c', `user.email=${agent}@example.invalid`, 'commit', '-qm', task.title, '--', task.file], { cwd: repo, stdio: 'ignore' })
      return
    } catch (error) {
      if (attempt >= 20) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
    }
  }
}

/** Stops the loop of an agent between two steps. */
export function untilStopped(): { stopped: boolean; pause(ms: number): Promise<void> } {
  const state = { stopped: false, pause: (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms)) }
  const stop = (): void => {
    state.stopped = true
    state.pause = () => Promise.resolve()
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  return state
}
