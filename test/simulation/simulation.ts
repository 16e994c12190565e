import { hostname } from 'node:os'
import { isMusterError } from '../../src/core/errors.js'
import { createMemoryDisk, openMemoryLedger } from '../../src/core/ledger/memory/memoryLedger.js'
import type { Commit, Ledger } from '../../src/core/ledger/port.js'
import type { Event } from '../../src/core/model/events.js'
import { resourceKey } from '../../src/core/model/resource.js'
import { claimsOf } from '../../src/core/rules/conflicts.js'
import { machine } from '../../src/core/state/machine.js'
import type { State } from '../../src/core/state/state.js'
import { Random } from '../unit/ledger/simulation/random.js'
import { Inboxes } from './inboxes.js'
import { Host, resourceOf, SimProcess, type Surroundings } from './machine.js'
import { Scheduler } from './scheduler.js'
import { Truth, Violation } from './truth.js'

/** What one history came to; the numbers show that it was a hard one. */
export interface SimulationOutcome {
  seed: number
  commits: number
  operations: number
  kills: number
  pauses: number
  clockSteps: number
  grants: number
  queued: number
  takeOvers: number
  oldTokens: number
  messages: number
  violation?: string
  /** What happened, where asked for. */
  trace: string[]
}

const RESOURCES = ['a.ts', 'd/', 'd/a.ts', 'd/*.ts', 'port:1']
const AGENTS = 5
/** ms of simulated time with faults, and after it: more than the longest lease, grace and reload. */
const LENGTH = 6 * 60_000
const WRONG = [15_000, -15_000, 3_600_000, -3_600_000, 45 * 365 * 86_400_000, -45 * 365 * 86_400_000]

/** One history of several machines with the real coordinator on one memory ledger: what happens when is the seed's. */
export class Simulation {
  private readonly random: Random
  private readonly scheduler: Scheduler
  private readonly world: Surroundings
  private readonly hosts = [new Host('h1'), new Host('h2')]
  private readonly truth: Truth
  private readonly inboxes = new Inboxes()
  private readonly fresh: Commit<Event>[] = []
  private observer!: Ledger<State, Event>
  private failure: Error | undefined
  private readonly outcome: SimulationOutcome
  private ending = false
  private readonly aliases = new Map<string, string>()

  constructor(seed: number, private readonly traced = false) {
    this.random = new Random(seed * 7919 + 3)
    this.scheduler = new Scheduler(this.random)
    this.world = { scheduler: this.scheduler, random: this.random, disk: createMemoryDisk(), processes: new Map(), order: 0 }
    this.truth = new Truth(this.world)
    this.outcome = { seed, commits: 0, operations: 0, kills: 0, pauses: 0, clockSteps: 0, grants: 0, queued: 0, takeOvers: 0, oldTokens: 0, messages: 0, trace: [] }
  }

  async run(): Promise<SimulationOutcome> {
    this.observer = await openMemoryLedger({ disk: this.world.disk, machine, clock: observerClock, watch: false })
    this.observer.onDidAdvance((commits) => this.fresh.push(...commits))
    for (const host of this.hosts) if (this.random.chance(0.4)) host.wrong = this.pick(WRONG)
    for (let i = 0; i < AGENTS; i++) this.scheduler.after(this.random.below(5000), undefined, () => this.live(`p${i}`))
    this.scheduler.after(this.random.below(20_000), undefined, () => this.fault())
    this.scheduler.after(this.random.below(20_000), undefined, () => this.command())
    try {
      await this.play(LENGTH)
      this.ending = true
      await this.end()
    } catch (error) {
      if (!(error instanceof Violation)) throw error
      this.outcome.violation = `at ${this.scheduler.now} ms: ${error.message}`
    }
    return this.outcome
  }

  private async play(until: number): Promise<void> {
    while (await this.scheduler.step(until)) {
      const before = this.world.disk.lines.length
      if (this.failure) throw this.failure
      this.check()
      if (this.world.disk.lines.length > before) throw new Error('looking wrote something')
    }
    if (this.failure) throw this.failure
  }

  private check(): void {
    if (this.observer.status().head === this.seen() && !this.random.chance(0.05)) return
    this.observer.poll()
    for (const commit of this.fresh.splice(0)) {
      this.outcome.commits++
      this.note('ledger', () => `${commit.stamp.seq} ${JSON.stringify(commit.ops.map((op) => [op.by, ...op.events]))}`)
      for (const { events } of commit.ops) {
        for (const event of events) {
          if (event.type === 'claim.granted') this.outcome.grants++
          if (event.type === 'wait.queued') this.outcome.queued++
          if (event.type === 'claim.ended' && event.how === 'taken') this.outcome.takeOvers++
        }
      }
      this.truth.take(commit)
      this.wakeWatchers()
    }
    const viewer = this.pick([...this.world.processes.values()])
    if (viewer?.running && viewer.attached) this.truth.look(viewer)
  }

  /** Lines on the disk that the observer has not read differ from those it has. */
  private seen(): number {
    return this.lines === this.world.disk.lines.length ? this.observer.status().head : ((this.lines = this.world.disk.lines.length), -1)
  }
  private lines = 0

  /** File events: late, and now and then lost. */
  private wakeWatchers(): void {
    for (const process of this.world.processes.values()) {
      if (process.attached && !process.dead && this.random.chance(0.8)) this.scheduler.after(this.random.below(100), process, () => process.ledger.poll())
    }
  }

  /** Has an agent come, work until it is killed or leaves, and come again. */
  private live(name: string): void {
    if (this.ending) return
    const host = this.pick(this.hosts)
    if (host.asleepUntil > this.scheduler.now) return this.scheduler.after(host.asleepUntil - this.scheduler.now, undefined, () => this.live(name))
    const again = (): void => this.scheduler.after(1000 + this.random.below(60_000), undefined, () => this.live(name))
    // Some die while they join.
    this.background(this.start(name, host, true).then(async (process) => {
      this.scheduler.after(this.random.below(5 * 60_000), undefined, () => {
        if (process.dead) return
        process.kill()
        this.outcome.kills++
        this.note(name, () => 'killed')
        again()
      })
      await this.work(process)
      again()
    }, (error: unknown) => {
      if (!isMusterError(error) || error.code !== 'AGENT_IN_USE') throw error
      again()
    }))
  }

  private async start(name: string, host: Host, attached: boolean): Promise<SimProcess> {
    const process = await SimProcess.start({ name, kind: name === 'p0' ? 'person' : 'agent', host, attached }, this.world)
    this.note(name, () => `started on ${host.name}, clock wrong by ${host.wrong} ms`)
    return process
  }

  private async work(process: SimProcess): Promise<void> {
    const tokens = new Map<string, number>()
    for (;;) {
      await process.sleep(this.random.below(this.random.chance(0.15) ? 150_000 : 9_000))
      if (this.random.chance(0.02)) {
        await this.close(process, this.random.chance(0.5))
        return
      }
      const both = this.random.chance(0.15)
      await Promise.all([this.act(process, tokens), both ? this.act(process, tokens) : undefined])
    }
  }

  private async close(process: SimProcess, reload: boolean): Promise<void> {
    this.note(process.name, () => (reload ? 'reloads' : 'closes'))
    await process.muster.close({ reload })
    process.kill()
  }

  private async act(process: SimProcess, tokens: Map<string, number>): Promise<void> {
    const { muster, name } = process
    const resource = this.pick(RESOURCES)
    const token = tokens.get(resource)
    const what = this.random.next()
    this.outcome.operations++
    // What decides something is work, from the moment it is asked for; only looking is not.
    if (what < 0.65 || what >= 0.95) process.works()
    if (what < 0.4) await this.claim(process, resource, tokens)
    else if (what < 0.55) await muster.release(resource, token !== undefined && this.random.chance(0.7) ? { token } : {})
    else if (what < 0.65) await muster.checkIn(this.random.chance(0.3) ? null : resource, this.random.chance(0.5) ? { progress: 50 } : {})
    else if (what < 0.73) await this.useOldToken(process, resource)
    else if (what < 0.85) await this.send(process)
    else if (what < 0.95) await this.read(process)
    else if (what < 0.97) await muster.forceRelease(resource, 'because')
    else if (what < 0.98) await muster.askForRelease(resource, 'please')
    else {
      const proposed = await muster.logDecision({ title: `by ${name}` })
      if (proposed.ok) await muster.reviewDecision(proposed.id, 'approved')
    }
  }

  private async claim(process: SimProcess, resource: string, tokens: Map<string, number>): Promise<void> {
    const wait = this.random.chance(0.4)
    const options = {
      mode: this.random.chance(0.25) ? ('shared' as const) : ('exclusive' as const),
      minutes: this.pick([0.5, 1, 2, 3, 6]),
      wait,
      ...(wait && this.random.chance(0.6) && { timeoutMinutes: this.pick([0.05, 0.3, 2]) }),
      takeOver: this.random.chance(0.35),
      force: true,
      priority: this.pick(['low', 'normal', 'normal', 'high', 'urgent'] as const),
    }
    const wanted = this.random.chance(0.1) ? [...new Set([resource, this.pick(RESOURCES)])] : [resource]
    this.note(process.name, () => `claims ${wanted.join()} ${JSON.stringify(options)}`)
    const result = await process.muster.claimAll(wanted, options)
    this.note(process.name, () => (result.ok ? `holds ${wanted.join()} under ${result.token}` : `is refused ${wanted.join()}: ${result.reason} ${result.heldBy ?? ''}`))
    if (result.ok) for (const claim of result.claims) tokens.set(claim.resource, claim.token)
  }

  /** A token whose claim has ended is refused, whoever asks; that it changes nothing, the ledger shows. */
  private async useOldToken(process: SimProcess, resource: string): Promise<void> {
    const key = resourceKey(resourceOf(resource))
    // Several who were let in to share it by one line have one token: it may have ended for another only.
    const valid = [...claimsOf(this.truth.state, process.name)].filter((claim) => resourceKey(claim.resource) === key).map((claim) => claim.token)
    const old = this.truth.ended.get(key)?.filter((one) => !valid.includes(one))
    const token = old && old.length > 0 ? this.pick(old) : undefined
    if (token === undefined) return
    this.outcome.oldTokens++
    process.works()
    const result = this.random.chance(0.5) ? await process.muster.checkIn(resource, { token, progress: 1 }) : await process.muster.release(resource, { token })
    if (result.ok) throw new Violation(`${process.name} acted on ${resource} under the old token ${token}`)
    if (result.reason === 'TAKEN_OVER' && result.heldBy === undefined) throw new Violation(`${process.name} was not told who took ${resource} over`)
  }

  private async send(process: SimProcess): Promise<void> {
    const to = this.random.chance(0.1) ? 'all' : `p${this.random.below(AGENTS)}`
    const body = String(this.outcome.messages++)
    process.works()
    const sent = await process.muster.sendMessage({ to, body })
    if (sent.ok) this.inboxes.sent(process.name, sent.id, sent.recipients)
  }

  private async read(process: SimProcess): Promise<void> {
    const messages = await process.muster.readMessages({ unread: true })
    const wrong = this.inboxes.read(process.name, messages)
    if (wrong !== undefined) throw new Violation(wrong)
    const last = messages.at(-1)
    if (last && this.random.chance(0.3)) await (this.random.chance(0.5) ? process.muster.acknowledge(last.id) : process.muster.reply(last.id, 'yes'))
  }

  private fault(): void {
    if (this.ending) return
    this.scheduler.after(this.random.below(30_000), undefined, () => this.fault())
    const living = [...this.world.processes.values()].filter((process) => !process.dead)
    const process = living.length > 0 ? this.pick(living) : undefined
    const host = this.pick(this.hosts)
    const ms = this.random.below(this.pick([4_000, 60_000, 300_000]))
    const what = this.random.next()
    if (what < 0.5 && process) {
      this.outcome.pauses++
      this.note(process.name, () => `stopped for ${ms} ms`)
      process.stop(ms)
    } else if (what < 0.65 && host.asleepUntil <= this.scheduler.now) {
      this.outcome.pauses++
      this.note(host.name, () => `asleep for ${ms} ms`)
      for (const one of living) if (one.host === host) one.pause(ms)
      host.sleep(this.scheduler.now, ms)
    } else if (what < 0.9) {
      this.outcome.clockSteps++
      host.wrong = this.random.chance(0.3) ? 0 : this.pick(WRONG)
      this.note(host.name, () => `its clock is wrong by ${host.wrong} ms now`)
    } else {
      this.note(host.name, () => 'boots again')
      for (const one of living) if (one.host === host) this.killNow(one)
      host.reboot(this.scheduler.now)
    }
  }

  private killNow(process: SimProcess): void {
    process.kill()
    this.outcome.kills++
    if (process.attached) this.scheduler.after(1000 + this.random.below(60_000), undefined, () => this.live(process.name))
  }

  /** A command that comes, does one thing for an agent, and goes; some are killed in the middle. */
  private command(): void {
    if (this.ending) return
    this.scheduler.after(this.random.below(80_000), undefined, () => this.command())
    const name = this.random.chance(0.5) ? `p${this.random.below(AGENTS)}` : 'shell'
    this.background(this.start(name, this.pick(this.hosts), false).then(async (process) => {
      if (this.random.chance(0.2)) this.scheduler.after(this.random.below(20), undefined, () => process.kill())
      await this.act(process, new Map())
      await process.muster.close()
      process.kill()
    }))
  }

  /**
   * The faults are over and everybody is dead but one who comes now, with a clock that is right: it can take everything that
   * is still held, and every agent that comes back finds what was sent to it.
   */
  private async end(): Promise<void> {
    for (const process of this.world.processes.values()) process.kill()
    for (const host of this.hosts) host.wrong = 0
    const last = { process: undefined as SimProcess | undefined, done: false }
    this.background(this.takeEverything(last).then(() => (last.done = true)))
    for (let limit = this.scheduler.now + 60 * 60_000; !last.done && this.scheduler.now < limit; ) await this.play(Math.min(limit, this.scheduler.now + 60_000))
    if (!last.done) throw new Violation('what the dead held could not be taken within an hour')
    const unread = this.inboxes.unread()
    if (unread !== undefined) throw new Violation(unread)
  }

  private async takeEverything(last: { process: SimProcess | undefined }): Promise<void> {
    const heir = (last.process = await this.comeBack('heir'))
    for (const resource of RESOURCES) {
      for (let tries = 0; ; tries++) {
        heir.works()
        const result = await heir.muster.claim(resource, { takeOver: true, force: true })
        this.note('heir', () => `${resource}: ${JSON.stringify(result)}`)
        if (result.ok) break
        if (tries === 40) throw new Violation(`${resource} of ${result.heldBy ?? '?'} is immortal: ${result.reason}`)
        await heir.sleep(20_000)
      }
      await heir.muster.release(resource)
    }
    for (let i = 0; i < AGENTS; i++) {
      const process = await this.comeBack(`p${i}`)
      await this.read(process)
      await this.close(process, false)
    }
  }

  /** A process of another machine may have to be waited for. */
  private async comeBack(name: string): Promise<SimProcess> {
    for (;;) {
      try {
        return await this.start(name, this.hosts[0]!, true)
      } catch (error) {
        if (!isMusterError(error) || error.code !== 'AGENT_IN_USE') throw error
        await new Promise<void>((resolve) => this.scheduler.after(60_000, undefined, resolve))
      }
    }
  }

  private background(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      const lost = isMusterError(error) && (error.code === 'IDENTITY_LOST' || error.code === 'AGENT_IN_USE')
      if (!lost) this.failure ??= error instanceof Violation ? error : new Violation(error instanceof Error ? (error.stack ?? error.message) : String(error))
    })
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.random.below(list.length)]!
  }

  private note(who: string, text: () => string): void {
    if (this.traced) this.outcome.trace.push(`${String(this.scheduler.now).padStart(9)} ${who.padEnd(7)} ${this.sameEachTime(text())}`)
  }

  /** Connections have random names, and all are of this process: numbered, what happened reads the same whenever it is played. */
  private sameEachTime(text: string): string {
    const numbered = text.replace(/\b[0-9a-f]{16}\b/g, (id) => {
      const alias = this.aliases.get(id) ?? `connection-${this.aliases.size + 1}`
      this.aliases.set(id, alias)
      return alias
    })
    return numbered.replace(/"pid":\d+,"start":"[^"]*"/g, '"pid":1,"start":"1"').replaceAll(JSON.stringify(hostname()), '"host"')
  }
}

const observerClock = { now: () => 0, uptime: () => 0, boot: 'observer/1', monotonic: () => 0, sleep: () => Promise.resolve() }
