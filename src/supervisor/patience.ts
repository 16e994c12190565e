import { errnoOf } from '../core/errors.js'
import type { Deployment, HostedProcess } from '../core/model/deployment.js'
import { processStart } from '../core/system/processes.js'

/** ms, beyond its agent's time of grace, that a keeper has for each step of what it was asked. */
const SLOW_MS = 10_000

/**
 * How long a keeper is waited for that was asked for something. One of this machine that does not do it, since it is paused or
 * hangs, is ended, once: then another one follows its agent by pid and start time, as after any that was killed.
 * @param now ms of a clock that only goes on
 * @param end Ends a process; whether it is gone, or will be.
 * @returns whether there is still something to wait for
 */
export function patience(here: HostedProcess, now: () => number = () => performance.now(), end: (keeper: HostedProcess) => boolean = endKeeper): (deployment: Deployment) => boolean {
  let [since, step, ended] = [now(), '', false]
  return ({ keeper, phase, graceSeconds }) => {
    // Who deployed it was killed, or its keeper is about to come: that is decided elsewhere.
    if (keeper === undefined) return true
    const at = `${phase} ${keeper.pid} ${keeper.start}`
    if (at !== step) [since, step] = [now(), at]
    if (now() - since < graceSeconds * 1000 + SLOW_MS) return true
    if (ended || keeper.boot !== here.boot) return false
    ended = true
    since = now()
    return end(keeper)
  }
}

function endKeeper({ pid, start }: HostedProcess): boolean {
  // Looked at right before: a number is not used again within that time.
  if (processStart(pid) !== start) return true
  try {
    return process.kill(pid, 'SIGKILL')
  } catch (error) {
    // Otherwise it is another user's.
    return errnoOf(error) === 'ESRCH'
  }
}
