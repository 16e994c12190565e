import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'

/** One thing to do: a file to change, and what a person would call it. */
export interface Task {
  file: string
  title: string
  phase: string
  priority: 'P0' | 'P1' | 'P2'
  minutes: number
  /** What is added, piece by piece. */
  lines: string[]
}

/** The files that more than one agent wants come up for each of them, so that they meet. */
const plans: Record<string, Task[]> = {
  alpha: [
    { file: 'src/auth.ts', title: 'Lock accounts after five wrong codes', phase: 'Sign-in', priority: 'P0', minutes: 1, lines: ['export const maxAttempts = 5', 'const attempts = new Map<string, number>()', 'export function isLocked(name: string): boolean {\n  return (attempts.get(name) ?? 0) >= maxAttempts\n}', 'export function countWrongCode(name: string): void {\n  attempts.set(name, (attempts.get(name) ?? 0) + 1)\n}'] },
    { file: 'src/routes.ts', title: 'Route for signing out', phase: 'Sign-in', priority: 'P1', minutes: 1, lines: ['const signedIn = new Set<string>()', 'export function signOut(name: string): boolean {\n  return signedIn.delete(name)\n}', 'export const signOutPath = \'/sign-out\'', 'export const publicPaths = [signOutPath]'] },
    { file: 'test/auth.test.ts', title: 'Test wrong codes', phase: 'Sign-in', priority: 'P0', minutes: 1, lines: ["assert.ok(!login('ana', '1'))", "assert.ok(!login('', '1234'))", "assert.ok(!login('ana', ''))", "assert.ok(login('bo', '12345'))"] },
  ],
  beta: [
    { file: 'src/parcels.ts', title: 'Keep the day a parcel came in', phase: 'Parcels', priority: 'P1', minutes: 1, lines: ['export const arrived = new Map<string, Date>()', 'export function takeIn(parcel: Parcel, now: Date): void {\n  parcels.push(parcel)\n  arrived.set(parcel.id, now)\n}', 'export const daysKept = 14', 'export function isOverdue(id: string, now: Date): boolean {\n  return now.getTime() - (arrived.get(id)?.getTime() ?? now.getTime()) > daysKept * 86_400_000\n}'] },
    { file: 'src/auth.ts', title: 'Codes by text message', phase: 'Sign-in', priority: 'P1', minutes: 1, lines: ['export const codeLength = 6', 'export function newCode(random: () => number): string {\n  return String(Math.floor(random() * 10 ** codeLength)).padStart(codeLength, \'0\')\n}', 'export const codeMinutes = 10', 'export function smsText(code: string): string {\n  return `Your code is ${code}. It is good for ${codeMinutes} minutes.`\n}'] },
    { file: 'src/server.ts', title: 'Stop in good order', phase: 'Parcels', priority: 'P2', minutes: 1, lines: ['let stopping = false', 'export function stop(): void {\n  stopping = true\n}', 'export function takesRequests(): boolean {\n  return !stopping\n}', "process.once('SIGTERM', stop)"] },
  ],
  gamma: [
    { file: 'docs/api.md', title: 'Describe the new routes', phase: 'Documents', priority: 'P1', minutes: 1, lines: ['- `signOut`', '\n## Codes\n', 'A code has six digits and is good for ten minutes.', 'After five wrong codes an account is locked.'] },
    { file: 'src/auth.ts', title: 'Comment the login rules', phase: 'Documents', priority: 'P2', minutes: 1, lines: ['// A code has at least four characters.', '// Names are not told apart by case.', '// Who is locked out calls the desk.', '// Codes are never written to the log.'] },
    { file: 'README.md', title: 'How to start the service', phase: 'Documents', priority: 'P2', minutes: 1, lines: ['\n## Start\n', '`npm start` listens on port 3000.', 'Another port: `PORT=8080 npm start`.', 'Ctrl-C stops it once nobody waits.'] },
  ],
}

/** Really changes the file: one piece after the other, added or taken out again. */
export function edit(repo: string, task: Task, step: number): void {
  const file = join(repo, task.file)
  const text = readFileSync(file, 'utf8')
  const piece = `${task.lines[step] ?? ''}\n`
  writeFileSync(file, task.title.startsWith(UNDO) ? text.replace(piece, '') : text.includes(piece) ? text : text + piece)
}

const UNDO = 'Undo: '

/** An agent's tasks as they are now: what is done is there to be undone. */
export function plansOf(repo: string, agent: string): Task[] {
  return (plans[agent] ?? []).map((task) => {
    const text = readFileSync(join(repo, task.file), 'utf8')
    return task.lines.every((line) => text.includes(line)) ? { ...task, title: `${UNDO}${task.title}` } : task
  })
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

function isCommitted(repo: string, file: string): boolean {
  return execFileSync('git', ['status', '--porcelain', '--', file], { cwd: repo, encoding: 'utf8' }) === ''
}

/** Commits one file; waits for another agent that is committing at this moment. */
export function commit(repo: string, agent: string, task: Task): void {
  for (let attempt = 0; ; attempt++) {
    try {
      execFileSync('git', ['-c', `user.name=${agent}`, '-c', `user.email=${agent}@example.invalid`, 'commit', '-qm', task.title, '--', task.file], { cwd: repo, stdio: 'ignore' })
      return
    } catch (error) {
      // Somebody else's commit of the same file took it along.
      if (isCommitted(repo, task.file)) return
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
