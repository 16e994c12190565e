import type { z } from 'zod'
import { MusterError } from '../errors.js'
import type { Agent, AgentIdentity, Session, sessionFields } from '../model/agent.js'
import { agentIdOf } from '../model/agentId.js'
import type { State } from '../state/state.js'
import { duration } from '../state/text.js'
import { tell } from '../tell.js'
import { ageMs, seenAt, sessionGone, sessionHolds, sessionsOf } from './presence.js'
import { agentOfWorker, conversationOf, freeName, type Worker } from './worker.js'
import { isPerson, Plan, type Context, type Rule } from './rule.js'

export interface JoinCommand {
  /** Name of the agent to be. */
  name: string
  identity: Partial<Omit<AgentIdentity, 'name'>>
  /** Take another free name when this one is held, or belongs to something else (windows, unnamed connections). */
  anyFreeName: boolean
  /** Branch of the working tree that a process which stays works in: a row says it before anything is locked. */
  branch?: string | undefined
  /** Who speaks, where no agent is named; `name` is that of its client then. */
  worker?: Worker
  /** The connection to attach; none for commands that come and go. */
  session?: {
    id: string
    fields: z.infer<typeof sessionFields>
    /** One for each agent that the process speaks for, and for all who act on its behalf: a hook writes no line for having come. */
    shared?: true
  }
}

export interface Joined {
  agent: string
  /** The session it speaks in; none for commands that come and go on their own account. */
  session: string | undefined
}

export interface JoinRefusal {
  ok: false
  reason: 'AGENT_IN_USE'
  agent: string
  hint: string
}

/** Takes up an identity. One living connection holds it at a time; commands that come and go may speak for it as well. */
export const joinRule: Rule<JoinCommand, Joined, JoinRefusal> = {
  decide(state, command, context) {
    const choice = choose(state, command, context)
    const session = sessionFor(command, choice.id)
    const others = sessionsOf(state, choice.id).filter(({ id }) => id !== session)
    const holder = command.session && !command.worker && others.find((other) => sessionHolds(state, other, context, command.identity.workspace))
    if (holder) return { refusal: inUse(choice.id, holder, context) }

    const plan = new Plan(state, context.stamp)
    const known = state.agents.get(choice.id)
    const becomesPerson = known !== undefined && isPersonAfterAll(state, known, command)
    if (known?.kind === 'agent' && command.session && command.identity.kind === 'person' && !becomesPerson) return { refusal: isAnAgent(known) }
    const conversation = command.worker && conversationOf(command.worker, known)
    const brief = (command.worker && known?.brief) ?? command.identity.brief
    // A person stays one, also where an agent's program was given that name: the window would never get it back.
    const identity: AgentIdentity = { name: known?.name ?? choice.name, ...defined({ ...command.identity, conversation, brief }), kind: isPerson(known) ? 'person' : command.identity.kind ?? known?.kind ?? 'agent' }
    // A command speaks for an agent; it does not change who that is. A conversation gets its brief with its first prompt.
    const settles = command.session !== undefined || !known || (command.worker !== undefined && brief !== known.brief) || becomesPerson
    if (settles && (!known || Object.entries(identity).some(([field, value]) => known[field as keyof AgentIdentity] !== value))) {
      plan.add({ type: 'agent.joined', agent: choice.id, identity })
    }
    if (command.session && session !== undefined && !state.sessions.has(session)) {
      // A worker may speak through several processes at once: its program's hooks and its tools' server.
      for (const old of others) if (!command.worker || sessionGone(old, context)) plan.add({ type: 'session.closed', session: old.id })
      plan.add({ type: 'session.opened', session, agent: choice.id, fields: command.session.fields })
      if (command.branch !== undefined && command.branch !== known?.branch) plan.add({ type: 'agent.checkedIn', agent: choice.id, fields: { branch: command.branch }, work: false })
    }
    return { events: plan.events }
  },

  answer(events, _stamp, state, command) {
    const joined = events.find((event) => event.type === 'session.opened' || event.type === 'agent.joined')
    const own = command.session && state.sessions.get(command.session.id)?.agent
    const agent = joined?.agent ?? own ?? (command.worker && agentOfWorker(state, command.worker)?.id) ?? agentIdOf(command.name)
    return { agent, session: sessionFor(command, agent) }
  },
}

/**
 * The person that git names calls, or a window's, and was called by that name with `--agent`, or in a file, before: nothing but
 * such commands, runs and files ever spoke for it, and it would be an agent for good, since only persons say who is one.
 */
function isPersonAfterAll(state: State, known: Agent, { identity, worker, session, anyFreeName }: JoinCommand): boolean {
  // A window that is told a name takes nobody's: agents that speak by commands alone have no process either.
  if (identity.kind !== 'person' || known.kind === 'person' || worker || (session && !anyFreeName)) return false
  const { id, client, conversation, workspace, parent } = known
  const byCommandsOnly = ['cli', 'run', 'file'].includes(client!) && (conversation ?? workspace ?? parent) === undefined
  return byCommandsOnly && !state.deployments.has(id) && sessionsOf(state, id).length === 0
}

function sessionFor({ session }: JoinCommand, agent: string): string | undefined {
  return session?.shared ? `${session.id}.${agent}` : session?.id
}

function choose(state: State, command: JoinCommand, context: Context): { id: string; name: string } {
  if (command.worker) return agentOfWorker(state, command.worker) ?? freeName(state, command.name)
  return command.anyFreeName ? freeIdentity(state, command, context) : { id: agentIdOf(command.name), name: command.name }
}

function defined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T
}

/**
 * For a window: the identity of this workspace that was present last and is free again (a reload or crash gives it back).
 * Otherwise the first of `name`, `name 2`, `name 3` … that nobody holds and that is not something else's.
 */
function freeIdentity(state: State, command: JoinCommand, context: Context): { id: string; name: string } {
  const { identity } = command
  const { workspace } = identity
  if (workspace !== undefined) {
    let latest
    for (const agent of state.agents.values()) {
      if (agent.workspace !== workspace || (identity.kind === 'person' && !isPerson(agent)) || sessionsOf(state, agent.id).some((session) => sessionHolds(state, session, context, workspace))) continue
      if (!latest || seenAt(state, agent).seq > seenAt(state, latest).seq) latest = agent
    }
    if (latest) return latest
  }
  for (let number = 1; ; number++) {
    const name = number === 1 ? command.name : `${command.name} ${number}`
    // The number is not cut off with a long name: two windows of one person would look for a free name for ever.
    const id = number === 1 ? agentIdOf(name) : `${agentIdOf(command.name).slice(0, 56).replace(/[-.]+$/, '')}-${number}`
    const known = state.agents.get(id)
    const compatible = !known || (known.workspace === workspace && isPerson(known) === (command.identity.kind === 'person')) || (known.workspace === undefined && isPerson(known) && identity.kind === 'person') || isPersonAfterAll(state, known, command)
    if (compatible && !sessionsOf(state, id).some((session) => sessionHolds(state, session, context, workspace))) return { id, name }
  }
}

function inUse(agent: string, holder: Session, context: Context): JoinRefusal {
  const since = duration(ageMs(holder.opened, context.stamp))
  return {
    ok: false,
    reason: 'AGENT_IN_USE',
    agent,
    hint: tell`"${agent}" is held by a running process (${holder.client}, pid ${holder.pid} on ${holder.host}, since ${since}). Use another name, or end that process.`,
  }
}

/** Persons decide: nobody becomes one by the name of an agent, nor two who work one. */
function isAnAgent({ id, name }: Agent): JoinRefusal {
  return { ok: false, reason: 'AGENT_IN_USE', agent: id, hint: tell`"${name}" is an agent here, and stays one. A person needs another name.` }
}

export interface SessionCommand {
  session: string
  /** Closing for good, or expected back within `reloadMs`. */
  reloadMs?: number
}

export const leaveRule: Rule<SessionCommand, { ok: true }, never> = {
  decide(state, command) {
    if (!state.sessions.has(command.session)) return { events: [] }
    if (command.reloadMs !== undefined) return { events: [{ type: 'session.detached', session: command.session, ttl: command.reloadMs }] }
    return { events: [{ type: 'session.closed', session: command.session }] }
  },
  answer: () => ({ ok: true }),
}

/** Sessions whose process has ended are closed by whoever notices; their claims stay, shown as stale. */
export const collectRule: Rule<Record<string, never>, { ok: true }, never> = {
  decide(state, _command, context) {
    const events = []
    for (const session of state.sessions.values()) {
      // A holder's dead session is what shows its claims as gone: it is kept until they are released or taken.
      if (sessionGone(session, context) && !state.claimsOf.has(session.agent)) events.push({ type: 'session.closed' as const, session: session.id })
    }
    return { events }
  },
  answer: () => ({ ok: true }),
}

/** For operations of a connection whose session is no longer in the records. */
export function identityLost(agent: string): MusterError {
  return new MusterError('IDENTITY_LOST', tell`"${agent}" is no longer held by this process.`, { hint: tell`It was taken for dead and somebody else has the identity now. Open it anew, under another name if need be.` })
}
