import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { digest } from '../../contract/testMachine.js'
import { homes, type Home } from '../../postgres/homes.js'
import { stopAfterAll } from '../../postgres/server.js'
import { openTestLedger } from './openTestLedger.js'

const PROCESSES = 8
const REPORTS = Number(process.env['MUSTER_REPORTS'] ?? 170)
const KILLS = 16

stopAfterAll()

interface Member {
  name: string
  child: ChildProcess
  stopped: boolean
}

function start(home: Home, script: string, ...args: string[]): ChildProcess {
  return fork(fileURLToPath(new URL(`./${script}.js`, import.meta.url)), args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env: { ...process.env, ...home.environment } })
}

for (const [where, turns] of [['in a folder', 'turns'], ['in a folder', 'none'], ['in PostgreSQL', 'turns']] as const) {
  describe(`8 processes on one ledger ${where}, ${turns === 'none' ? 'turn lock replaced by nothing' : 'with turns'}`, function () {
    this.timeout(0)
    let folder: string
    let home: Home

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'muster-processes-'))
      home = await homes[where]()
    })
    afterEach(() => removeFolder(folder))

    it('never grants twice and loses nothing, whoever is stopped or killed', async () => {
      const total = await makeTrouble(home, folder, turns)
      const ledger = await openTestLedger(folder, home.options)
      const seqs = new Map<string, number>()
      const held = new Map<string, number>()
      let lastToken = 0
      for await (const { stamp, ops } of ledger.history()) {
        for (const op of ops) {
          assert.ok(!seqs.has(op.key), `${op.key} applied twice`)
          seqs.set(op.key, stamp.seq)
          for (const event of op.events) {
            if (event.type === 'free') held.delete(event.resource)
            if (event.type !== 'grant') continue
            assert.ok(!held.has(event.resource), `${event.resource} granted at ${held.get(event.resource)} and again at ${stamp.seq}`)
            assert.ok(stamp.seq > lastToken, 'tokens rise')
            held.set(event.resource, (lastToken = stamp.seq))
          }
        }
      }
      let promised = 0
      for (const file of readdirSync(folder).filter((name) => name.startsWith('acknowledged-'))) {
        for (const line of readFileSync(join(folder, file), 'utf8').trim().split('\n').filter(Boolean)) {
          const [key, seq] = line.split(' ')
          assert.equal(seqs.get(key!), Number(seq), `${key} was acknowledged at ${seq}`)
          promised++
        }
      }
      assert.ok(promised > (total.reports * 25) / 3, `${promised} acknowledged`)
      const here = digest(ledger.peek())
      // What the writers themselves came to, line by line, and what who reads it all at once does.
      assert.equal(total.states.length, PROCESSES)
      for (const [i, state] of total.states.entries()) assert.equal(state, here, `writer ${i}`)
      const replays = await Promise.all(Array.from({ length: 3 }, () => once(start(home, 'replayProcess', folder), 'message')))
      for (const [there] of replays) assert.equal(there, here)
      const report = await home.verify(join(folder, '.muster'))
      assert.equal(report.ok, true, JSON.stringify(report))
      await ledger.close()
    })
  })
}

/** Tells a writer something; what it says to that. */
function answer(child: ChildProcess, what: string, field: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: Record<string, unknown>) => {
      if (field in message) resolve(message[field])
    })
    child.once('exit', (code, signal) => reject(new Error(`a writer ended with ${code ?? signal}`)))
    child.send(what)
  })
}

/** Has 8 processes write, and stops, continues and kills one whenever somebody reports progress. */
async function makeTrouble(home: Home, folder: string, turns: 'turns' | 'none'): Promise<{ reports: number; kills: number; states: unknown[] }> {
  const ledger = await openTestLedger(folder, home.options)
  const members = new Map<string, Member>()
  const freeing: Promise<unknown>[] = []
  let reports = 0
  let kills = 0
  let lives = 0
  let finish: () => void
  const finished = new Promise<void>((resolve) => (finish = resolve))

  function spawn(): void {
    const name = `p${lives++}`
    const member: Member = { name, child: start(home, 'writerProcess', folder, name, turns), stopped: false }
    members.set(name, member)
    member.child.on('message', (message: { done?: number }) => {
      if (message.done !== undefined) progress()
    })
  }

  function progress(): void {
    if (++reports >= REPORTS && kills >= KILLS) return finish()
    const all = [...members.values()]
    const sleeping = all.filter((member) => member.stopped)
    const awake = all.filter((member) => !member.stopped)
    const member = awake[Math.floor(Math.random() * awake.length)]!
    if (sleeping.length > 3 || (sleeping.length > 0 && Math.random() < 0.3)) wake(sleeping[0]!)
    else if (reports % 8 === 0) kill(member)
    else if (Math.random() < 0.4) {
      member.stopped = true
      member.child.kill('SIGSTOP')
    }
  }

  function wake(member: Member): void {
    member.stopped = false
    member.child.kill('SIGCONT')
  }

  function kill(member: Member): void {
    kills++
    members.delete(member.name)
    member.child.kill('SIGKILL')
    // What the dead one held is freed by somebody who knows that it is dead.
    const freed = once(member.child, 'exit').then(() =>
      ledger.submit({
        key: `parent:${member.name}`,
        by: 'parent',
        decide: (state) => ({ events: [...state.owners].filter(([, { owner }]) => owner === member.name).map(([resource]) => ({ type: 'free' as const, resource })) }),
      }),
    )
    freeing.push(freed)
    spawn()
  }

  for (let i = 0; i < PROCESSES; i++) spawn()
  await finished
  for (const member of members.values()) wake(member)
  const children = [...members.values()].map(({ child }) => child)
  await Promise.all(children.map((child) => answer(child, 'stop', 'stopped')))
  await Promise.all(freeing)
  const exits = children.map((child) => once(child, 'exit'))
  const states = await Promise.all(children.map((child) => answer(child, 'show', 'state')))
  for (const [code, signal] of await Promise.all(exits)) assert.deepEqual([code, signal], [0, null])
  await ledger.close()
  return { reports, kills, states }
}
