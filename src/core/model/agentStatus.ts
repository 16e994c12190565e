import type { AgentView } from './operations.js'
import type { AgentStatus } from './words.js'

/** Finished, for good or ill; every other status is incomplete. */
export function isClosed(status: AgentStatus): boolean {
  return status === 'done' || status === 'failed'
}

/** Whether an agent may go from one status to the other. What is finished has to be taken up again before it is anything else. */
export function mayBecome(from: AgentStatus, to: AgentStatus): boolean {
  return from === to || !isClosed(from) || to === 'waiting' || to === 'starting' || to === 'working'
}

/** Ended by somebody's wish, which is no failure: there is nothing to be looked into. */
export function wasStopped({ deployment, error }: Pick<AgentView, 'deployment' | 'error'>): boolean {
  return deployment?.phase === 'ended' && deployment.asked?.what === 'stop' && error?.startsWith('stopped by ') === true
}
