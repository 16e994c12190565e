import type { Stamp } from '../ledger/port.js'
import type { Agent } from '../model/agent.js'
import { isClosed } from '../model/agentStatus.js'
import type { Message } from '../model/message.js'
import type { CleanUpResult } from '../model/upkeep.js'
import type { State } from '../state/state.js'
import { seenAt, hasProcess, ageMs } from './presence.js'
import { forget } from './agent.js'
import { isPerson, Plan, type Context, type Rule } from './rule.js'

export interface CleanUpCommand {
  /** Closed records whose last change is at least this long ago go. */
  keepMs: number
  /** Finished agents that stay all the same: they left changes that nobody has committed. */
  keep?: readonly string[]
  /** Decide on all of them, for looking only: one line could not hold them. */
  all?: boolean
}

/** Records named in one commit: a line has an end. */
const MOST = 5_000

export type Removed = CleanUpResult['removed']

/**
 * Takes old closed records out of the state: finished agents, messages everybody has seen, closed tasks, resolved errors,
 * deliverables with a verdict. Never anything open, and no decision: those stay in force. The ledger keeps what happened. One
 * commit takes a part; whoever cleans up goes on until nothing is left.
 */
export const cleanUpRule: Rule<CleanUpCommand, { removed: Removed }, never> = {
  decide(state, command, context) {
    const plan = new Plan(state, context.stamp)
    let room = command.all ? Infinity : MOST
    const take = (ids: string[]): string[] => {
      const taken = ids.slice(0, room)
      room -= taken.length
      return taken
    }
    for (const agent of take(oldAgents(state, command, context))) forget(plan, agent, context)
    // Messages that only a removed agent has not seen are over with it.
    const messages = take(oldMessages(plan.state, command, context))
    const tasks = take(ids(state.tasks.values(), ({ closed }) => closed?.stamp, command, context))
    const errors = take(ids(state.errors.values(), ({ resolved }) => resolved?.stamp, command, context))
    const deliverables = take(ids(state.deliverables.values(), ({ integration }) => integration?.stamp, command, context))
    if (messages.length + tasks.length + errors.length + deliverables.length > 0) plan.add({ type: 'records.removed', messages, tasks, errors, deliverables })
    return { events: plan.events }
  },

  answer(events) {
    const removed: Removed = { agents: [], messages: [], tasks: [], errors: [], deliverables: [] }
    for (const event of events) {
      if (event.type === 'agent.removed') removed.agents.push(event.agent)
      if (event.type !== 'records.removed') continue
      for (const kind of ['messages', 'tasks', 'errors', 'deliverables'] as const) removed[kind].push(...event[kind])
    }
    return { removed }
  },
}

/** By wall clock, since it may be months; a time that lies in the future is not long ago. */
function isOld(since: Stamp, { keepMs }: CleanUpCommand, { stamp }: Context): boolean {
  return stamp.at - since.at >= keepMs
}

function ids<R extends { id: string }>(records: Iterable<R>, closed: (record: R) => Stamp | undefined, command: CleanUpCommand, context: Context): string[] {
  const found: string[] = []
  for (const record of records) {
    const since = closed(record)
    if (since && isOld(since, command, context)) found.push(record.id)
  }
  return found
}

/** Finished agents with nothing left that somebody has to see to. */
function oldAgents(state: State, command: CleanUpCommand, context: Context): string[] {
  const busy = new Set<string>([context.agent, ...(command.keep ?? [])])
  for (const wait of state.waits.values()) busy.add(wait.agent)
  for (const one of state.deliverables.values()) if (!one.integration) busy.add(one.agent)
  for (const [id] of state.openHelp.entries()) {
    const message = state.messages.get(id)
    for (const agent of message ? [message.from, ...message.recipients] : []) busy.add(agent)
  }
  const over = (agent: Agent): boolean => !isPerson(agent) && isClosed(agent.status) && !busy.has(agent.id) && !state.claimsOf.has(agent.id) && !state.tasksOf.has(agent.id) && !state.errorsOf.has(agent.id) && !hasMail(state, agent.id, context) && !hasProcess(state, agent.id, context)
  return [...state.agents.values()].filter((agent) => over(agent) && isOld(agent.changed ?? agent.joined, command, context) && isOld(seenAt(state, agent), command, context)).map(({ id }) => id)
}

/** Whether somebody wrote to it by name, and may still want to know what becomes of that. What went to everybody does not count. */
function hasMail(state: State, agent: string, { stamp }: Context): boolean {
  for (const id of state.unreadOf.ids(agent)) {
    const message = state.messages.get(id)
    if (message && message.to === agent && !isLate(message, stamp)) return true
  }
  return false
}

function isLate({ deadlineMinutes, sent }: Message, now: Stamp): boolean {
  return deadlineMinutes !== undefined && ageMs(sent, now) >= deadlineMinutes * 60_000
}

function oldMessages(state: State, command: CleanUpCommand, context: Context): string[] {
  const found: string[] = []
  for (const message of state.messages.values()) if (isOver(state, message, context) && isOld(lastChange(message), command, context)) found.push(message.id)
  return found
}

/** Seen by everybody or past its deadline, and not a question that still waits for an answer. */
function isOver(state: State, message: Message, context: Context): boolean {
  if (state.openHelp.has(message.id)) return false
  const steps = Object.values(message.delivery)
  if (!isLate(message, context.stamp) && steps.some(({ status }) => status === 'sent')) return false
  const { about } = message
  return about?.act !== 'ask' || about.claim === undefined || !state.claims.has(about.claim) || steps.every(({ status }) => status === 'answered')
}

function lastChange(message: Message): Stamp {
  return [message.closed?.stamp, ...Object.values(message.delivery).map(({ stamp }) => stamp)].reduce<Stamp>((last, stamp) => (stamp && stamp.at > last.at ? stamp : last), message.sent)
}
