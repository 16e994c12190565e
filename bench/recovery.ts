import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { openFolderLedger } from '../src/core/ledger/folder/openFolderLedger.js'
import type { Event } from '../src/core/model/events.js'
import { openMuster } from '../src/core/open.js'
import { machine } from '../src/core/state/machine.js'
import type { State } from '../src/core/state/state.js'
import { bootId, machineId, systemClock } from '../src/core/system/clock.js'
import { inTurns, percentile, type Row } from './measure.js'

/** Agents in one line of the ledger. */
const TOGETHER = 50
/** One of so many has changed its file, and one of so many was deployed. */
const [CHANGED, DEPLOYED] = [10, 4]

/** Finding what was left, by agents as a crash leaves them: each with a checkpoint, a work log and a lock, many deployed, many with files that are not committed. */
export async function benchRecovery(base: string, counts: readonly number[], rounds: number): Promise<Row[]> {
  const rows: Row[] = []
  for (const count of counts) {
    const root = join(base, `recovery-${count}`)
    writeFiles(root, count)
    const folder = join(root, '.muster')
    await writeAgents(folder, count)
    const m = await openMuster({ folder, root, agent: 'bench', kind: 'person', watch: false })
    const { total } = await m.recoverySummary()
    if (total !== count) throw new Error(`${total} of ${count} agents are incomplete`)
    const times = await inTurns({ check: async () => void (await m.recoverySummary()), list: async () => void (await m.recoverySummary({ details: true })) }, { rounds, perRound: 1, warmUp: 3 })
    await m.close()
    const ms = (name: string): number => percentile(times[name]!, 50) / 1000
    const label = `${count.toLocaleString('en')} agents as a crash leaves them`
    const limit = count === 100 ? 10 : count === 10_000 ? 200 : undefined
    rows.push({ name: `recovery check, ${label}`, value: ms('check'), unit: 'ms', ...(limit !== undefined && { goal: `≤ ${limit} ms`, met: ms('check') <= limit }) })
    rows.push({ name: `recovery list with uncommitted files, ${label}`, value: ms('list'), unit: 'ms', note: 'git is asked once' })
  }
  return rows
}

function fileOf(n: number): string {
  return `src/part-${n % 20}/file-${n}.ts`
}

function writeFiles(root: string, count: number): void {
  for (let part = 0; part < 20; part++) mkdirSync(join(root, 'src', `part-${part}`), { recursive: true })
  for (let n = 0; n < count; n++) writeFileSync(join(root, fileOf(n)), `${n}\n`)
  const git = (...args: string[]): unknown => execFileSync('git', ['-C', root, '-c', 'user.name=b', '-c', 'user.email=b@example.com', ...args])
  git('init', '--quiet')
  git('add', '.')
  git('commit', '--quiet', '-m', 'first')
  for (let n = 0; n < count; n += CHANGED) writeFileSync(join(root, fileOf(n)), 'half done\n')
}

async function writeAgents(folder: string, count: number): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const clock = systemClock()
  const ledger = await openFolderLedger<State, Event>({ folder, machine, clock, rescanMs: 0 })
  // Pids that no system gives: each process is one of its own, and was there once.
  let pid = 5_000_000
  const gone = (): Gone => ({ pid: pid++, start: '1', boot: bootId(), machine: machineId(), host: hostname() })
  for (let first = 0; first < count; first += TOGETHER) {
    const numbers = Array.from({ length: Math.min(TOGETHER, count - first) }, (_, i) => first + i)
    await ledger.submit({ key: `bench/${first}`, by: 'bench', decide: (_state, { seq }) => ({ events: numbers.flatMap((n) => eventsOf(n, seq, gone)) }) })
  }
  await ledger.close()
}

interface Gone { pid: number; start: string; boot: string; machine: string; host: string }

function eventsOf(n: number, seq: number, gone: () => Gone): Event[] {
  const agent = `agent-${n}`
  const file = fileOf(n)
  const process: Event[] = n % DEPLOYED !== 0 ? [{ type: 'session.opened', session: `s${n}`, agent, fields: { ...gone(), client: 'claude-code', ttl: 1_800_000 } }] : [
    { type: 'deployment.made', agent, fields: { by: 'bench', background: true, scopes: [], readOnly: false, restart: 'never', maxRestarts: 0, graceSeconds: 10, pool: { kind: 'claude', size: 5, total: 15 } } },
    { type: 'deployment.changed', agent, deployment: seq, fields: { phase: 'running', keeper: gone(), process: gone(), lastLine: 'Tests written, the edges are next' } },
  ]
  return [
    { type: 'agent.joined', agent, identity: { name: agent, kind: 'agent', role: 'worker', level: `L${1 + (n % 3)}`, client: 'claude-code', brief: 'b'.repeat(200) } },
    ...process,
    { type: 'agent.checkedIn', agent, fields: { status: n % 7 === 0 ? 'blocked' : 'working', progress: 1 + (n % 99), currentTask: 'Totals', ...(n % 7 === 0 && { blocker: 'no key' }) }, work: true },
    { type: 'claim.granted', claim: `c${n}`, agent, resource: { kind: 'file', tree: '', path: file }, grant: { mode: 'exclusive', attached: true, ttl: 1_800_000, note: 'work', branch: 'main' } },
    ...[1, 2, 3].map((step): Event => ({ type: 'work.logged', agent, text: `Step ${step} is done` })),
    { type: 'checkpoint.saved', agent, fields: { done: 'd'.repeat(200), next: 'n'.repeat(200), files: [file], verify: 'npm test', notes: '' } },
  ]
}
