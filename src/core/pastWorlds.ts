import { invalid } from './errors.js'
import type { MusterParts } from './acting.js'
import type { Moment, Past } from './muster.js'
import { Replay } from './replay.js'
import { StateWorld } from './state/world.js'
import { tell } from './tell.js'

/** Past states as people see them. */
export class PastWorlds {
  private readonly replay: Replay

  constructor(private readonly parts: Pick<MusterParts, 'ledger' | 'connection'>) {
    this.replay = new Replay(parts.ledger)
  }

  /** @throws MusterError INVALID_INPUT, what reading the ledger throws, and what `signal` was ended with */
  async at(moment: Moment, agent: string, signal?: AbortSignal): Promise<Past> {
    const { ledger, connection } = this.parts
    const time = 'at' in moment ? Date.parse(moment.at) : undefined
    if (Number.isNaN(time)) throw invalid(tell`That is no time.`, tell`Write it as in 2026-03-01T12:00:00Z.`)
    const { state, stamp, first, last } = await this.replay.state('at' in moment ? { at: time! } : moment, signal)
    // Time passed since the change, up to the moment that was asked for.
    const passed = Math.max(0, (time ?? stamp.at) - stamp.at)
    const then = { ...stamp, at: stamp.at + passed, up: stamp.up + passed }
    const context = { ...connection.context(then), agent, isGone: () => false, watchedMs: () => 0, graceOver: () => false }
    return { world: new StateWorld(state, context, ledger.status()), seq: stamp.seq, at: new Date(stamp.at).toISOString(), first, last }
  }
}
