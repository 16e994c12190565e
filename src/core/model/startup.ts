import type { AgentView, ClaimView, DecisionView, MessageView } from './operations.js'
import type { CheckpointView, TaskView } from './workOperations.js'

/** What an agent needs to know when it begins. */
export interface StartupResult {
  ok: true
  agent: AgentView
  messages: MessageView[]
  claims: ClaimView[]
  helpRequests: MessageView[]
  /** Tasks that I work on or am meant to, the most important first. */
  tasks: TaskView[]
  /** My last one, or one that was handed on to me. */
  checkpoint?: CheckpointView
  /** The last lines of my work log, oldest first. */
  workLog: { text: string; at: string }[]
  decisions: DecisionView[]
  /** Others that are gone in the middle of something. */
  incomplete: AgentView[]
  /** Claims of mine that ended without me since I last looked, told by message. */
  lost: MessageView[]
  /** Urgent messages of mine, and of agents that work for me, that nobody acknowledged for ten minutes. */
  unacknowledged: MessageView[]
}
