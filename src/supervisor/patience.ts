import { errnoOf } from '../core/errors.js'
import type { Deployment } from '../core/model/deployment.js'
import type { Muster } from '../core/muster.js'

/** ms, beyond its agent's time of grace, that a keeper has to do what it was asked. */
const SLOW_MS = 10_000

/**
 * How long keepers of this machine are waited for that were asked for something. One that does not do it, since it is paused or
 * hangs, is ended, once: then another one follows its agent by pid and start time, as after any that was killed.
 * @returns whether there is still something to wait for
 */
export function patience({ keeping }: Muster): (deployment: Deployment) => boolean {
  let since = performance.now()
  let ended = false
  return ({ keeper, graceSeconds }) => {
    if (performance.now() - since < graceSeconds * 1000 + SLOW_MS) return true
    if (ended || keeper === undefined) return false
    ended = true
    since = performance.now()
    // Looked at right before: a number is not used again within that time.
    return keeping.hasEnded(keeper) || end(keeper.pid)
  }
}

function end(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch (error) {
    // Otherwise it is another user's.
    return errnoOf(error) === 'ESRCH'
  }
}
