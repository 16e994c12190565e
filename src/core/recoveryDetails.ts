import type { MusterParts } from './acting.js'
import { isMusterError } from './errors.js'
import type { RecoveryAgent, RecoverySummary } from './model/agentOperations.js'
import { Placed } from './model/placed.js'
import type { Resource } from './model/resource.js'
import { claimsOf } from './rules/conflicts.js'
import type { Context } from './rules/rule.js'
import type { State } from './state/state.js'
import { claimView, iso } from './state/views.js'
import type { UncommittedChange } from './system/git.js'

/** What of an agent tells which files are its. */
type Spoken = { id: string; filesModified?: readonly string[]; checkpoint?: { files: readonly string[] } | undefined }

/** So many lines of its work log say what an agent did last. */
const LINES = 3

/** The summary with what each agent holds, did last and left uncommitted: what a person wants to see before deciding. Git is asked once for all. */
export async function withDetails(parts: MusterParts, state: State, context: Context, summary: RecoverySummary): Promise<RecoverySummary> {
  const agents = [...summary.incomplete, ...summary.failed, ...summary.notIntegrated]
  const concerned = new Map(agents.map((agent) => [agent.id, resourcesOf(parts, state, agent)]))
  const changes = await parts.tree.changes([...concerned.values()].flat())
  const uncommitted = changes === 'unknown' ? undefined : changesOf(concerned, changes)
  const detailed = (agent: RecoveryAgent): RecoveryAgent => ({
    ...agent,
    locks: [...claimsOf(state, agent.id)].map((claim) => claimView(state, claim, context)),
    ...(uncommitted && { uncommitted: uncommitted.get(agent.id) ?? [] }),
    lastWork: (state.workLogs.get(agent.id) ?? []).slice(-LINES).map(({ text, stamp }) => ({ text, at: iso(stamp) })),
  })
  return { ...summary, incomplete: summary.incomplete.map(detailed), failed: summary.failed.map(detailed), notIntegrated: summary.notIntegrated.map(detailed) }
}

/** Of finished agents, those that left changes nobody has committed; where git cannot tell, those that spoke of files. */
export async function closedUncommitted(parts: MusterParts, state: State, agents: readonly string[]): Promise<string[]> {
  const concerned = new Map(agents.flatMap((id): [string, Resource[]][] => {
    const agent = state.agents.get(id)
    const delivered = [...state.deliverables.values()].flatMap((one) => (one.agent === id ? one.files.map(({ path }) => path) : []))
    const resources = agent ? resourcesOf(parts, state, { id, filesModified: [...(agent.filesModified ?? []), ...delivered], checkpoint: state.checkpoints.get(id) }) : []
    return resources.length > 0 ? [[id, resources]] : []
  }))
  const changes = await parts.tree.changes([...concerned.values()].flat())
  return [...(changes === 'unknown' ? concerned : changesOf(concerned, changes)).keys()]
}

/** What an agent may have changed: what it holds, and the files it spoke of. */
function resourcesOf({ tree }: MusterParts, state: State, { id, filesModified = [], checkpoint }: Spoken): Resource[] {
  const named = [...filesModified, ...(checkpoint?.files ?? [])].flatMap((file) => {
    try {
      return [tree.resolve(file)]
    } catch (error) {
      // It may have called anything a file.
      if (isMusterError(error)) return []
      throw error
    }
  })
  return [...[...claimsOf(state, id)].map(({ resource }) => resource), ...named]
}

/** What changed of what each agent may have changed; those without any are not in it. */
function changesOf(concerned: ReadonlyMap<string, readonly Resource[]>, changes: readonly UncommittedChange[]): Map<string, string[]> {
  const placed = new Placed<string>()
  for (const [id, resources] of concerned) for (const resource of resources) if (resource.kind !== 'name') placed.add(resource, id)
  const found = new Map<string, string[]>()
  for (const { file, label } of changes) for (const id of new Set(placed.touching(file))) found.set(id, [...(found.get(id) ?? []), label])
  return found
}
