import type * as op from './model/agentOperations.js'

/** The part of {@link Muster} that is about agents as such, and about recovery. */
export interface AgentCalls {
  /** Registers an agent or changes what is known about one; the caller, where none is named. Persons only say who is a person. */
  setAgent(agent: op.AgentInput): Promise<op.AgentResult>
  /** Says that an agent is done. */
  completeAgent(id: string): Promise<op.AgentResult>
  /** Says that an agent failed, and why. */
  failAgent(id: string, error: string): Promise<op.AgentResult>
  /** Forgets an agent that is not there and holds no lock; its tasks are open for others again. */
  removeAgent(id: string): Promise<op.RemoveAgentResult>
  /** Agents that stopped before their work was done, by status and level; those that failed or wait to be integrated apart. `details` asks git too; `agent` names the only one to tell of. */
  recoverySummary(options?: op.RecoveryOptions): Promise<op.RecoverySummary>
  /** Forgets agents that stopped before their work was done (all, or one that no process speaks for), and ends their locks. For persons only. */
  clearRecovery(agent?: string): Promise<op.ClearRecoveryResult>
  /** Begins an agent that stopped anew: answers its checkpoint, locks, tasks and last work. */
  resumeAgent(id: string): Promise<op.ResumeResult>
}
