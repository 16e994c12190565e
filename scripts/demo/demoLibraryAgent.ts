/** An agent of the demo that uses the library: `node demoLibraryAgent.js REPO NAME`. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { projectRoot } from '../projectRoot.js'
import { check, commit, edit, plansOf, untilStopped, type Task } from './work.js'
import type * as Library from '../../src/library.js'

const [repo, name] = process.argv.slice(2)
if (repo === undefined || name === undefined) throw new Error('usage: demoLibraryAgent.js REPO NAME')
// The published bundle, as an outside program would import it.
const { open } = (await import(pathToFileURL(join(projectRoot, 'dist', 'index.mjs')).href)) as typeof Library

const run = untilStopped()
const m = await open({ root: repo, agent: name, role: 'executor', client: 'demo', model: 'script' })
await m.startup()

for (let round = 0; !run.stopped; round++) {
  const task = await nextTask()
  if (round === 1 && name === 'beta') {
    await m.logDecision({ category: 'security', title: 'Codes of six digits', context: 'Four digits are guessed in minutes.', decision: 'Send six digits.', alternatives: ['Eight letters', 'A link'], consequences: ['Old codes stop working'], impact: 'medium' })
  }
  if (round === 2 && name === 'alpha') await m.sendMessage({ to: 'ana', kind: 'help', subject: 'Which port in production?', body: 'The config has 3000 and 8080. I go on with the tests meanwhile.' })
  if (task !== undefined) await work(task)
  await run.pause(1500)
}
await m.close()

/** Takes the next task that is this agent's; plans anew when there is none. */
async function nextTask(): Promise<(Task & { id: string }) | undefined> {
  const plan = plansOf(repo!, name!)
  const next = await m.nextTask()
  const task = next.ok ? plan.find(({ title }) => title === next.task.title) : undefined
  if (next.ok && task && (await m.startTask(next.task.id)).ok) return { ...task, id: next.task.id }
  for (const { title, file, priority, phase } of plan) await m.addTask({ title, resources: [file], priority, phase, assignee: name })
  return undefined
}

/** What running the tests says; the time of a success is told to the others. */
async function verdict(): Promise<string> {
  const problem = check(repo!)
  if (problem !== undefined) {
    await m.logError({ kind: 'code_error', message: `Tests fail: ${problem}`, resource: 'test/auth.test.ts' })
    return `Tests fail: ${problem}`
  }
  await m.checkIn(null, { lastTest: new Date().toISOString() })
  return 'Tests pass'
}

async function work(task: Task & { id: string }): Promise<void> {
  await m.checkIn(null, { status: 'working', currentTask: task.title, progress: 0 })
  const held = await m.claim(task.file, { estimatedMinutes: task.minutes, note: task.title })
  if (!held.ok) {
    if (held.heldBy !== undefined) await m.askForRelease(task.file, `I need ${task.file} for: ${task.title}`)
    await m.checkIn(null, { status: 'waiting', waitingFor: held.heldBy === undefined ? [] : [held.heldBy] })
    const granted = await m.claim(task.file, { wait: true, timeoutMinutes: 1, estimatedMinutes: task.minutes, note: task.title })
    if (!granted.ok) return
    await m.checkIn(null, { status: 'working', waitingFor: [] })
  }
  for (let step = 0; step < 4 && !run.stopped; step++) {
    edit(repo!, task, step)
    await m.checkIn(task.file, { progress: 25 * (step + 1), message: step === 3 ? await verdict() : `${task.title} (${step + 1} of 4)` })
    await run.pause(3000)
    for (const message of await m.readMessages({ unread: true })) {
      if (message.about?.act === 'ask') await m.reply(message.id, 'Nearly done, you are next.')
    }
  }
  commit(repo!, name!, task)
  await m.completeTask(task.id)
  await m.release(task.file, { message: task.title })
  const other = name === 'alpha' ? 'beta' : 'alpha'
  await m.sendMessage({ to: other, subject: `Done: ${task.title}`, body: `${task.file} is committed and free.` })
}
