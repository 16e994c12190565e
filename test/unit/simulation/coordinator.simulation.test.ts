import assert from 'node:assert/strict'
import { runSeeds } from '../../simulation/run.js'
import { Simulation } from '../../simulation/simulation.js'

const SEEDS = Number(process.env['MUSTER_COORDINATOR_SEEDS'] ?? 250)
const FIRST = Number(process.env['MUSTER_SIM_FIRST'] ?? 1)

describe('the coordinator on simulated time', function () {
  this.timeout(0)

  it(`keeps its word in ${SEEDS} histories of kills, stops, sleep, reboots and wrong clocks`, async () => {
    const { totals, broken } = await runSeeds(FIRST, FIRST + SEEDS - 1)
    assert.equal(broken, undefined, `seed ${broken?.seed}: ${broken?.violation}\nSee what happened: npm run test:sim -- --seed ${broken?.seed}`)
    // The histories must have been hard ones for this to mean anything.
    const least = { commits: 50, operations: 40, kills: 4, pauses: 5, clockSteps: 2, grants: 5, queued: 3, takeOvers: 2, oldTokens: 1, messages: 5 }
    for (const [name, count] of Object.entries(least)) assert.ok(totals[name as keyof typeof least] > count * SEEDS * 0.8, `${name}: ${totals[name as keyof typeof least]}`)
  })

  it('plays the same history for the same seed', async () => {
    const play = async (): Promise<string> => {
      const { trace, ...outcome } = await new Simulation(42, true).run()
      return JSON.stringify([outcome, trace])
    }
    assert.equal(await play(), await play())
  })
})
