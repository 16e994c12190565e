import type { AgentStatus } from '../core/model/agent.js'
import { agentIdOf } from '../core/model/agentId.js'
import type { AgentView } from '../core/model/operations.js'
import { placesOf, writePrivate } from './files.js'

/** Status words of scripts that read these files. */
export const statusWords: Readonly<Record<AgentStatus, string>> = { waiting: 'pending', starting: 'spawning', working: 'running', blocked: 'blocked', failed: 'failed', done: 'completed' }

/** How an agent is, for scripts: what they know of one that they asked for, and how its process fares. */
export function statusOf(agent: AgentView, now: Date): Record<string, unknown> {
  const { deployment } = agent
  // As it was asked for, where it was by a file.
  const { agent_name: named, ...metadata } = agent.metadata ?? {}
  const closed = agent.status === 'done' ? { completed_at: agent.changedAt } : agent.status === 'failed' ? { failed_at: agent.changedAt, error: agent.error } : {}
  return {
    agent_id: agentIdOf(agent.name) === agent.id ? agent.name : agent.id,
    agent_name: named ?? agent.name,
    agent_type: agent.level ?? agent.role ?? agent.kind,
    parent_agent_id: agent.parent ?? null,
    model: agent.model ?? null,
    prompt: agent.brief ?? '',
    load_percentage: agent.load ?? 0,
    estimated_duration: agent.estimatedMinutes === undefined ? null : Math.round(agent.estimatedMinutes * 60),
    metadata,
    status: statusWords[agent.status],
    pid: deployment?.process?.pid ?? null,
    keeper_pid: deployment?.keeper?.pid ?? null,
    started_at: deployment?.beganAt ?? null,
    progress: agent.progress ?? 0,
    message: agent.message ?? null,
    created_at: agent.joinedAt,
    last_updated: now.toISOString(),
    ...closed,
    phase: deployment?.phase ?? null,
    restarts: deployment?.restarts ?? 0,
    exit_code: deployment?.exit?.code ?? null,
    signal: deployment?.exit?.signal ?? null,
    last_line: deployment?.lastLine ?? null,
  }
}

/** @throws what the file system throws */
export async function saveStatus(folder: string, agent: AgentView, now = new Date()): Promise<void> {
  const text = `${JSON.stringify(statusOf(agent, now), null, 2)}\n`
  const { status, state } = placesOf(folder, agent.id)
  await writePrivate(status, text)
  await writePrivate(state, text)
}

/** Answer to whoever asked for an agent by a file. `id`: as they wrote it, where that names a file. */
export interface Response {
  ok: boolean
  agent_id: string
  status: string
  pid?: number | undefined
  state_file?: string | undefined
  started_at?: string | undefined
  error?: { code: string; message: string; hint?: string | undefined } | undefined
  warnings?: readonly string[] | undefined
}

/** @throws what the file system throws */
export async function saveResponse(folder: string, id: string, response: Response): Promise<void> {
  await writePrivate(placesOf(folder, id).response, `${JSON.stringify({ ...response, responded_at: new Date().toISOString() }, null, 2)}\n`)
}
