/** An agent of the demo that only has a command line: `node demoShellAgent.js REPO NAME`. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { projectRoot } from '../projectRoot.js'
import { commit, edit, plansOf, untilStopped, type Task } from './work.js'

const [repo, name] = process.argv.slice(2)
if (repo === undefined || name === undefined) throw new Error('usage: demoShellAgent.js REPO NAME')

const run = untilStopped()
await muster('startup')
while (!run.stopped) {
  const plan = plansOf(repo, name)
  const next = (await answer('task', 'next')).task
  const task = plan.find(({ title }) => title === next?.title)
  if (next && task && (await muster('task', 'start', next.id)) === 0) {
    await work(task)
    await muster('task', 'done', next.id)
  } else {
    for (const { title, file, priority, phase } of plan) await muster('task', 'add', '--title', title, '--resource', file, '--priority', priority, '--phase', phase, '--assignee', name)
  }
  await run.pause(2500)
}

/** @returns the command's exit code: 0 done, 1 refused */
function muster(...args: string[]): Promise<number> {
  const child = spawn(process.execPath, [join(projectRoot, 'dist', 'cli.mjs'), ...args, '--agent', name!], { cwd: repo, stdio: 'ignore' })
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
}

/** What a command says, as programs get it. */
async function answer(...args: string[]): Promise<{ task?: { id: string; title: string } }> {
  const child = spawn(process.execPath, [join(projectRoot, 'dist', 'cli.mjs'), ...args, '--json', '--agent', name!], { cwd: repo, stdio: ['ignore', 'pipe', 'ignore'] })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  await new Promise((resolve) => child.once('close', resolve))
  return JSON.parse(text) as { task?: { id: string; title: string } }
}

async function work(task: Task): Promise<void> {
  await muster('check-in', '--status', 'working', '--message', task.title, '--progress', '0')
  if ((await muster('claim', task.file, '--minutes', '5', '--note', task.title, '--wait', '--timeout', '60')) !== 0) return
  for (let step = 0; step < 4 && !run.stopped; step++) {
    edit(repo!, task, step)
    await muster('check-in', task.file, '--progress', String(25 * (step + 1)), '--message', `${task.title} (${step + 1} of 4)`)
    await run.pause(2500)
  }
  await muster('inbox', '--unread')
  commit(repo!, name!, task)
  await muster('release', task.file, '--message', task.title)
  await muster('send', '--to', 'alpha', '--subject', `Done: ${task.title}`, '--body', `${task.file} is free.`)
}
