import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { percentile } from '../measure.js'
import type { Peer } from './peers.js'
import type { Answer, Order } from './worker.js'

/** How much is measured. All is bounded: by number, and by time where a tool is slow. */
export interface Amount {
  claims: number
  messages: number
  reads: number
  rounds: number
  /** Seconds for which one tool may send, in all. */
  sending: number
  /** Seconds after which a race has no further round. */
  racing: number
}

/** What one tool came to. Times are medians. */
export interface PeerFigures {
  name: string
  version?: string
  claimMicroseconds: number
  sendMicroseconds: number
  /** How many messages were waiting when it was read, and how many of them came back. */
  inbox: { waiting: number; returned: number; milliseconds: number }
  /** One file, several processes at once: in how many rounds more than one was told that it alone has it. */
  races: { processes: number; rounds: number; several: number; none: number; errors: number }[]
}

const PROCESSES = [2, 4, 8]
/** Calls in a row before it is another's turn, so that a slow moment of the disk hits all alike. */
const TURN = 25
/** First calls, which compile and set up, are not counted. */
const WARM_UP = 100
/** A barrier lies so far ahead, in milliseconds, that every process has heard of it. */
const AHEAD = 15

/** A process of a tool's agent. */
class Worker {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  static async start(peer: Peer, home: string, modules: string, agent: string): Promise<Worker> {
    // Both keep what they know in the user's home, which therefore is a folder of this run.
    const env = { ...process.env, HOME: home, USERPROFILE: home, XDG_CONFIG_HOME: join(home, '.config') }
    const worker = new Worker(fork(join(dirname(fileURLToPath(import.meta.url)), 'worker.js'), [peer.name, home, modules, agent], { env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] }))
    await worker.#heard()
    return worker
  }

  /** @throws Error what the tool failed with */
  async ask(order: Order): Promise<Exclude<Answer, { failed: string }>> {
    const answered = this.#heard()
    this.#child.send(order)
    const answer = await answered
    if ('failed' in answer) throw new Error(answer.failed)
    return answer
  }

  async end(): Promise<void> {
    const exit = this.#child.exitCode === null ? once(this.#child, 'exit') : undefined
    await this.ask({ do: 'end' }).catch(() => this.#child.kill())
    await exit
  }

  async #heard(): Promise<Answer> {
    let said = ''
    const listen = (chunk: Buffer): void => void (said = (said + chunk.toString()).slice(-2_000))
    this.#child.stderr?.on('data', listen)
    const over = new AbortController()
    try {
      return await Promise.race([
        once(this.#child, 'message', { signal: over.signal }).then(([answer]) => answer as Answer),
        once(this.#child, 'exit', { signal: over.signal }).then(([code]) => Promise.reject(new Error(`its process ended with ${String(code)}: ${said}`))),
      ])
    } finally {
      over.abort()
      this.#child.stderr?.off('data', listen)
    }
  }
}

/** Claims, messages and inbox of all tools in turns, one process each; then the races, one tool after the other. */
export async function measurePeers(peers: readonly Peer[], base: string, modules: string, amount: Amount): Promise<PeerFigures[]> {
  const home = (peer: Peer, part: string): string => join(base, `${peer.name}-${part}`)
  const workers = await Promise.all(peers.map((peer) => Worker.start(peer, home(peer, 'calls'), modules, 'writer')))
  const claims = (await callsInTurns(workers, 'claim', WARM_UP + amount.claims, Infinity)).map((times) => times.slice(WARM_UP))
  const sends = await callsInTurns(workers, 'send', amount.messages, amount.sending)
  await Promise.all(workers.map((worker) => worker.end()))

  const readers = await Promise.all(peers.map((peer) => Worker.start(peer, home(peer, 'calls'), modules, 'reader')))
  const reads: { times: number[]; returned: number }[] = peers.map(() => ({ times: [], returned: 0 }))
  for (let round = 0; round < amount.reads; round++) {
    for (const [index, reader] of readers.entries()) {
      const answer = await reader.ask({ do: 'inbox' })
      if (!('times' in answer)) continue
      reads[index]!.times.push(...answer.times)
      reads[index]!.returned = answer.returned ?? 0
    }
  }
  await Promise.all(readers.map((reader) => reader.end()))

  const figures: PeerFigures[] = []
  for (const [index, peer] of peers.entries()) {
    const races = []
    for (const processes of PROCESSES) races.push(await race(peer, home(peer, `race-${processes}`), modules, processes, amount))
    figures.push({
      name: peer.name,
      ...(peer.version !== undefined && { version: peer.version }),
      claimMicroseconds: percentile(claims[index]!, 50),
      sendMicroseconds: percentile(sends[index]!, 50),
      inbox: { waiting: sends[index]!.length, returned: reads[index]!.returned, milliseconds: percentile(reads[index]!.times, 50) / 1000 },
      races,
    })
  }
  return figures
}

/** @returns microseconds of each call, by worker; fewer of them where one has used up its seconds */
async function callsInTurns(workers: readonly Worker[], call: 'claim' | 'send', count: number, seconds: number): Promise<number[][]> {
  const times: number[][] = workers.map(() => [])
  const used = workers.map(() => 0)
  for (let from = 0; from < count; from += TURN) {
    for (const [index, worker] of workers.entries()) {
      if (used[index]! > seconds * 1e6) continue
      const answer = await worker.ask({ do: call, from, count: Math.min(TURN, count - from) })
      if (!('times' in answer)) continue
      times[index]!.push(...answer.times)
      used[index]! += answer.times.reduce((sum, time) => sum + time, 0)
    }
  }
  return times
}

/** Processes that ask for one free file at the same moment, a new one each round. */
async function race(peer: Peer, home: string, modules: string, processes: number, { rounds, racing }: Amount): Promise<PeerFigures['races'][number]> {
  const workers: Worker[] = []
  // One after the other: that some cannot be started together is not what is asked here.
  for (let n = 0; n < processes; n++) workers.push(await Worker.start(peer, home, modules, `agent-${n}`))
  const result = { processes, rounds: 0, several: 0, none: 0, errors: 0 }
  const end = Date.now() + racing * 1000
  for (let round = 0; round < rounds && Date.now() < end; round++) {
    result.rounds++
    const at = Date.now() + AHEAD
    const won = await Promise.all(workers.map(async (worker) => {
      try {
        const answer = await worker.ask({ do: 'race', file: `src/race-${round}.ts`, at })
        return 'won' in answer && answer.won
      } catch {
        result.errors++
        return false
      }
    }))
    const winners = won.filter(Boolean).length
    if (winners > 1) result.several++
    if (winners === 0) result.none++
  }
  await Promise.all(workers.map((worker) => worker.end()))
  return result
}
