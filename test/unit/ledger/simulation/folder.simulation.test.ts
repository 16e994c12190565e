import assert from 'node:assert/strict'
import { Processes, World, type Outcome, type Rules } from './world.js'

const SEEDS = Number(process.env['MUSTER_SIM_SEEDS'] ?? 25)
const FIRST = Number(process.env['MUSTER_SIM_FIRST'] ?? 1)

describe('folder ledger on a simulated disk', function () {
  this.timeout(0)
  let processes: Processes

  before(async () => {
    processes = await Processes.start(4)
  })
  after(() => processes.end())

  async function play(seed: number, without?: Rules): Promise<Outcome> {
    return new World(seed, processes.channels, without).run()
  }

  it(`keeps every promise in ${SEEDS} histories of kills, power losses, short writes and pauses`, async () => {
    const total = { commits: 0, kills: 0, powerLosses: 0, shortWrites: 0, segments: 0, snapshots: 0, archived: 0 }
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      const outcome = await play(seed)
      assert.equal(outcome.violation, undefined, `seed ${seed}: ${outcome.violation}\nSee what happened: npm run test:sim -- --disk-seed ${seed}`)
      for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += outcome[name]
    }
    // The histories must have been hard ones for this to mean anything.
    assert.ok(total.commits > 10 * SEEDS && total.kills > SEEDS / 2 && total.powerLosses > SEEDS / 2 && total.shortWrites > SEEDS / 2 && total.segments > 2 * SEEDS && total.snapshots > SEEDS / 2 && total.archived > SEEDS / 2, JSON.stringify(total))
  })

  it('plays the same history for the same seed', async () => {
    const once = async (seed: number): Promise<unknown> => {
      const world = new World(seed, processes.channels)
      const outcome = await world.run()
      // The ids of ledgers are random, and with them the sums.
      return [outcome, world.segments().map(([name, lines]) => [name, lines.map((line) => line.replace(/[0-9a-f]{16,}/g, '…'))])]
    }
    for (const seed of [FIRST, FIRST + 1, FIRST + 2]) assert.deepEqual(await once(seed), await once(seed))
  })

  const mutations: Record<string, Rules> = {
    'a fence that is more than a newline': { fence: true },
    'bringing to disk before showing': { syncBeforeReveal: true },
    'acknowledging after the flush': { ackAfterSync: true },
    'flushing the folder of a new segment': { folderSync: true },
    'flushing the folder of an archive before its segment goes': { archiveSync: true },
  }
  for (const [name, without] of Object.entries(mutations)) {
    it(`breaks without ${name}`, async () => {
      for (let seed = 1; seed <= 3000; seed++) if ((await play(seed, without)).violation !== undefined) return
      assert.fail('no history broke: the simulation does not test this rule')
    })
  }
})
