import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { markedData } from '../core/marked.js'
import { resourceLabel, type Resource } from '../core/model/resource.js'
import { claimsOf, exactClaim } from '../core/rules/conflicts.js'
import { isRunNote, OUTSIDE_RUN, runFolderOf, runMarks } from '../core/rules/runs.js'
import { reachesModel } from './answer.js'
import type { HookSession } from './session.js'

const FILES_SHOWN = 20

/** What a lock says that an edit takes by itself; with it, `roleWarning` knows that the file was not locked before. */
export function noteOfEdit(session: HookSession): string | undefined {
  const { agent } = session
  if (agent?.role !== 'executor' || !hasRun(session)) return agent?.brief
  return agent.brief === undefined ? OUTSIDE_RUN : `${OUTSIDE_RUN}: ${agent.brief}`
}

/**
 * Said with the first edit of a file, to an executor with a run that writes outside of its folder and locks, and to a guide
 * that writes into a run. Looks at files for guides only, and refuses nothing.
 */
export function roleWarning(session: HookSession, written: readonly Resource[]): string | undefined {
  const { agent, call } = session
  if (written.length === 0 || (agent?.role !== 'executor' && agent?.role !== 'guide') || !reachesModel(call)) return undefined
  const known = new Set(agent.filesModified)
  const fresh = written.filter((resource) => !known.has(resourceLabel(resource)))
  const files = (agent.role === 'executor' ? fresh.filter((resource) => isOutside(session, resource)) : fresh.filter((resource) => isInRun(session, resource))).slice(0, FILES_SHOWN).map(resourceLabel)
  if (files.length === 0) return undefined
  const text = agent.role === 'executor'
    ? 'you are an executor with a run of your own, and wrote outside of its folder and of what you had locked. Keep what the run makes in its folder; leave shared documents to the guide. Where it was meant, lock such files before you edit them.'
    : 'you are a guide, and wrote into the folder of a run. What an executor made there is evidence: validate it (muster run validate) and write what you find elsewhere.'
  return `Muster: ${text}\n${markedData({ files })}`
}

function hasRun({ state, me }: HookSession): boolean {
  for (const claim of claimsOf(state, me)) if (isRunNote(claim.note)) return true
  return false
}

function isOutside(session: HookSession, resource: Resource): boolean {
  return hasRun(session) && exactClaim(session.state, session.me, resource)?.note?.startsWith(OUTSIDE_RUN) === true
}

/** Of a run that has begun: its plan is the guide's. */
function isInRun({ parts }: HookSession, resource: Resource): boolean {
  if (resource.kind === 'name') return false
  const folder = runFolderOf(resource.path)
  return folder !== undefined && runMarks.some((mark) => existsSync(join(parts.root, folder, mark)))
}
