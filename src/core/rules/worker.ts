import type { Agent, Session } from '../model/agent.js'
import { agentIdOf } from '../model/agentId.js'
import type { State } from '../state/state.js'

/** One process of one boot, as a session names it. */
export type ProcessName = Pick<Session, 'pid' | 'start' | 'boot'>

/** The worker behind a connection that names no agent: its client's conversation, or the program it runs in. */
export interface Worker {
  /** The client's own id of the conversation. */
  conversation?: string | undefined
  /** The agent's program (the terminal's `claude`, say), of which this process is a child. */
  process?: ProcessName | undefined
  /** The conversation that this one, a subagent's, belongs to. */
  under?: string | undefined
}

/** The conversation of a subagent, by the client's id for it. */
export function subagentConversation(conversation: string, subagent: string): string {
  return `${conversation}/${subagent}`
}

/** Begins the conversation of an agent that is known by its program only, until its client tells an id. */
const BY_PROCESS = 'process:'

/**
 * What an agent's identity keeps of its worker; undefined for a connection that is nobody's but its own.
 * @param known An agent keeps its conversation when a call tells none.
 */
export function conversationOf({ conversation, process }: Worker, known?: Agent): string | undefined {
  return conversation ?? known?.conversation ?? (process && `${BY_PROCESS}${process.boot}:${process.pid}:${process.start}`)
}

/**
 * The agent that a worker is known as. A program is one agent until it begins a second conversation; a call that tells
 * no conversation means the one that its program spoke for last.
 */
export function agentOfWorker(state: State, worker: Worker): Agent | undefined {
  const conversation = conversationOf(worker)
  if (conversation === undefined) return undefined
  const known = byConversation(state, conversation)
  if (known || worker.process === undefined) return known
  const agent = bySession(state, worker.process) ?? byConversation(state, conversationOf({ process: worker.process })!)
  if (worker.conversation === undefined) return agent
  // What the program was first known as is its main conversation, not a subagent.
  if (worker.under !== undefined) return undefined
  return agent?.conversation?.startsWith(BY_PROCESS) ? agent : undefined
}

/** The first of `claude-1`, `claude-2` … that nobody has had here. */
export function freeName(state: State, client: string): { id: string; name: string } {
  const base = agentIdOf(client).slice(0, 56) || 'agent'
  for (let number = 1; ; number++) {
    const name = `${base}-${number}`
    if (!state.agents.has(name)) return { id: name, name }
  }
}

function byConversation(state: State, conversation: string): Agent | undefined {
  for (const agent of state.agents.values()) if (agent.conversation === conversation) return agent
  return undefined
}

function bySession(state: State, { pid, start, boot }: ProcessName): Agent | undefined {
  let latest: Session | undefined
  for (const session of state.sessions.values()) {
    if (session.pid === pid && session.boot === boot && session.start === start && (latest === undefined || session.opened.seq > latest.opened.seq)) latest = session
  }
  return latest && state.agents.get(latest.agent)
}
