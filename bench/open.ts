import { closeSync, mkdirSync, openSync, readdirSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { removeFolder } from '../scripts/removeFolder.js'
import { openFolderLedger } from '../src/core/ledger/folder/openFolderLedger.js'
import { encodeLine, NO_SUM, type LineKind } from '../src/core/ledger/line.js'
import type { Op } from '../src/core/ledger/port.js'
import type { Event } from '../src/core/model/events.js'
import { machine } from '../src/core/state/machine.js'
import type { State } from '../src/core/state/state.js'
import { systemClock } from '../src/core/system/clock.js'
import type { Row } from './measure.js'

const SEGMENT = 16 * 1024 * 1024
const AGENTS = 20

/** Opening ledgers of an ordinary mix: by reading every line, and by snapshot. */
export async function benchOpen(base: string, sizes: readonly number[]): Promise<Row[]> {
  const rows: Row[] = []
  for (const commits of sizes) {
    const folder = join(base, `open-${commits}`, '.muster')
    writeLedger(folder, commits)
    const label = commits.toLocaleString('en')
    const replay = await fastest(folder, commits >= 1_000_000 ? 2 : 4)
    const perSecond = commits / (replay.ms / 1000)
    rows.push({ name: `open ${label} commits by replay`, value: replay.ms, unit: 'ms', note: cpuNote(replay) })
    if (commits >= 100_000) rows.push({ name: `replay of ${label} commits`, value: perSecond, unit: 'commits/s', goal: '≥ 200,000 (150,000 at the least)', met: perSecond >= 200_000 })

    await writeOne(folder)
    const snapshots = join(folder, 'snapshots')
    const [name] = readdirSync(snapshots)
    const bytes = statSync(join(snapshots, name!)).size
    const opening = await fastest(folder, 5)
    rows.push({ name: `open ${label} commits by snapshot`, value: opening.ms, unit: 'ms', note: cpuNote(opening), ...(commits === 1_000_000 && { goal: '≤ 300 ms', met: opening.ms <= 300 }) })
    const megabytes = bytes / 1_000_000
    rows.push({ name: `state after ${label} commits`, value: megabytes, unit: 'MB', ...(commits === 1_000_000 && { goal: '≤ 15 MB', met: megabytes <= 15 }) })
    removeFolder(join(base, `open-${commits}`))
  }
  return rows
}

async function fastest(folder: string, times: number): Promise<{ ms: number; cpu: number }> {
  let best = { ms: Infinity, cpu: Infinity }
  for (let i = 0; i < times; i++) {
    const start = performance.now()
    const used = process.cpuUsage()
    const ledger = await openFolderLedger({ folder, machine, clock: systemClock(), readOnly: true, rescanMs: 0 })
    const { user, system } = process.cpuUsage(used)
    best = { ms: Math.min(best.ms, performance.now() - start), cpu: Math.min(best.cpu, (user + system) / 1000) }
    await ledger.close()
  }
  return best
}

/** Tells a busy machine from slow code. */
function cpuNote({ cpu }: { cpu: number }): string {
  return `${Math.round(cpu)} ms of processor time`
}

/** One commit more, and with it the snapshot that is due. */
async function writeOne(folder: string): Promise<void> {
  const ledger = await openFolderLedger<State, Event>({ folder, machine, clock: systemClock(), rescanMs: 0, upkeep: { commits: 1, bytes: Infinity } })
  await ledger.submit({ key: 'bench/one', by: 'agent-0', decide: () => ({ events: [{ type: 'agent.checkedIn', agent: 'agent-0', fields: { progress: 1 }, work: true }] }) })
  await ledger.close()
}

/** The files of a ledger with so many commits, one every two seconds from `at` on, written without waiting for the disk. */
export function writeLedger(folder: string, commits: number, at = 1_760_000_000_000): void {
  mkdirSync(join(folder, 'ledger'), { recursive: true })
  let seq = 0
  let prev = NO_SUM
  let segment = 0
  let size = Infinity
  let fd = -1
  let waiting: Buffer[] = []
  const flush = (): void => {
    if (waiting.length > 0) writeSync(fd, Buffer.concat(waiting))
    waiting = []
  }
  const write = (kind: LineKind, body: string): void => {
    const { bytes, line } = encodeLine({ seq: ++seq, prev, d: seq - 1, at, up: at - 1_750_000_000_000, boot: '4261bd7a-0c1f-4d4e-9c3e-9a2f0a2d7b11/4026531836', kind, body })
    prev = line.sum
    size += bytes.length
    waiting.push(bytes)
    if (waiting.length === 1000) flush()
  }
  const next = (): void => {
    if (segment > 0) {
      write('closed', `,"next":${segment + 1}`)
      flush()
      closeSync(fd)
    }
    segment++
    size = 0
    fd = openSync(join(folder, 'ledger', `${String(segment).padStart(8, '0')}.jsonl`), 'a')
  }
  next()
  write('genesis', ',"ledger":"0123456789abcdef01234567"')
  const mix = new Mix()
  for (let i = 0; i < commits; i++) {
    at += 2000
    write('commit', `,"ops":[${JSON.stringify(mix.next())}]`)
    if (size >= SEGMENT) next()
  }
  flush()
  closeSync(fd)
}

/** Agents at work: of ten commits three claim, three check in, three release, and one is a message, decision, join or end. */
class Mix {
  private count = 0
  private claims = 0
  private messages = 0
  private decisions = 0
  private joined = 0
  private readonly counters = new Map<string, number>()
  private readonly events: { agent: string; event: Event }[] = []

  next(): Op<Event> {
    if (this.events.length === 0) this.fill()
    const { agent, event } = this.events.shift()!
    const session = `session${agent}`
    const counter = (this.counters.get(session) ?? 0) + 1
    this.counters.set(session, counter)
    return { key: `${session}:${counter}`, by: agent, events: [event] }
  }

  private fill(): void {
    const turn = this.count++
    // Every agent works for about a thousand commits, then another takes its place.
    const generation = Math.floor(turn / 2000)
    const agent = `agent-${generation * AGENTS + (turn % AGENTS)}`
    const add = (...events: Event[]): void => void this.events.push(...events.map((event) => ({ agent, event })))
    if (this.joined < (generation + 1) * AGENTS) return this.change(this.joined++)
    const claim = `c${++this.claims}`
    for (let i = 0; i < 3; i++) {
      const id = i === 0 ? claim : `c${++this.claims}`
      add({ type: 'claim.granted', claim: id, agent, resource: { kind: 'file', tree: '', path: `src/part-${id.length}/module-${turn % 97}/file-${id}.ts` }, grant: { mode: 'exclusive', attached: true, ttl: 1_800_000, note: 'work', branch: 'main' } })
      add({ type: 'claim.renewed', claim: id, progress: 60, message: 'Tests written, the edges are next' })
      // A few stay held.
      if (turn % 500 !== 0) add({ type: 'claim.ended', claim: id, how: 'released', by: agent, message: 'done' })
    }
    if (turn % 20 === 7) {
      add({ type: 'decision.proposed', decision: `D-${++this.decisions}`, number: this.decisions, proposer: agent, fields: { category: 'api', title: 'Shape of the answer', context: 'c'.repeat(300), decision: 'd'.repeat(200), alternatives: ['a'.repeat(100)], consequences: [], impact: 'medium' } })
      add({ type: 'decision.reviewed', decision: `D-${this.decisions}`, by: agent, verdict: this.decisions % 2 === 0 ? 'approved' : 'rejected', note: '' })
    } else {
      const message = `m${++this.messages}`
      const to = `agent-${generation * AGENTS + ((turn + 7) % AGENTS)}`
      add({ type: 'message.sent', message, fields: { from: agent, to, recipients: [to], kind: 'note', subject: 'About the module', body: 'b'.repeat(400), priority: 'normal', thread: message } })
      if (turn % 100 !== 3) add({ type: 'message.marked', message, agent: to, status: turn % 2 === 0 ? 'acknowledged' : 'seen' })
    }
  }

  private change(number: number): void {
    const [agent, before] = [`agent-${number}`, `agent-${number - AGENTS}`]
    if (number >= AGENTS) {
      this.events.push({ agent: before, event: { type: 'agent.checkedIn', agent: before, fields: { status: 'done' }, work: true } })
      this.events.push({ agent: before, event: { type: 'session.closed', session: `session${before}` } })
    }
    this.events.push({ agent, event: { type: 'agent.joined', agent, identity: { name: agent, kind: 'agent', role: 'worker', client: 'claude-code', tree: '' } } })
    this.events.push({ agent, event: { type: 'session.opened', session: `session${agent}`, agent, fields: { pid: 1000 + number, start: '1', boot: 'b', machine: 'm', host: 'h', client: 'claude-code', ttl: 660_000 } } })
  }
}
