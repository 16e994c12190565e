import { letGo } from '../core/lettingGo.js'
import { cleanText, markedData } from '../core/marked.js'
import { resourceLabel } from '../core/model/resource.js'
import { claimsOf } from '../core/rules/conflicts.js'
import { passRule } from '../core/rules/family.js'
import { openHelp } from '../core/rules/help.js'
import { agentPresence } from '../core/rules/presence.js'
import { isUnfinished } from '../core/rules/unfinished.js'
import { checkInRule, releaseRule } from '../core/rules/release.js'
import { checkpointRule } from '../core/rules/report.js'
import { agentOfWorker, subagentConversation } from '../core/rules/worker.js'
import { tasksFor } from '../core/state/workViews.js'
import { reachesModel, type Answer } from './answer.js'
import { handOver } from './messages.js'
import { openSession, type HookSession } from './session.js'

/** Others shown to an agent that begins. */
const SHOWN = 20
/** Tasks and decisions. */
const LISTED = 10
/** Of agents that are gone, the last so many. */
const UNFINISHED = 5

/** A conversation begins, or goes on: who is here, and what waits. */
export async function onSessionStart(session: HookSession): Promise<Answer> {
  const { parts } = session
  await parts.join()
  await parts.connection.perform(checkInRule, { resource: null, work: true, fields: { status: 'working', branch: parts.tree.branch() } })
  const messages = await handOver(session)
  return { context: [welcome(session), messages].filter((text) => text !== undefined).join('\n\n') }
}

/** A subagent begins: it is told what the others have; it becomes known with its first edit. */
export function onSubagentStart(session: HookSession): Answer {
  return { context: welcome(session) }
}

/** A person asked for something: what for is the agent's brief, and the moment to hand messages over. */
export async function onPrompt(session: HookSession): Promise<Answer> {
  const { parts, agent, call } = session
  if (agent === undefined || (agent.brief === undefined && call.prompt !== undefined) || agent.status === 'done') {
    await parts.join()
    if (agent?.status === 'done') await parts.connection.perform(checkInRule, { resource: null, work: true, fields: { status: 'working' } })
  }
  if (session.me !== '') await letGo(parts, session.me)
  const context = await handOver(session)
  return context === undefined ? {} : { context }
}

/** The conversation is about to be cut short: what is known of the work is kept, around what the agent itself noted last. */
export async function onCompact(session: HookSession): Promise<Answer> {
  const { parts, agent, me, state, call } = session
  if (agent === undefined) return {}
  const last = state.checkpoints.get(me)
  const held = [...claimsOf(state, me)].map((claim) => resourceLabel(claim.resource))
  await parts.join()
  await parts.connection.perform(checkpointRule, {
    done: last?.done || agent.message || '',
    next: last?.next || agent.nextTask || agent.currentTask || '',
    files: [...new Set([...(last?.files ?? []), ...(agent.filesModified ?? []), ...held])].slice(-100),
    verify: last?.verify || agent.lastTest || '',
    notes: last?.notes || agent.brief || '',
  })
  return reachesModel(call) ? { context: welcome(session) } : {}
}

function welcome(session: HookSession): string {
  const { state, me, context } = session
  const others = [...state.agents.values()].filter((other) => other.id !== me && (state.claimsOf.has(other.id) || agentPresence(state, other, context) === 'live'))
  const locks = [...state.claims.values()].filter((claim) => claim.holder !== me)
  const mine = [...claimsOf(state, me)].map((claim) => resourceLabel(claim.resource))
  const data = {
    youHold: mine.length === 0 ? undefined : mine.slice(0, SHOWN),
    others: others.slice(0, SHOWN).map(({ id, brief, status, branch, currentTask }) => ({ id, status, branch, brief: brief && cleanText(brief, 100), task: currentTask && cleanText(currentTask, 100) })),
    lockedByOthers: locks.slice(0, 2 * SHOWN).map((claim) => ({ resource: resourceLabel(claim.resource), by: claim.holder, tree: claim.resource.kind === 'name' ? undefined : claim.resource.tree || undefined, progressPercent: claim.progress, note: claim.note && cleanText(claim.note, 100) })),
    yourTasks: some(tasksFor(state, me).filter((task) => task.closed === undefined).map(({ id, title, status, priority, blockedBy }) => ({ id, title: cleanText(title, 200), status, priority, ...(blockedBy.length > 0 && { blockedBy }) }))),
    decisions: some([...state.decisions.values()].filter(({ status }) => status === 'approved' || status === 'implemented').reverse().map(({ id, status, title, decision }) => ({ id, status, title: cleanText(title, 200), ...(decision !== '' && { decision: cleanText(decision, 300) }) }))),
    lastCheckpoint: checkpointOf(session),
    leftUnfinished: unfinished(session),
    helpAskedOfYou: openHelp(state, me, false).slice(0, 5).map(({ id, from, subject, priority }) => ({ id, from, priority, subject: cleanText(subject, 200) })),
  }
  const left = data.leftUnfinished === undefined ? '' : ' Agents that are gone have left work unfinished (leftUnfinished). Where the person you work for wants you to go on with it: muster recovery resume <agent> --here'
  const own = mine.length === 0 ? '' : ' You hold locks (youHold).'
  return `Muster coordinates the agents that work on this repository. ${me === '' ? 'You are one of them.' : `You are ${me}.`}${own} Your edits lock their files by themselves; an edit of a file that somebody else holds is refused with what to do. Tell the others what they need to know with the tools of the muster server, or: muster send --to <agent> --subject "…" --body "…"${left}\n${markedData(data)}`
}

/** The first of a list, and nothing of an empty one. */
function some<T>(list: readonly T[]): T[] | undefined {
  return list.length === 0 ? undefined : list.slice(0, LISTED)
}

/** What agents that are gone had in hand, by their last checkpoints. */
function unfinished({ state, me, context }: HookSession): object[] | undefined {
  const gone = [...state.agents.values()].filter((other) => other.id !== me && isUnfinished(state, other, context))
  if (gone.length === 0) return undefined
  return gone.slice(-UNFINISHED).map(({ id, brief }) => {
    const checkpoint = state.checkpoints.get(id)
    return { id, brief: brief && cleanText(brief, 100), next: checkpoint && cleanText(checkpoint.next, 300), files: [...claimsOf(state, id)].slice(0, SHOWN).map((claim) => resourceLabel(claim.resource)) }
  })
}

function checkpointOf({ state, me }: HookSession): object | undefined {
  const last = state.checkpoints.get(me)
  if (last === undefined) return undefined
  const { done, next, files, verify, notes, from } = last
  return { done: cleanText(done, 500), next: cleanText(next, 500), files: files.slice(-50), verify: cleanText(verify, 300), notes: cleanText(notes, 500), ...(from !== undefined && { from }) }
}

/** The conversation is over: what is clean is let go of, what is not stays locked, and so for its subagents. */
export async function onSessionEnd(session: HookSession, env: NodeJS.ProcessEnv): Promise<void> {
  const { call, place, me, state } = session
  if (me === '') return
  const own = call.conversation
  const below = own === undefined ? [] : [...state.agents.values()].flatMap(({ conversation, id }) => (conversation?.startsWith(`${own}/`) && (state.claimsOf.has(id) || state.sessionsOf.has(id)) ? [conversation.slice(own.length + 1)] : []))
  for (const subagent of below) {
    const other = await openSession({ ...call, subagent, moment: 'subagent-end' }, place, env)
    await end(other)
  }
  await end(session)
}

/** A subagent is done: what it leaves uncommitted is its agent's again. */
export async function onSubagentEnd(session: HookSession): Promise<void> {
  const { call, state, me, parts } = session
  if (call.subagent === undefined || call.conversation === undefined || me === '') return
  // Known by its own conversation only: nothing is ended for another one.
  if (agentOfWorker(state, { conversation: subagentConversation(call.conversation, call.subagent) })?.id !== me) return
  const parent = session.agent?.parent
  await parts.join()
  const clean = await parts.tree.releaseable(true)
  for (const resource of clean) await parts.connection.perform(releaseRule, { resource, message: 'done' })
  const left = [...claimsOf(session.state, me)].map((claim) => claim.id)
  if (left.length > 0 && parent !== undefined) await parts.connection.perform(passRule, { claims: left, to: parent, attached: parts.connection.bound })
  await end(session)
}

/** Lets go of what is clean and ends the agent's session; done, where nothing is left open. */
async function end(session: HookSession): Promise<void> {
  const { parts, me } = session
  await parts.join()
  const clean = await parts.tree.releaseable(true)
  for (const resource of clean) await parts.connection.perform(releaseRule, { resource, message: 'closed' })
  if (!session.state.claimsOf.has(me)) await parts.connection.perform(checkInRule, { resource: null, work: true, fields: { status: 'done' } })
  await parts.connection.close('over')
}
