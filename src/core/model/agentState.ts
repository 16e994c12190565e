import type { AgentStatus } from './agent.js'
import { agentIdOf } from './agentId.js'
import type { AgentView } from './operations.js'

/** Status words of scripts that read these files. */
export const statusWords: Readonly<Record<AgentStatus, string>> = { waiting: 'pending', starting: 'spawning', working: 'running', blocked: 'blocked', failed: 'failed', done: 'completed' }

/**
 * How an agent is, for scripts: what they know of one that they asked for, and how its process fares.
 * @param updated ISO 8601
 * @param above name of the one it works under
 */
export function agentStateFile(agent: AgentView, updated: string, above = agent.parent): Record<string, unknown> {
  const { deployment } = agent
  // As it was asked for, where it was by a file.
  const { agent_name: named, parent_agent_id: under, ...more } = agent.metadata ?? {}
  const isAbove = under !== undefined && spells(String(under), agent.parent)
  const metadata = isAbove || under === undefined ? more : { ...more, parent_agent_id: under }
  const closed = agent.status === 'done' ? { completed_at: agent.changedAt } : agent.status === 'failed' ? { failed_at: agent.changedAt, error: agent.error } : {}
  return {
    agent_id: spells(agent.name, agent.id) ? agent.name : agent.id,
    agent_name: named ?? agent.name,
    agent_type: agent.level ?? agent.role ?? agent.kind,
    parent_agent_id: (isAbove ? under : above !== undefined && spells(above, agent.parent) ? above : agent.parent) ?? null,
    model: agent.model ?? null,
    prompt: agent.brief ?? '',
    load_percentage: agent.load ?? 0,
    estimated_duration: agent.estimatedMinutes === undefined ? null : Math.round(agent.estimatedMinutes * 60),
    metadata,
    status: statusWords[agent.status],
    pid: deployment?.process?.pid ?? null,
    keeper_pid: deployment?.keeper?.pid ?? null,
    // Of a process that Muster keeps, when that began; of others, when they set to work.
    started_at: (deployment ? deployment.ranAt : agent.startedAt) ?? null,
    progress: agent.progress ?? 0,
    message: agent.message ?? null,
    created_at: agent.joinedAt,
    last_updated: updated,
    ...closed,
    phase: deployment?.phase ?? null,
    restarts: deployment?.restarts ?? 0,
    exit_code: deployment?.exit?.code ?? null,
    signal: deployment?.exit?.signal ?? null,
    last_line: deployment?.lastLine ?? null,
  }
}

/** Whether a name is an id, but for capitals and the like. */
function spells(name: string, id: string | undefined): boolean {
  return agentIdOf(name) === id
}
