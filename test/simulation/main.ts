/**
 * `npm run test:sim [-- --seed N | --disk-seed N | --coordinator N --disk N --first N]`: many more simulated histories than `npm test` plays,
 * on all processors. With --seed, one history of the coordinator, and what happened in it; with --disk-seed, one of the ledger
 * on a simulated disk, and what is on the disk in the end.
 */
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runSeeds } from './run.js'
import { Simulation } from './simulation.js'

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string' },
    'disk-seed': { type: 'string' },
    coordinator: { type: 'string', default: '10000' },
    disk: { type: 'string', default: '20000' },
    first: { type: 'string', default: '1' },
    /** One shard of another run of this program. */
    shard: { type: 'string' },
  },
})

interface Report {
  broken?: { seed: number; violation: string }
  totals: Record<string, number>
}

/** Seeds a child plays in one go: short enough to see progress, long enough to be worth a process. */
const SHARD = { coordinator: 250, disk: 500 }
type Kind = keyof typeof SHARD

async function runShard(kind: Kind, first: number, last: number): Promise<Report> {
  if (kind === 'coordinator') return runSeeds(first, last) as Promise<Report>
  const { Processes, World } = await import('../unit/ledger/simulation/world.js')
  const processes = await Processes.start(4)
  const totals: Record<string, number> = {}
  try {
    for (let seed = first; seed <= last; seed++) {
      const { violation, ...numbers } = await new World(seed, processes.channels).run()
      for (const [name, number] of Object.entries(numbers)) totals[name] = (totals[name] ?? 0) + number
      if (violation !== undefined) return { totals, broken: { seed, violation } }
    }
  } finally {
    await processes.end()
  }
  return { totals }
}

function inChild(kind: Kind, first: number, last: number): Promise<Report> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--enable-source-maps', fileURLToPath(import.meta.url), '--shard', `${kind}:${first}:${last}`], { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
    child.once('close', (code) => (code === 0 ? resolve(JSON.parse(text) as Report) : reject(new Error(`seeds ${first} to ${last} of ${kind}: ended with ${code}`))))
  })
}

async function runAll(kind: Kind, count: number, first: number): Promise<boolean> {
  const started = Date.now()
  const totals: Record<string, number> = {}
  const broken: { seed: number; violation: string }[] = []
  let next = first
  async function work(): Promise<void> {
    for (let from = next; from < first + count; from = next) {
      next = from + SHARD[kind]
      const report = await inChild(kind, from, Math.min(next, first + count) - 1)
      for (const [name, number] of Object.entries(report.totals)) totals[name] = (totals[name] ?? 0) + number
      if (report.broken) broken.push(report.broken)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  console.log(`${kind}: ${count} histories in ${Math.round((Date.now() - started) / 1000)} s, ${broken.length} broken; ${JSON.stringify(totals)}`)
  for (const { seed, violation } of broken) console.log(`  seed ${seed}: ${violation}; npm run test:sim -- --${kind === 'disk' ? 'disk-seed' : 'seed'} ${seed}`)
  return broken.length === 0
}

if (options.seed !== undefined) {
  const { trace, ...outcome } = await new Simulation(Number(options.seed), true).run()
  console.log(trace.join('\n'))
  console.log(outcome)
  process.exitCode = outcome.violation === undefined ? 0 : 1
} else if (options['disk-seed'] !== undefined) {
  const { Processes, World } = await import('../unit/ledger/simulation/world.js')
  const processes = await Processes.start(4)
  const world = new World(Number(options['disk-seed']), processes.channels)
  const outcome = await world.run()
  await processes.end()
  for (const [path, lines] of world.segments()) console.log(`${path}\n  ${lines.join('\n  ')}`)
  console.log(outcome)
  process.exitCode = outcome.violation === undefined ? 0 : 1
} else if (options.shard !== undefined) {
  const [kind, first, last] = options.shard.split(':') as [Kind, string, string]
  console.log(JSON.stringify(await runShard(kind, Number(first), Number(last))))
} else {
  const first = Number(options.first)
  const held = [await runAll('coordinator', Number(options.coordinator), first), await runAll('disk', Number(options.disk), first)]
  process.exitCode = held.every(Boolean) ? 0 : 1
}
