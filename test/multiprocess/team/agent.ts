import { execFileSync } from 'node:child_process'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { handsInLibrary, handsOnShell, handsOverMcp, type Hands, type Task } from './hands.js'

/*
 * A scripted agent. Does tasks until it is told to finish: starts one, locks its files, adds a line to each, commits, lets go,
 * completes it. Writes down when it begins and ends to edit a file, by the clock all processes share.
 */

const [kind = '', name = '', root = '', journal = ''] = process.argv.slice(2)
const colleagues = ['mcp-1', 'mcp-2', 'mcp-3', 'lib-1'].filter((one) => one !== name)

let finishing = false
let done = 0
createInterface({ input: process.stdin }).on('line', () => (finishing = true))
const folder = join(root, '.muster')
const hands: Hands = kind === 'mcp' ? await handsOverMcp(root, name) : kind === 'lib' ? await handsInLibrary(folder, root, name) : handsOnShell(root)

const left = await hands.begin()
for (const id of left.tasks) {
  const task = await hands.task(id)
  if (task) await work(task)
}
// What else it held is of tasks that others took up since: they wait for it.
if (left.files.length > 0) await hands.release(left.files)
while (!finishing) {
  await hands.acknowledge()
  const task = await hands.next()
  if (task === undefined) await sleep(200)
  else await work(task)
}
process.exit(0)

async function work({ id, resources: files }: Task): Promise<void> {
  // Somebody else may have been faster, or have gone on with what this agent began before it was killed.
  if (!(await hands.start(id))) return
  let token: number | undefined
  while (token === undefined) token = (await hands.claim(files, false)) ?? (await hands.claim(files, true))
  note('begin', files, token)
  // What is not committed was left by somebody who is gone.
  const before = files.map((file) => git('show', `HEAD:${file}`))
  const line = `// ${id}\n`
  files.forEach((file, index) => writeFileSync(join(root, file), `${before[index]!}// half`))
  // As long as a change takes: the quick ones must not do it all, and kills should meet edits.
  await sleep(300 * Math.random())
  if (!(await hands.checkIn(files[0]!, token))) throw new Error(`${name} lost ${files[0]} in the middle of it`)
  // A killed agent may have committed and not said so.
  files.forEach((file, index) => writeFileSync(join(root, file), before[index]!.includes(line) ? before[index]! : `${before[index]!}${line}`))
  await commit(id, files)
  note('end', files, token)
  await hands.release(files, token)
  done++
  // Before the task counts as done: who looks whether all is done and answered must know of it.
  if (done % 3 === 0) await hands.send(colleagues[done % colleagues.length]!, `${id} is done by ${name} (${process.pid})`)
  await hands.complete(id)
}

/** Commits of others hold git's own lock for a moment. */
async function commit(id: string, files: readonly string[]): Promise<void> {
  for (let tries = 1; ; tries++) {
    if (git('status', '--porcelain', '--', ...files) === '') return
    try {
      return void git('commit', '--quiet', '--message', id, '--only', '--', ...files)
    } catch (error) {
      if (tries > 200) throw error
      await sleep(20 + 80 * Math.random())
    }
  }
}

function git(...args: string[]): string {
  return execFileSync('git', ['--no-optional-locks', ...args], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

function note(what: 'begin' | 'end', files: readonly string[], token: number): void {
  appendFileSync(journal, files.map((file) => `${JSON.stringify({ what, file, token, pid: process.pid, at: Number(process.hrtime.bigint()) })}\n`).join(''))
}
