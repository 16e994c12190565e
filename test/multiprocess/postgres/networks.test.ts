import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { OpenOptions } from '../../../src/core/muster.js'
import { Actor, Cast, sleep } from '../proofs/cast.js'
import { cable, connect, disconnect, inside, machineOf, mayMakeNetworks, type Machine } from '../../postgres/networks.js'
import { Proxy } from '../../postgres/proxy.js'
import { freshSpace, stopAfterAll, testServer } from '../../postgres/server.js'

stopAfterAll()

const machines = [machineOf(1), machineOf(2)] as const
const [near, far] = machines
const script = fileURLToPath(new URL('../proofs/actor.js', import.meta.url))

/** Where no networks can be made, a proxy for each machine stands for them. */
const networks = mayMakeNetworks()

describe(`two machines, ${networks ? 'each with a network of its own' : 'each behind a proxy of its own'}, and one database`, function () {
  this.timeout(0)
  const casts: Cast[] = []
  const actors: Actor[] = []
  const relays = new Map<Machine, Proxy>()
  let address: string

  before(async () => {
    const server = await testServer()
    address = server.addressOf(freshSpace())
    for (const machine of machines) {
      if (networks) connect(machine)
      relays.set(machine, await Proxy.to(server.port, networks ? machine.host : '127.0.0.1'))
      casts.push(await Cast.at('in a folder'))
    }
  })
  after(async () => {
    for (const { child } of actors) child.kill('SIGKILL')
    for (const relay of relays.values()) await relay.close()
    for (const cast of casts) await cast.end()
    if (networks) for (const machine of machines) disconnect(machine)
  })

  /** An agent on that machine, in a folder of its own. */
  async function enter(machine: Machine, agent: string): Promise<Actor> {
    const relay = relays.get(machine)!
    const cast = casts[machines.indexOf(machine)]!
    const options: OpenOptions = { folder: cast.folder, agent, settings: { rescanSeconds: 1 } }
    const ledger = `${relay.addressOf(address).replace('127.0.0.1', networks ? machine.host : '127.0.0.1')}&sslmode=disable`
    const [program, ...way] = inside(machine)
    const place = networks ? { execPath: program, execArgv: [...way, process.execPath] } : {}
    const child = fork(script, [JSON.stringify(options)], { cwd: cast.root, env: { ...process.env, MUSTER_LEDGER: ledger }, ...place })
    const actor = new Actor(agent, child)
    actors.push(actor)
    await once(child, 'message')
    await actor.open()
    return actor
  }

  /** Takes the cable out, or puts it in again. */
  function plug(machine: Machine, state: 'up' | 'down'): void {
    if (networks) cable(machine, state)
    else relays.get(machine)!.hangs = state === 'down'
  }

  async function until(actor: Actor, isSo: (readOnly: string | undefined) => boolean): Promise<void> {
    while (!isSo((await actor.call('ledgerStatus')).readOnly?.code)) await sleep(100)
  }

  it('see each other; one that is cut off shows what it knew and refuses to write, and catches up when it is back', async () => {
    const [alpha, beta] = [await enter(near, 'alpha'), await enter(far, 'beta')]
    const held = await alpha.call('claim', 'name:build')
    assert.ok(held.ok)
    const refused = await beta.call('claim', 'name:build')
    assert.ok(!refused.ok && refused.heldBy === 'alpha')
    const mine = await beta.call('claim', 'name:docs')
    assert.ok(mine.ok)

    plug(far, 'down')
    await until(beta, (code) => code === 'DATABASE_UNUSABLE')
    assert.deepEqual(await beta.show(), ['name:build alpha', 'name:docs beta'])
    await assert.rejects(beta.call('claim', 'name:more'), (error: { code?: string }) => error.code === 'DATABASE_UNUSABLE')
    // Meanwhile, elsewhere.
    assert.ok((await alpha.call('release', 'name:build')).ok)
    const more = await alpha.call('claim', 'name:more')
    assert.ok(more.ok)
    assert.deepEqual(await beta.show(), ['name:build alpha', 'name:docs beta'], 'what was known last')

    plug(far, 'up')
    await until(beta, (code) => code === undefined)
    const theirs = await beta.call('claim', 'name:more')
    assert.ok(!theirs.ok && theirs.heldBy === 'alpha', 'nothing was kept back to be written later')
    const kept = await beta.call('checkIn', 'name:docs', { token: mine.token, progress: 50 })
    assert.ok(kept.ok)
    const free = await beta.call('claim', 'name:build')
    assert.ok(free.ok && free.token > held.token)
  })
})
