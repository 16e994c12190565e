import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { times } from '../../counts.js'
import { checkParts, type Operation } from '../../linearizability/checker.js'
import { lockModel, type LockInput, type LockOutput } from '../../linearizability/lockModel.js'
import { homes, type Home } from '../../postgres/homes.js'
import { stopAfterAll } from '../../postgres/server.js'
import { readRecords } from './records.js'

const PROCESSES = 8
const CALLS = Number(process.env['MUSTER_CALLS'] ?? 4800)
const variants = [
  ['in a folder', 'with turns', 'real', CALLS],
  ['in a folder', 'with proper-lockfile replaced by a no-op', 'without turns', times(1600, CALLS)],
  ['in PostgreSQL', 'with turns', 'real', times(960, CALLS)],
] as const
const script = fileURLToPath(new URL('./worker.js', import.meta.url))

interface Life {
  agent: string
  file: string
  child: ChildProcess
}

type History = Operation<LockInput, LockOutput>[]

stopAfterAll()

describe('8 processes and one set of records, seen from outside', function () {
  this.timeout(0)
  let root: string

  beforeEach(() => (root = realpathSync(mkdtempSync(join(tmpdir(), 'muster-linear-')))))
  afterEach(() => removeFolder(root))

  for (const [where, how, variant, calls] of variants) it(`did everything at once, one after the other, in ${calls} calls with kill -9 among them, ${where}, ${how}`, async () => {
    const home = await homes[where]()
    const { history, kills, pending } = await record(root, home, { variant, calls, killEvery: Math.floor(calls / 24) })
    assert.ok(kills >= 15, `${kills} kills`)
    assert.ok(history.length >= calls * 0.83, `${history.length} operations`)
    assert.ok(pending > 0, 'no process was killed in the middle of a call')
    const granted = history.filter(({ input, output }) => (input.act === 'claim' || input.act === 'takeOver') && output && 'token' in output)
    const takenOver = granted.filter(({ input }) => input.act === 'takeOver')
    assert.ok(granted.length > calls / 16 && takenOver.length > calls / 480, `${granted.length} granted, ${takenOver.length} of them asked to take over`)
    assertLinearizable(history)
    const report = await home.verify(join(root, '.muster'))
    assert.equal(report.ok, true, JSON.stringify(report))
  })

  for (const where of ['in a folder', 'in PostgreSQL'] as const) it(`is found out when its ledger ${where} does not look who was first`, async () => {
    const { history } = await record(root, await homes[where](), { variant: 'broken', calls: where === 'in a folder' ? 1500 : 800, killEvery: Infinity })
    assert.ok(!checkParts(lockModel, history, ({ resource }) => resource).linearizable)
  })
})

function assertLinearizable(history: History): void {
  const verdict = checkParts(lockModel, history, ({ resource }) => resource)
  if (verdict.linearizable) return
  const lines = (operations: History): string => operations.map(({ client, input, output, invoked, responded }) => `${invoked}-${responded ?? ''} ${client} ${JSON.stringify(input)} -> ${JSON.stringify(output)}`).join('\n')
  assert.fail(`After\n${lines(verdict.explained.slice(-12))}\nnone of these can follow:\n${lines(verdict.stuckAt)}`)
}

/** Has 8 processes make so many calls, killing a random one again and again; each killed one is followed by a new one. */
async function record(root: string, home: Home, options: { variant: 'real' | 'without turns' | 'broken'; calls: number; killEvery: number }): Promise<{ history: History; kills: number; pending: number }> {
  const lives: Life[] = []
  const running = new Set<Life>()
  const deaths: { agent: string; killed: bigint; exited: Promise<bigint> }[] = []
  let calls = 0
  let finish: () => void
  const finished = new Promise<void>((resolve) => (finish = resolve))

  function spawn(): void {
    const agent = `w${lives.length}`
    const file = join(root, `${agent}.jsonl`)
    const child = fork(script, [join(root, '.muster'), agent, file, options.variant], { cwd: root, env: { ...process.env, ...home.environment } })
    const life = { agent, file, child }
    lives.push(life)
    running.add(life)
    child.on('message', (message: { calls?: number }) => {
      if (message.calls === undefined) return
      calls += 20
      if (calls >= options.calls) return finish()
      if (calls >= options.killEvery * (deaths.length + 1)) kill()
    })
    child.once('exit', (code) => {
      if (running.delete(life) && code !== 0) finish()
    })
  }

  function kill(): void {
    const all = [...running]
    const life = all[Math.floor(Math.random() * all.length)]!
    running.delete(life)
    const killed = process.hrtime.bigint()
    life.child.kill('SIGKILL')
    deaths.push({ agent: life.agent, killed, exited: once(life.child, 'exit').then(() => process.hrtime.bigint()) })
    spawn()
  }

  for (let i = 0; i < PROCESSES; i++) spawn()
  await finished
  const kills = deaths.length
  // Who ends is dead for those who still run.
  const codes = await Promise.all([...running].map(async ({ agent, child }) => {
    const exit = once(child, 'exit')
    deaths.push({ agent, killed: process.hrtime.bigint(), exited: exit.then(() => process.hrtime.bigint()) })
    child.send('stop')
    return (await exit)[0] as unknown
  }))
  assert.ok(codes.every((code) => code === 0), `ended with ${codes.join()}`)

  const history: History = lives.flatMap(({ agent, file }) => readRecords(file, agent))
  const pending = history.filter(({ responded }) => responded === undefined).length
  const resources = [...new Set(history.map(({ input }) => input.resource))]
  for (const { agent, killed, exited } of deaths) {
    const responded = await exited
    for (const resource of resources) history.push({ client: 'parent', input: { act: 'died', agent, resource }, output: { done: true }, invoked: killed, responded })
  }
  return { history, kills, pending }
}
