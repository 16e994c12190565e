import type { DeploymentExit, RestartPolicy } from '../core/model/deployment.js'

const LONGEST_MS = 5 * 60_000

export interface Ended {
  policy: RestartPolicy
  exit: DeploymentExit
  /** How many times it was started again already. */
  restarts: number
  maxRestarts: number
  firstDelayMs: number
}

/** What follows when a process ended that nobody ended. */
export type Next = { do: 'restart'; delayMs: number } | { do: 'end'; ending: 'done' | 'failed' | 'lost'; why?: string }

export function next({ policy, exit, restarts, maxRestarts, firstDelayMs }: Ended): Next {
  // Nobody saw how it ended: it may have been done.
  if (!exit.known) return { do: 'end', ending: 'lost' }
  const well = exit.code === 0
  const again = policy === 'always' || (policy === 'on-failure' && !well)
  if (again && restarts < maxRestarts) return { do: 'restart', delayMs: Math.min(LONGEST_MS, firstDelayMs * 2 ** Math.min(restarts, 30)) }
  if (well) return { do: 'end', ending: 'done' }
  return { do: 'end', ending: 'failed', ...(again && maxRestarts > 0 && { why: `started again ${maxRestarts} times already` }) }
}

/** `code 3`, `SIGKILL`, `its end was not seen`. */
export function howItEnded({ known, code, signal }: Pick<DeploymentExit, 'known' | 'code' | 'signal'>): string {
  if (!known) return 'its end was not seen'
  return signal ?? `code ${code}`
}
