import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { removeFolder } from '../../../scripts/removeFolder.js'
import type { Muster } from '../../../src/core/muster.js'
import { homes, type Home } from '../../postgres/homes.js'
import type { ActorOptions, Order } from './actor.js'
import type { FailPoint } from './failPoints.js'

const script = fileURLToPath(new URL('./actor.js', import.meta.url))
type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never
type Call = { point?: FailPoint; at?: bigint }

/** One agent in a process of its own. */
export class Actor {
  private orders = 0
  private readonly waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>()

  constructor(readonly name: string, readonly child: ChildProcess) {
    child.on('message', (message: { id?: number; value?: unknown; error?: { code: string; message: string } }) => {
      const order = message.id === undefined ? undefined : this.waiting.get(message.id)
      if (!order) return
      this.waiting.delete(message.id!)
      if (message.error) order.reject(Object.assign(new Error(message.error.message), { code: message.error.code }))
      else order.resolve(message.value as never)
    })
    child.once('exit', (code, signal) => {
      for (const { reject } of this.waiting.values()) reject(Object.assign(new Error(`${name} ended: ${signal ?? code}`), { code: 'ENDED' }))
    })
  }

  get pid(): number {
    return this.child.pid!
  }

  /** Opens the records; answers the calls that took, of the file system or the database. */
  open(point?: FailPoint): Promise<string[]> {
    return this.order({ do: 'open', point }) as Promise<string[]>
  }

  /** Calls a method of the library there. */
  async call<M extends keyof Muster>(method: M, ...args: Muster[M] extends (...args: infer A) => unknown ? A : never): Promise<Muster[M] extends (...args: never) => infer R ? Awaited<R> : never> {
    return (await this.watched({}, method, ...args)).result
  }

  /** The same with a fail point or at a given time of the monotonic clock; also answers the calls it took. */
  watched<M extends keyof Muster>({ point, at }: Call, method: M, ...args: Muster[M] extends (...args: infer A) => unknown ? A : never): Promise<{ result: Muster[M] extends (...args: never) => infer R ? Awaited<R> : never; calls: string[] }> {
    return this.order({ do: 'call', method, args, point, at: at?.toString() })
  }

  /** @returns when it went on, in ns of the monotonic clock */
  async block(ms: number, until?: string): Promise<bigint> {
    return BigInt(await this.order({ do: 'block', ms, until }) as string)
  }

  /** Sends messages, `together` of them at a time. @returns how far the ledger went then, and when */
  async send(to: string, count: number, together = 100): Promise<{ head: number; at: bigint }> {
    const { head, at } = await this.order({ do: 'send', to, count, together }) as { head: number; at: string }
    return { head, at: BigInt(at) }
  }

  /** @returns when it had seen so much, in ns of the monotonic clock, less the time its process had no turn for meanwhile */
  async see(head: number): Promise<bigint> {
    return BigInt(await this.order({ do: 'see', head, asked: String(process.hrtime.bigint()) }) as string)
  }

  /** Who holds what, as it would draw it now. */
  show(): Promise<string[]> {
    return this.order({ do: 'show' })
  }

  clock(wrong: number): Promise<void> {
    return this.order({ do: 'clock', wrong })
  }

  async kill(): Promise<void> {
    const exited = once(this.child, 'exit')
    this.child.kill('SIGKILL')
    await exited
  }

  /** Resolves when it has stopped, by itself or by a signal. */
  async stopped(): Promise<void> {
    while (!isStopped(this.pid)) await sleep(5)
  }

  private order(order: Unnumbered<Order>): Promise<never> {
    const id = ++this.orders
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      this.child.send({ ...order, id })
    })
  }
}

export type Where = keyof typeof homes

/** A scratch folder, or a database beside it, and the processes that use it. */
export class Cast {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'muster-proof-')))
  readonly folder = join(this.root, '.muster')
  private readonly actors: Actor[] = []

  private constructor(readonly home: Home) {}

  /** @param fresh In a place that nobody has opened, tables included. */
  static async at(where: Where, fresh = false): Promise<Cast> {
    return new Cast(await homes[where](fresh))
  }

  /** @param environment of the process, beside that of the tests */
  async start(name: string, options: ActorOptions = {}, environment: NodeJS.ProcessEnv = {}): Promise<Actor> {
    const child = fork(script, [JSON.stringify({ folder: this.folder, agent: name, ...options })], { cwd: this.root, env: { ...process.env, ...this.home.environment, ...environment } })
    const actor = new Actor(name, child)
    this.actors.push(actor)
    await once(child, 'message')
    return actor
  }

  /** Starts it and opens the folder. */
  async enter(name: string, options: ActorOptions = {}, environment: NodeJS.ProcessEnv = {}): Promise<Actor> {
    const actor = await this.start(name, options, environment)
    await actor.open()
    return actor
  }

  verify(): Promise<{ ok: boolean }> {
    return this.home.verify(this.folder)
  }

  async end(): Promise<void> {
    await Promise.all(this.actors.map(async ({ child }) => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    }))
    removeFolder(this.root)
  }
}

/** Linux says by /proc whether a process is stopped. */
function isStopped(pid: number): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T')
}

export { sleep }
