import { Simulation, type SimulationOutcome } from './simulation.js'

export type Totals = Omit<SimulationOutcome, 'seed' | 'violation' | 'trace'>

/** Plays the histories of seeds `first` to `last`. @returns what they came to, and the first that broke */
export async function runSeeds(first: number, last: number): Promise<{ totals: Totals; broken: { seed: number; violation: string } | undefined }> {
  const totals: Totals = { commits: 0, operations: 0, kills: 0, pauses: 0, clockSteps: 0, grants: 0, queued: 0, takeOvers: 0, oldTokens: 0, messages: 0 }
  for (let seed = first; seed <= last; seed++) {
    const outcome = await new Simulation(seed).run()
    for (const name of Object.keys(totals) as (keyof Totals)[]) totals[name] += outcome[name]
    if (outcome.violation !== undefined) return { totals, broken: { seed, violation: outcome.violation } }
  }
  return { totals, broken: undefined }
}
