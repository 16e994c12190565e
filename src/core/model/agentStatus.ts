import type { AgentStatus } from './words.js'

/** Finished, for good or ill; every other status is incomplete. */
export function isClosed(status: AgentStatus): boolean {
  return status === 'done' || status === 'failed'
}

/** Whether an agent may go from one status to the other. What is finished has to be taken up again before it is anything else. */
export function mayBecome(from: AgentStatus, to: AgentStatus): boolean {
  return from === to || !isClosed(from) || to === 'waiting' || to === 'starting' || to === 'working'
}
