import { agentStateFile } from '../core/model/agentState.js'
import type { AgentView } from '../core/model/operations.js'
import { placesOf, writePrivate } from './files.js'

/** @param above name of the one it works under. @throws what the file system throws */
export async function saveStatus(folder: string, agent: AgentView, above: string | undefined, now = new Date()): Promise<void> {
  const text = `${JSON.stringify(agentStateFile(agent, now.toISOString(), above), null, 2)}\n`
  const { status, state } = placesOf(folder, agent.id, agent.name)
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

/** @param path its place. @throws what the file system throws */
export async function saveResponse(path: string, response: Response): Promise<void> {
  await writePrivate(path, `${JSON.stringify({ ...response, responded_at: new Date().toISOString() }, null, 2)}\n`)
}
