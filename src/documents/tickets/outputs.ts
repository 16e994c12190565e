import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { AgentView } from '../../core/model/operations.js'
import { ensureFolder, writeDurably } from '../../runs/durable.js'
import { bytesOf } from '../replace.js'
import { home, lastOutput, saveOutput } from './tickets.js'

/** What the process of an agent has written in the background; undefined where it has no log. @throws as {@link bytesOf} */
export async function logOf(folder: string, agent: string): Promise<Buffer | undefined> {
  const logs = join(folder, 'agents', agent)
  const numberOf = (name: string): number => Number(/^log\.(\d+)\.txt$/.exec(name)?.[1] ?? 0)
  const names = (await readdir(logs).catch(() => [])).filter((name) => /^log(\.\d+)?\.txt$/.test(name)).sort((a, b) => numberOf(b) - numberOf(a))
  const parts = await Promise.all(names.map((name) => bytesOf(join(logs, name))))
  return names.length === 0 ? undefined : Buffer.concat(parts.flatMap((part) => part ?? []))
}

/**
 * Saves the outputs of workers that Muster started and that have ended, each once, where there is a folder for that.
 * @returns absolute paths of the files it made
 * @throws what writing throws
 */
export async function collectOutputs({ folder, root, agents, now }: { folder: string; root: string; agents: readonly AgentView[]; now: number }): Promise<string[]> {
  const ended = agents.filter(({ deployment }) => deployment?.phase === 'ended' && deployment.background)
  if (ended.length === 0 || !(await lstat(join(root, home)).then((facts) => facts.isDirectory(), () => false))) return []
  const path = join(folder, 'documents', 'outputs.json')
  const noted = await notedIn(path)
  const made: string[] = []
  const fresh = ended.filter(({ id, deployment }) => noted[id] !== deployment!.number)
  for (const agent of fresh) {
    const bytes = await logOf(folder, agent.id)
    if (bytes !== undefined && bytes.length > 0) {
      // One that was cut off before it was noted is there already.
      const last = await lastOutput(root, agent)
      const same = last !== undefined && (await bytesOf(join(root, last)))?.equals(bytes) === true
      if (!same) made.push(join(root, await saveOutput(root, agent, bytes, now)))
    }
    noted[agent.id] = agent.deployment!.number
  }
  if (fresh.length === 0) return []
  await ensureFolder(join(folder, 'documents'))
  await writeDurably(path, `${JSON.stringify(noted)}\n`)
  return made
}

/** Number of the deployment whose output was saved last, by agent. */
async function notedIn(path: string): Promise<Record<string, number>> {
  try {
    const noted: unknown = JSON.parse((await bytesOf(path))?.toString('utf8') ?? '{}')
    return typeof noted === 'object' && noted !== null && !Array.isArray(noted) ? (noted as Record<string, number>) : {}
  } catch {
    return {}
  }
}
