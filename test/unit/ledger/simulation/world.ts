import { Worker } from 'node:worker_threads'
import { parseLine } from '../../../../src/core/ledger/line.js'
import { openFolderLedger } from '../../../../src/core/ledger/folder/openFolderLedger.js'
import type { OpenMode } from '../../../../src/core/ledger/folder/ledgerFs.js'
import { digest, testClock, testMachine } from '../../../contract/testMachine.js'
import { Channel, type Request, type Response } from './channel.js'
import { Random } from './random.js'
import { SimulatedDisk } from './simulatedDisk.js'
import type { Life } from './worker.js'

export interface Rules {
  fence?: boolean
  syncBeforeReveal?: boolean
  ackAfterSync?: boolean
  folderSync?: boolean
  archiveSync?: boolean
}

export interface Outcome {
  commits: number
  kills: number
  powerLosses: number
  shortWrites: number
  segments: number
  /** Snapshots and archived segments there were in the end. */
  snapshots: number
  archived: number
  violation?: string
}

interface Process {
  channel: Channel
  /** The life that is going on; 0 between two. */
  life: number
  request: Request | undefined
  asleepUntil: number
}

const FOLDER = '/disk/repo/.muster'
/** How likely power goes or a process is killed at a call; 0.004 at others. */
const risk: Record<string, number> = { revealed: 0.12, acknowledged: 0.02, rename: 0.05, fsyncFolder: 0.1 }

/** Worker threads that are used for one world after another. */
export class Processes {
  private constructor(private readonly workers: Worker[], readonly channels: Channel[]) {}

  static async start(count: number): Promise<Processes> {
    const channels = Array.from({ length: count }, () => new Channel())
    const workers = channels.map(({ memory }) => new Worker(new URL('./worker.js', import.meta.url), { workerData: memory }))
    await Promise.all(workers.map((worker) => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))))
    return new Processes(workers, channels)
  }

  async end(): Promise<void> {
    for (const channel of this.channels) {
      channel.next()
      channel.answer({ value: 'end' })
    }
    await Promise.all(this.workers.map((worker) => worker.terminate()))
  }
}

/** One history: processes on one disk, scheduled call by call, killed, paused and without power as the seed has it. */
export class World {
  private readonly disk = new SimulatedDisk()
  private readonly random: Random
  private readonly dead = new Set<number>()
  private readonly processes: Process[]
  private lives = 0
  private step = 0
  private faults = 5
  private readonly acknowledged = new Map<string, number>()
  private readonly revealed: { key: string; count: number }[] = []
  private readonly notApplied = new Set<string>()
  private readonly outcome: Outcome = { commits: 0, kills: 0, powerLosses: 0, shortWrites: 0, segments: 0, snapshots: 0, archived: 0 }

  constructor(seed: number, channels: Channel[], private readonly without: Rules = {}) {
    this.random = new Random(seed * 7919 + 1)
    this.disk.fs().mkdir('/disk/repo')
    this.disk.fs().fsyncFolder('/disk')
    this.disk.lying = { file: without.ackAfterSync === true, folder: without.folderSync === true }
    this.processes = channels.map((channel) => ({ channel, life: 0, request: undefined, asleepUntil: 0 }))
  }

  /** Plays the world to its end and checks what everybody was told against what is there. */
  async run(): Promise<Outcome> {
    for (; this.outcome.violation === undefined; this.step++) {
      for (const process of this.processes) process.request ??= process.channel.next()
      const wanted = this.step < 6000 && this.lives < 24
      const able = this.processes.filter((process) => process.life !== 0 || wanted)
      if (able.length === 0) break
      const awake = able.filter((process) => process.asleepUntil <= this.step)
      const process = (awake.length > 0 ? awake : able)[this.random.below(awake.length || able.length)]!
      if (this.random.chance(0.02)) process.asleepUntil = this.step + this.random.below(600)
      else this.proceed(process)
    }
    this.bury()
    if (this.outcome.violation === undefined) await this.check().catch((error: unknown) => this.violate(`the last reader failed: ${String(error)}`))
    return this.outcome
  }

  /** The segments as they are on the disk in the end, line by line. */
  segments(): [path: string, lines: string[]][] {
    return this.disk.find(`${FOLDER}/ledger`) === undefined ? [] : this.namesIn('ledger', '.jsonl').sort().map((name) => [name, linesOf(this.disk.find(`${FOLDER}/ledger/${name}`)!.data)])
  }

  private proceed(process: Process): void {
    const { call, args } = process.request!
    if (call === 'next') return this.respond(process, { value: this.begin(process) })
    // Right after somebody was told something, or something was thought to be on disk, is when a loss hurts.
    const after = call === 'revealed' || call === 'acknowledged' || (call === 'fsyncFolder' && this.random.chance(0.5))
    const strikes = this.faults > 0 && !this.dead.has(args[0] as number) && this.random.chance(risk[call] ?? 0.004)
    if (strikes && after) this.carryOut(process)
    if (strikes) this.strike(process, after ? 0.7 : 0.4)
    if (!(strikes && after)) this.carryOut(process)
  }

  /** A process is killed, or the power goes. */
  private strike(process: Process, power: number): void {
    this.faults--
    if (this.random.chance(power)) this.losePower()
    else this.kill(process)
  }

  private carryOut(process: Process): void {
    const { args } = process.request!
    if (this.dead.has(args[0] as number)) return this.respond(process, { error: { code: 'EKILLED', message: 'killed' } })
    try {
      this.respond(process, this.perform(process, process.request!))
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      this.respond(process, { error: { code: code ?? 'EUNKNOWN', message } })
    }
  }

  private respond(process: Process, response: Response): void {
    process.request = undefined
    process.channel.answer(response)
  }

  private begin(process: Process): Life {
    process.life = ++this.lives
    const { fence, syncBeforeReveal, archiveSync } = this.without
    return { id: process.life, seed: this.random.below(2 ** 31), operations: 4 + this.random.below(20), folder: FOLDER, segmentBytes: 1500, without: { fence, syncBeforeReveal, archiveSync } }
  }

  private perform(process: Process, { call, args, data }: Request): Response {
    const [, a, b] = args as [number, never, never]
    const fs = this.disk.fs()
    switch (call) {
      case 'open':
        return { value: fs.open(a as string, b as OpenMode) }
      case 'read': {
        const buffer = Buffer.alloc(Math.min(a === undefined ? 0 : (args[2] as number), 1024 * 1024))
        return { data: buffer.subarray(0, fs.read(a as number, buffer, 0, buffer.length, args[3] as number)) }
      }
      case 'append':
        return { value: this.append(a as number, data!) }
      case 'writeAt':
        return { value: fs.writeAt(a as number, data!, b as number) }
      case 'fstat':
      case 'stat': {
        const facts = call === 'fstat' ? fs.fstat(a as number) : fs.stat(a as string)
        return { value: facts && { ...facts, dev: String(facts.dev), ino: String(facts.ino), links: String(facts.links), modified: String(facts.modified) } }
      }
      case 'acknowledged':
        this.acknowledged.set(a as string, b as number)
        return {}
      case 'revealed':
        this.revealed.push({ key: a as string, count: b as number })
        return {}
      case 'refused':
        if ((b as string) === 'NOT_APPLIED') this.notApplied.add(a as string)
        else this.violate(`a commit failed with ${b as string}`)
        return {}
      case 'stopped':
        this.violate(`a process stopped: ${a as string} ${b as string}`)
        return this.end(process)
      case 'failed':
        if (!String(a).includes('is on a full disk')) this.violate(`a process failed: ${a as string}`)
        return this.end(process)
      case 'finished':
        return this.end(process)
      case 'sleep':
        return {}
      default:
        return { value: (fs as unknown as Record<string, (...args: unknown[]) => unknown>)[call]!(...args.slice(1)) }
    }
  }

  /** A process that ends takes with it what it had begun: its thread must not go on with that in a later life, across a power loss. */
  private end(process: Process): Response {
    this.dead.add(process.life)
    process.life = 0
    return {}
  }

  private append(fd: number, bytes: Buffer): number {
    if (!this.random.chance(0.03)) return this.disk.append(fd, bytes)
    this.outcome.shortWrites++
    // All but the newline is the cruellest: whoever adds one completes the line.
    return this.disk.append(fd, bytes, this.random.chance(0.5) ? bytes.length - 1 : this.random.below(bytes.length))
  }

  private kill(process: Process): void {
    this.outcome.kills++
    const { call, args, data } = process.request ?? { call: '', args: [] }
    // A kill can cut a write off in the middle.
    if (call === 'append' && this.random.chance(0.7)) this.disk.append(args[1] as number, data!, this.random.chance(0.4) ? data!.length - 1 : this.random.below(data!.length + 1))
    this.dead.add(process.life)
    process.life = 0
  }

  private losePower(): void {
    this.outcome.powerLosses++
    for (const process of this.processes) {
      if (process.life !== 0) this.dead.add(process.life)
      process.life = 0
    }
    this.disk.powerLoss(this.random)
  }

  /** Lets the dead find out, so that their threads can be used again. */
  private bury(): void {
    for (const process of this.processes) {
      if (process.life !== 0) this.dead.add(process.life)
      for (;;) {
        process.request ??= process.channel.next()
        if (process.request.call === 'next') break
        this.respond(process, { error: { code: 'EKILLED', message: 'killed' } })
      }
    }
  }

  private async check(): Promise<void> {
    const clock = testClock()
    const sleep = (): Promise<void> => Promise.resolve()
    const ledger = await openFolderLedger({ folder: FOLDER, machine: testMachine, clock: { ...clock, sleep }, fs: this.disk.fs(), rescanMs: 0 })
    const seqs = new Map<string, number>()
    for await (const commit of ledger.history()) {
      for (const op of commit.ops) {
        if (seqs.has(op.key)) this.violate(`${op.key} was applied twice`)
        seqs.set(op.key, commit.stamp.seq)
      }
    }
    this.outcome.commits = seqs.size
    this.outcome.segments = ledger.status().segment ?? 0
    this.outcome.snapshots = this.namesIn('snapshots', '.jsonl').length
    this.outcome.archived = this.namesIn('archive', '.gz').length
    await this.checkReplay(digest(ledger.peek()))
    const { readOnly } = ledger.status()
    if (readOnly !== undefined) this.violate(`the last reader stopped: ${readOnly.message}`)
    for (const [key, seq] of this.acknowledged) {
      if (seqs.get(key) !== seq) this.violate(`${key} was acknowledged at ${seq} and is ${seqs.has(key) ? `at ${seqs.get(key)}` : 'lost'}`)
    }
    const order = [...seqs.keys()]
    for (const { key, count } of this.revealed) {
      if (count > 0 && order[count - 1] !== key) this.violate(`${key} was shown as number ${count} and is not there`)
    }
    for (const key of this.notApplied) if (seqs.has(key)) this.violate(`${key} was answered NOT_APPLIED and is applied`)
    await ledger.close()
  }

  private namesIn(folder: string, end: string): string[] {
    const path = `${FOLDER}/${folder}`
    return this.disk.find(path) === undefined ? [] : this.disk.fs().readdir(path).filter((name) => name.endsWith(end))
  }

  /** Reading every line leads to the same as going on from a snapshot. */
  private async checkReplay(expected: string): Promise<void> {
    const fs = this.disk.fs()
    const withoutSnapshots = { ...fs, readdir: (path: string) => (path.endsWith('snapshots') ? [] : fs.readdir(path)) }
    const ledger = await openFolderLedger({ folder: FOLDER, machine: testMachine, clock: testClock(), fs: withoutSnapshots, rescanMs: 0 })
    if (digest(ledger.peek()) !== expected) this.violate('a snapshot and all lines lead to different states')
    await ledger.close()
  }

  private violate(what: string): void {
    this.outcome.violation ??= what
  }
}

/** For looking at a disk when a seed fails. */
export function linesOf(data: Buffer): string[] {
  const lines: string[] = []
  for (let start = 0, end = data.indexOf(0x0a); end >= 0; start = end + 1, end = data.indexOf(0x0a, start)) {
    lines.push(parseLine(data, start, end) === undefined ? `junk ${data.toString('latin1', start, end)}` : data.toString('utf8', start, end))
  }
  return lines
}
