import type { Deployment } from '../core/model/deployment.js'
import type { Muster } from '../core/muster.js'
import { readCommand } from './commandFile.js'
import type { Setting } from './setting.js'
import { startKeeper } from './keeperProcess.js'

/** ms a keeper has to be there after its deployment was written down. */
const KEEPER_START = 60_000

/** Keepers started by this process that have not ended, by deployment: another look must not start a second one. */
const starting = new Map<string, Promise<void>>()

/** Sees to what killed keepers have left on this machine: agents that run get another keeper, the others are written down as ended. */
export async function tend(muster: Muster, setting: Setting): Promise<void> {
  for (const deployment of await muster.keeping.list()) await tendOne(muster, deployment, setting)
}

/** The same for one. */
export async function tendOne(muster: Muster, deployment: Deployment, { program, env }: Setting): Promise<void> {
  const { agent, made, phase, keeper, process } = deployment
  const { keeping, folder } = muster
  if (phase === 'ended') return
  if (keeper === undefined) {
    // Whoever deployed it was killed before its keeper was there.
    if (Date.now() - made.at > KEEPER_START) await keeping.lost(agent, made.seq)
    return
  }
  if (!keeping.hasEnded(keeper)) return
  // Between two processes, or before the first: somebody has to go on with it, where its command is known.
  const runs = process !== undefined && !keeping.hasEnded(process)
  const due = deployment.background && (process === undefined || phase === 'restarting') && keeper.boot === keeping.here.boot
  if (!runs && !due) {
    await keeping.lost(agent, made.seq)
    return
  }
  const name = `${folder} ${agent} ${made.seq}`
  if (starting.has(name)) return
  const command = await readCommand(folder, agent, made.seq)
  const { ended } = await startKeeper({ program, folder, agent, number: made.seq, cwd: command?.cwd ?? muster.root, env })
  starting.set(name, ended)
  void ended.then(() => starting.delete(name))
}
