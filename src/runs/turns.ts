import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import { errnoOf } from '../core/errors.js'

/** ms a turn is waited for; whoever had it for so long is stopped or gone, and everything is checked by itself anyway. */
const PATIENCE = 30_000
/** ms after which the turn of a process that was killed is over. */
const STALE = 10_000
const LOOK_EVERY = 5
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EROFS'])

/**
 * Has processes change the runs' shared files one after another. Fairness: files are compared before they are replaced, and
 * locks are made exclusively, also where somebody goes on without a turn.
 * @param folder The coordination folder, which all of them share
 */
export async function inTurn<T>(folder: string, act: () => Promise<T>): Promise<T> {
  const release = await take(join(folder, 'runs.lock'))
  try {
    return await act()
  } finally {
    // It may have been taken over, or its folder be gone.
    await release?.().catch(() => undefined)
  }
}

async function take(path: string): Promise<(() => Promise<void>) | undefined> {
  const module = await import('proper-lockfile')
  const { lock } = module.default ?? module
  for (const end = performance.now() + PATIENCE; performance.now() < end; ) {
    try {
      return await lock(path, { lockfilePath: path, realpath: false, stale: STALE, onCompromised: () => undefined })
    } catch (error) {
      // A disk that is full takes no lock either.
      if (NO_ROOM.has(errnoOf(error) ?? '')) return undefined
      await sleep(LOOK_EVERY + Math.random() * LOOK_EVERY)
    }
  }
  return undefined
}
