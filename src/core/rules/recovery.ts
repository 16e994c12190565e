import type { Agent, AgentStatus } from '../model/agent.js'
import { agentIdOf } from '../model/agentId.js'
import type { ClearRecoveryResult, RecoveryAgent, RecoveryStep, RecoverySummary, ResumeResult } from '../model/agentOperations.js'
import { recoveryCounts } from '../state/recoveries.js'
import type { State } from '../state/state.js'
import { agentView, claimView, iso } from '../state/views.js'
import { checkpointView, tasksFor } from '../state/workViews.js'
import { tell } from '../tell.js'
import { forget, isIncomplete, unknownAgent } from './agent.js'
import { claimsOf } from './conflicts.js'
import { agentPresence, hasProcess } from './presence.js'
import { serveQueue } from './queue.js'
import { isPerson, Plan, refuse, type Context, type Rule } from './rule.js'
import { isUnfinished } from './unfinished.js'

/**
 * What stopped before its end ({@link isUnfinished}), by status and by level; who has not finished and is there, by number.
 * Persons are left out.
 * @param only name or id of the one that is asked about
 */
export function recoverySummary(state: State, context: Context, only?: string): RecoverySummary {
  const asked = only === undefined ? undefined : agentIdOf(only)
  const agents = [...state.agents.values()].filter((agent) => !isPerson(agent) && (asked === undefined || agent.id === asked))
  const waiting = new Set([...state.deliverables.values()].filter((one) => one.integration === undefined).map((one) => one.agent))
  const view = (agent: Agent): RecoveryAgent => recoveryAgent(state, agent, context)
  const open = agents.filter((agent) => isIncomplete(agent.status)).map(view)
  const shown = open.filter(({ unfinished }) => unfinished)
  const present = open.filter(({ id, unfinished, presence, status }) => !unfinished && presence !== 'gone' && (status !== 'waiting' || hasProcess(state, id, context)))
  const [oldestAt] = shown.map(({ startedAt, joinedAt }) => startedAt ?? joinedAt).sort()
  return {
    ok: true,
    total: shown.length,
    gone: shown.filter(({ presence }) => presence === 'gone').length,
    atWork: present.length,
    byCommands: present.filter(({ id }) => !hasProcess(state, id, context)).length,
    byStatus: tally(shown.map(({ status }) => status)),
    byLevel: tally(shown.map(({ level }) => level)),
    incomplete: shown,
    failed: agents.filter((agent) => agent.status === 'failed').map(view),
    notIntegrated: agents.filter((agent) => agent.status === 'done' && waiting.has(agent.id)).map(view),
    ...(oldestAt !== undefined && { oldestAt }),
    recoveries: recoveryCounts(state, shown.length),
  }
}

function recoveryAgent(state: State, agent: Agent, context: Context): RecoveryAgent {
  const checkpoint = state.checkpoints.get(agent.id)
  // Added to and not copied: there may be ten thousand.
  return Object.assign(agentView(state, agent, context), { level: levelOf(state, agent), step: stepFor(agent.status), ...(checkpoint && { checkpoint: checkpointView(checkpoint) }) })
}

/** What comes next for an agent that is not there any more. */
function stepFor(status: AgentStatus): RecoveryStep {
  switch (status) {
    case 'done':
      return 'integrate'
    case 'blocked':
      return 'unblock'
    case 'failed':
      return 'restart'
    default:
      return 'resume'
  }
}

/** As set, else by how many agents it works under: L1 for one under people only. */
function levelOf(state: State, agent: Agent): string {
  if (agent.level !== undefined) return agent.level
  const seen = new Set<string>([agent.id])
  let level = 1
  for (let above = parentOf(state, agent); above && !isPerson(above) && !seen.has(above.id); above = parentOf(state, above)) {
    seen.add(above.id)
    level++
  }
  return `L${level}`
}

function parentOf(state: State, agent: Agent): Agent | undefined {
  return agent.parent === undefined ? undefined : state.agents.get(agent.parent)
}

function tally<K extends string>(keys: readonly K[]): Record<K, number> {
  const counts = new Map<K, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return Object.fromEntries(counts) as Record<K, number>
}

/**
 * Forgets agents that stopped before their end: all ({@link isUnfinished}), or the one that is named and that no process speaks for: their locks end, their tasks are open again. For persons:
 * what such an agent left uncommitted has nobody to look after it from then on.
 */
export const clearRecoveryRule: Rule<{ agent?: string | undefined }, Extract<ClearRecoveryResult, { ok: true }>, Extract<ClearRecoveryResult, { ok: false }>> = {
  decide(state, command, context) {
    if (!isPerson(state.agents.get(context.agent))) return refuse('PERSON_ONLY', tell`Only a person may clear what agents left behind. Ask one; meanwhile take over what you need.`)
    const named = command.agent === undefined ? undefined : state.agents.get(agentIdOf(command.agent))
    if (command.agent !== undefined) {
      if (!named) return { refusal: unknownAgent(command.agent) }
      if (isPerson(named) || !isIncomplete(named.status)) return refuse('WRONG_STATUS', tell`${named.name} is ${isPerson(named) ? tell`a person` : [named.status]} and needs no recovery. To forget it, remove it.`)
      if (hasProcess(state, named.id, context)) return refuse('IN_USE', tell`A running process speaks for ${named.name}. End it first, or let it finish.`)
    }
    const left = named ? [named] : [...state.agents.values()].filter((agent) => isUnfinished(state, agent, context))
    const claims = left.flatMap((agent) => [...claimsOf(state, agent.id)])
    if (claims.some((claim) => claim.token === context.stamp.seq)) return { later: true }
    const plan = new Plan(state, context.stamp)
    for (const claim of claims) plan.add({ type: 'claim.ended', claim: claim.id, how: 'forced', by: context.agent, message: 'recovery was cleared' })
    for (const agent of left) forget(plan, agent.id, context)
    if (claims.length > 0) serveQueue(plan, context)
    return { events: plan.events }
  },

  answer(events, _stamp, state, command, context) {
    return {
      ok: true,
      cleared: events.flatMap((event) => (event.type === 'agent.removed' ? [event.agent] : [])),
      kept: command.agent === undefined ? [...state.agents.values()].filter((agent) => !isPerson(agent) && isIncomplete(agent.status) && agentPresence(state, agent, context) !== 'gone').map((agent) => agent.id) : [],
      released: events.filter((event) => event.type === 'claim.ended' && event.how === 'forced').length,
      tasks: [...new Set(events.flatMap((event) => (event.type === 'task.stopped' || event.type === 'task.changed' ? [event.task] : [])))],
    }
  },
}

/** Begins an agent that stopped anew, and answers what whoever goes on for it needs to know. */
export const resumeRule: Rule<{ agent: string }, Extract<ResumeResult, { ok: true }>, Extract<ResumeResult, { ok: false }>> = {
  decide(state, command, context) {
    const agent = state.agents.get(agentIdOf(command.agent))
    if (!agent) return { refusal: unknownAgent(command.agent) }
    if (isPerson(agent) || agent.status === 'done') return refuse('WRONG_STATUS', tell`${agent.name} is ${isPerson(agent) ? tell`a person` : ['done']}: there is nothing to resume.`)
    if (hasProcess(state, agent.id, context)) return refuse('IN_USE', tell`A running process speaks for ${agent.name}, which is at work. Send it a message instead.`)
    if (agent.status === 'starting' && agent.resumed && !agent.resumed.wentOn) return { events: [] }
    return { events: [{ type: 'agent.resumed', agent: agent.id, by: context.agent }] }
  },

  answer(_events, _stamp, state, command, context) {
    const agent = state.agents.get(agentIdOf(command.agent))!
    const checkpoint = state.checkpoints.get(agent.id)
    return {
      ok: true,
      agent: agentView(state, agent, context),
      claims: [...claimsOf(state, agent.id)].map((claim) => claimView(state, claim, context)),
      tasks: tasksFor(state, agent.id),
      ...(checkpoint && { checkpoint: checkpointView(checkpoint) }),
      workLog: (state.workLogs.get(agent.id) ?? []).map(({ text, stamp }) => ({ text, at: iso(stamp) })),
    }
  },
}

