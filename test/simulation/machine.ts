import { pid } from 'node:process'
import { Claims } from '../../src/core/claims.js'
import { Connection } from '../../src/core/connection.js'
import { Coordinator } from '../../src/core/coordinator.js'
import { openMemoryLedger, type MemoryDisk } from '../../src/core/ledger/memory/memoryLedger.js'
import type { Clock, Ledger } from '../../src/core/ledger/port.js'
import type { Event } from '../../src/core/model/events.js'
import type { Resource } from '../../src/core/model/resource.js'
import type { Settings } from '../../src/core/muster.js'
import { claimsOf } from '../../src/core/rules/conflicts.js'
import { machine } from '../../src/core/state/machine.js'
import type { State } from '../../src/core/state/state.js'
import type { Random } from '../unit/ledger/simulation/random.js'
import type { Owner, Scheduler } from './scheduler.js'

export const settings: Settings = { leaseMinutes: 3, graceSeconds: 60, quietMinutes: 5, rescanSeconds: 4, durability: 'strict' }
const EPOCH = 1_700_000_000_000

/** A machine: one wall clock, which may be wrong, one uptime, and processes that see each other. */
export class Host {
  boots = 1
  bootedAt = -3_600_000
  /** ms by which its wall clock is wrong. */
  wrong = 0
  /** ms it has slept: its monotonic clock stood still. */
  slept = 0
  asleepSince: number | undefined
  asleepUntil = 0

  constructor(readonly name: string) {}

  get boot(): string {
    return `${this.name}-${this.boots}/1`
  }

  reboot(now: number): void {
    this.boots++
    this.bootedAt = now
  }

  sleep(now: number, ms: number): void {
    this.asleepSince = now
    this.asleepUntil = now + ms
    this.slept += ms
  }
}

/** What everybody in a simulation shares. */
export interface Surroundings {
  scheduler: Scheduler
  random: Random
  disk: MemoryDisk
  /** All processes there ever were, by connection. */
  processes: Map<string, SimProcess>
  /** Counts what happens, to tell before from after within one instant. */
  order: number
}

/** One process with the real coordinator in it, on simulated time. */
export class SimProcess implements Owner {
  /** When it died, in the order of everything that happens. */
  diedAs: number | undefined
  stoppedUntil = 0
  /** True time at which it last could not run for a while. */
  lastPause = Number.NEGATIVE_INFINITY
  /** ms it could not run since it last worked: no idleness of its agent. */
  pausedSinceWork = 0
  /** True time of its last work. */
  worked: number
  boot: string
  /** When it made the decision it is about to write, or has written. */
  decided = { at: 0, as: 0 }
  readonly clock: Clock
  ledger!: Ledger<State, Event>
  connection!: Connection
  muster!: Coordinator

  private constructor(readonly name: string, readonly host: Host, readonly attached: boolean, private readonly world: Surroundings) {
    this.boot = host.boot
    this.worked = world.scheduler.now
    const now = (): number => world.scheduler.now
    this.clock = {
      now: () => EPOCH + now() + host.wrong,
      uptime: () => now() - host.bootedAt,
      boot: host.boot,
      monotonic: () => now() - host.slept,
      sleep: (ms) => this.sleep(ms),
    }
  }

  /** Starts it. @throws what joining throws */
  static async start(options: { name: string; kind: 'person' | 'agent'; host: Host; attached: boolean }, world: Surroundings): Promise<SimProcess> {
    const process = new SimProcess(options.name, options.host, options.attached, world)
    const { disk } = world
    process.ledger = await openMemoryLedger({ disk, machine, clock: process.clock, watch: false, pause: (after) => process.takeTime(after) })
    process.connection = process.withTimers(() => new Connection({
      ledger: process.ledger,
      clock: process.clock,
      here: { boot: process.boot, machine: options.host.name },
      settings,
      attached: options.attached,
      client: 'sim',
      isGone: (session, here) => {
        if (session.boot !== here.boot) return session.machine === here.machine
        return world.processes.get(session.id)?.dead !== false
      },
    }))
    world.processes.set(process.connection.id, process)
    let joined: Promise<void> | undefined
    const join = (): Promise<void> => (joined ??= process.connection.join({ name: options.name, identity: { kind: options.kind }, anyFreeName: false }))
    process.muster = new Coordinator({
      folder: '/sim/.muster',
      root: '/sim',
      ledger: process.ledger,
      connection: process.connection,
      claims: new Claims(process.connection, process.ledger, process.clock, () => Promise.resolve([]), () => ({ pid, start: '', boot: process.boot, machine: options.host.name })),
      place: () => ({ pid, start: '', boot: process.boot, machine: options.host.name }),
      join,
      reader: options.name,
      leaseMs: settings.leaseMinutes * 60_000,
      quietMs: settings.quietMinutes * 60_000,
      beside: { close: () => Promise.resolve() },
      tree: { resolve: resourceOf, branch: () => undefined, size: () => undefined, place: (path) => path, editedAt: () => undefined, uncommitted: () => Promise.resolve([]), changes: () => Promise.resolve([]), isAllCommitted: () => Promise.resolve(true), releaseable: () => Promise.resolve([...claimsOf(process.ledger.peek(), process.connection.agent)].map((claim) => claim.resource)) },
    })
    try {
      if (options.attached) await join()
    } catch (error) {
      process.kill()
      throw error
    }
    process.rescan()
    return process
  }

  get pausedUntil(): number {
    return Math.max(this.stoppedUntil, this.host.asleepUntil)
  }

  get asleepSince(): number | undefined {
    return this.host.asleepUntil >= this.stoppedUntil ? this.host.asleepSince : undefined
  }

  get running(): boolean {
    return !this.dead && this.pausedUntil <= this.world.scheduler.now
  }

  get dead(): boolean {
    return this.diedAs !== undefined
  }

  kill(): void {
    if (this.dead) return
    this.diedAs = ++this.world.order
    // Let go of: there are many, and each has read the whole ledger.
    this.ledger = this.connection = this.muster = undefined as never
  }

  /** It cannot run for `ms` from now on. */
  pause(ms: number): void {
    const { now } = this.world.scheduler
    this.pausedSinceWork += Math.max(0, now + ms - Math.max(now, this.lastPause))
    this.lastPause = Math.max(this.lastPause, now + ms)
  }

  stop(ms: number): void {
    this.pause(ms)
    this.stoppedUntil = Math.max(this.stoppedUntil, this.world.scheduler.now + ms)
  }

  /** Its agent does something. */
  works(): void {
    this.worked = this.world.scheduler.now
    this.pausedSinceWork = 0
  }

  /** ms since its agent worked, in which it could have. */
  idle(at: number): number {
    return at - this.worked - this.pausedSinceWork
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.world.scheduler.after(ms, this, resolve))
  }

  /** Whether it was dead when `writer` made the decision it wrote last. */
  deadFor(writer: SimProcess): boolean {
    return this.diedAs !== undefined && this.diedAs < writer.decided.as
  }

  /** Where a disk would take its time, others get in between; who is killed meanwhile does not come back. */
  private async takeTime(after: 'decision' | 'write'): Promise<void> {
    if (after === 'decision') this.decided = { at: this.world.scheduler.now, as: ++this.world.order }
    if (this.dead || this.world.random.chance(0.6)) await this.sleep(this.world.random.below(this.world.random.chance(0.1) ? 300 : 8))
  }

  /** The regular look at the ledger, as a folder's. */
  private rescan(): void {
    this.world.scheduler.after(4000, this, () => {
      void this.ledger.refresh().catch(() => undefined)
      this.rescan()
    })
  }

  /** Runs `create` with intervals that follow simulated time. */
  private withTimers<T>(create: () => T): T {
    const real = globalThis.setInterval
    const simulated = (run: () => void, ms: number): object => {
      const tick = (): void => this.world.scheduler.after(ms, this, () => {
        run()
        tick()
      })
      tick()
      return { unref: () => undefined }
    }
    globalThis.setInterval = simulated as never
    try {
      return create()
    } finally {
      globalThis.setInterval = real
    }
  }
}

/** `d/` is a folder, `port:1` a name, `d/*.ts` a pattern, anything else a file. */
export function resourceOf(text: string): Resource {
  if (text.includes(':')) return { kind: 'name', name: text }
  if (text.includes('*')) return { kind: 'glob', tree: '', path: text }
  return text.endsWith('/') ? { kind: 'folder', tree: '', path: text.slice(0, -1) } : { kind: 'file', tree: '', path: text }
}
