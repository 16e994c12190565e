import assert from 'node:assert/strict'
import { createMemoryDisk } from '../../../src/core/ledger/memory/memoryLedger.js'
import { alertOf } from '../../../src/vscode/alert.js'
import { Toasts } from '../../../src/vscode/toasts.js'
import { ToldLog } from '../../../src/vscode/toldLog.js'
import { Host, SimProcess, type Surroundings } from '../../simulation/machine.js'
import { Scheduler } from '../../simulation/scheduler.js'
import { Random } from '../ledger/simulation/random.js'

const AGENTS = 20
const HOUR = 60 * 60_000

describe('an hour of 20 agents on two machines, on simulated time', function () {
  this.timeout(0)

  it('shows nobody alive as gone, and each message in one toast at most', async () => {
    const random = new Random(23)
    const scheduler = new Scheduler(random)
    const world: Surroundings = { scheduler, random, disk: createMemoryDisk(), processes: new Map(), order: 0 }
    const hosts = [new Host('h1'), new Host('h2')]
    const background: Promise<unknown>[] = []
    const failures: unknown[] = []
    const later = (ms: number, process: SimProcess | undefined, run: () => Promise<unknown> | void): void =>
      scheduler.after(ms, process, () => void Promise.resolve(run()).catch((error: unknown) => failures.push(error)))

    const agents: SimProcess[] = []
    let person: SimProcess | undefined
    const toasts: string[][] = []
    let toast: Toasts | undefined
    let asked = 0
    let looks = 0

    /** Some think for long and say nothing; some do one thing after the other. */
    async function work(agent: SimProcess, index: number): Promise<void> {
      for (;;) {
        await agent.sleep(random.below(index % 4 === 0 ? 12 * 60_000 : 60_000))
        const resource = `f${random.below(30)}.ts`
        agent.works()
        const claimed = await agent.muster.claim(resource, { minutes: 2 + random.below(20) })
        if (!claimed.ok) {
          await agent.muster.askForRelease(resource, 'please')
          continue
        }
        await agent.sleep(random.below(5 * 60_000))
        agent.works()
        await agent.muster.checkIn(resource, { progress: 50 })
        if (random.chance(0.4)) {
          asked++
          await agent.muster.requestHelp('maria', { subject: `${agent.name} ${asked}` })
        }
        await agent.sleep(random.below(60_000))
        await agent.muster.release(resource)
      }
    }

    async function look(): Promise<void> {
      const viewer = agents[random.below(AGENTS)]!
      looks++
      for (const agent of await viewer.muster.listAgents()) assert.notEqual(agent.presence, 'gone', `${agent.id} at ${scheduler.now} ms, seen by ${viewer.name}`)
      for (const claim of await viewer.muster.listClaims()) assert.notEqual(claim.presence, 'gone', `${claim.resource} at ${scheduler.now} ms`)
      later(10_000, undefined, look)
    }

    later(0, undefined, async () => {
      person = await SimProcess.start({ name: 'maria', kind: 'person', host: hosts[0]!, attached: true }, world)
      for (let i = 0; i < AGENTS; i++) agents.push(await SimProcess.start({ name: `p${i}`, kind: 'agent', host: hosts[i % 2]!, attached: true }, world))
      // An agent whose machine is not this one is known by what it says alone.
      agents.forEach((agent, index) => background.push(work(agent, index).catch((error: unknown) => failures.push(error))))
      later(1000, undefined, look)
      const told = new ToldLog(undefined, () => scheduler.now, (error) => failures.push(error))
      toast = new Toasts({
        pending: () => person!.muster.state().messages.filter((message) => message.unread).flatMap((message) => alertOf(message, () => true) ?? []),
        told: () => told,
        show: (alerts) => void toasts.push(alerts.map(({ id }) => id)),
        every: () => 5 * 60_000,
        now: () => scheduler.now,
        later: (ms, act) => {
          let off = false
          scheduler.after(ms, undefined, () => off || act())
          return () => (off = true)
        },
      })
      person.muster.onDidChange(() => toast!.look())
      // She is away for long, and reads everything now and then.
      const read = async (): Promise<void> => {
        person!.works()
        await person!.muster.readMessages({ unread: true })
        later(20 * 60_000, undefined, read)
      }
      later(17 * 60_000, undefined, read)
    })
    while (failures.length === 0 && (await scheduler.step(HOUR)));
    toast!.dispose()

    assert.deepEqual(failures, [])
    const shown = toasts.flat()
    assert.equal(new Set(shown).size, shown.length, 'a message was in two toasts')
    assert.ok(toasts.length >= 5 && toasts.length <= 13, `${toasts.length} toasts`)
    assert.ok(asked > 50 && shown.length > 30 && looks > 300, JSON.stringify({ asked, shown: shown.length, looks }))
  })
})
