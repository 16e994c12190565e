import { hostname } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { AgentView, ClaimView } from '../model/operations.js'
import type { SaveBody, WindowContent } from '../model/save.js'
import type { AgentLine, DamagedSession, SavedSession } from '../model/saveOperations.js'
import type { World } from '../muster.js'
import { headsOf } from '../system/heads.js'
import type { Found } from './store.js'

/** What is known at this moment: the records', git's, and what the window tells. Nothing that changes without anybody's doing. */
export function bodyOf(world: World, root: string, agent: string, content: WindowContent | undefined): SaveBody {
  const roots = [root, ...(content?.folders ?? []).flatMap((uri) => (uri.startsWith('file:') ? [fileURLToPath(uri)] : []))]
  return {
    host: hostname(),
    root,
    ...(agent !== '' && { agent }),
    ...(content && { content }),
    repositories: headsOf(roots).map((head) => ({ ...head })),
    agents: world.agents.map(agentOf),
    claims: world.claims.map(claimOf),
  }
}

function agentOf({ id, name, kind, status, parent, progress, currentTask, nextTask, message, blocker, waitingFor }: AgentView): SaveBody['agents'][number] {
  return { id, name, kind, status, parent, progress, currentTask, nextTask, message, blocker, waitingFor }
}

function claimOf({ resource, tree, mode, token, heldBy, progress, note, branch }: ClaimView): SaveBody['claims'][number] {
  return { resource, tree, mode, token, heldBy, progress, note, branch }
}

/** A save as lists show it. */
export function sessionOf(found: Extract<Found, { save: unknown }>): SavedSession {
  const { save, window, id } = found
  const groups = save.content?.groups ?? []
  return {
    id,
    window,
    savedAt: save.savedAt,
    reason: save.reason,
    editors: groups.reduce((sum, group) => sum + group.tabs.length, 0),
    groups: groups.length,
    unsaved: save.content?.unsaved.length ?? 0,
    omitted: save.content?.omitted.length ?? 0,
    terminals: save.content?.terminals.length ?? 0,
    agents: save.agents.filter(({ kind }) => kind === 'agent').length,
    claims: save.claims.length,
    repositories: save.repositories.map(({ root, branch, head }) => ({ root, ...(branch !== undefined && { branch }), ...(head !== undefined && { head }) })),
  }
}

export function damageOf({ id, window, path, problem }: Extract<Found, { problem: string }>): DamagedSession {
  return { id, window, path, problem }
}

/** The signs that shell scripts of the kind have always shown. */
const signs: Readonly<Record<AgentView['status'], string>> = { done: '✅', working: '❓', blocked: '❌', failed: '❌', waiting: '⏳', starting: '⏳' }

/** What it did, is at, or is held up by, in a few words. */
export function lineOf(agent: AgentView): AgentLine {
  const { id, name, status, presence, currentTask, message, blocker, error, brief, progress, waitingFor = [] } = agent
  const held = status === 'blocked' ? blocker : status === 'failed' ? error : undefined
  const about = held ?? (status === 'done' ? message ?? currentTask : currentTask ?? message) ?? brief ?? ''
  const far = progress === undefined || status === 'done' || status === 'failed' ? '' : `${Math.round(progress)} %`
  const summary = [about, far].filter((part) => part !== '').join(', ')
  return { id, name, sign: signs[status], status, presence, summary, waitingFor: [...waitingFor] }
}
