import type { MusterParts } from './acting.js'
import { isMusterError } from './errors.js'
import type { RecoveryAgent, RecoverySummary } from './model/agentOperations.js'
import { touches } from './model/overlap.js'
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
  const detailed = (agent: RecoveryAgent): RecoveryAgent => ({
    ...agent,
    locks: [...claimsOf(state, agent.id)].map((claim) => claimView(state, claim, context)),
    ...(changes !== 'unknown' && { uncommitted: changesUnder(concerned.get(agent.id) ?? [], changes) }),
    lastWork: (state.workLogs.get(agent.id) ?? []).slice(-LINES).map(({ text, stamp }) => ({ text, at: iso(stamp) })),
  })
  return { ...summary, incomplete: summary.incomplete.map(detailed), failed: summary.failed.map(detailed), notIntegrated: summary.notIntegrated.map(detailed) }
}

/** Of finished agents, those that left changes nobody has committed; where git cannot tell, those that spoke of files. */
export async function closedUncommitted(parts: MusterParts, state: State, agents: readonly string[]): Promise<string[]> {
  const concerned = agents.flatMap((id): [string, Resource[]][] => {
    const agent = state.agents.get(id)
    const delivered = [...state.deliverables.values()].flatMap((one) => (one.agent === id ? one.files.map(({ path }) => path) : []))
    const resources = agent ? resourcesOf(parts, state, { id, filesModified: [...(agent.filesModified ?? []), ...delivered], checkpoint: state.checkpoints.get(id) }) : []
    return resources.length > 0 ? [[id, resources]] : []
  })
  const changes = await parts.tree.changes(concerned.flatMap(([, resources]) => resources))
  return concerned.filter(([, resources]) => changes === 'unknown' || changesUnder(resources, changes).length > 0).map(([id]) => id)
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

function changesUnder(resources: readonly Resource[], changes: readonly UncommittedChange[]): string[] {
  return changes.filter(({ file }) => resources.some((resource) => resource.kind !== 'name' && resource.tree === file.tree && touches(resource, file))).map(({ label }) => label)
}
