import type { Stamp } from '../ledger/port.js'
import type { Agent } from '../model/agent.js'
import type { Decision } from '../model/decision.js'
import type { Message } from '../model/message.js'
import { isClosed } from '../model/agentStatus.js'
import { forgetRings } from './keys.js'
import { leftSomething } from './leftSomething.js'
import type { State } from './state.js'
import type { Table } from './table.js'

/**
 * What is over leaves the state and stays in the ledger, so that the state of a million commits is as small as that of the
 * last few thousand. By numbers and times of the commits themselves: every reader lets go of the same at the same line.
 */
export const kept = {
  /** Messages that everybody they went to has seen, or, where an answer was due by some time, answered. */
  messages: 500,
  /** Of these, whole; longer bodies of the others are cut. */
  wholeMessages: 100,
  /** Decisions that are decided, and of these whole ones. */
  decisions: 1000,
  wholeDecisions: 300,
  /** Tasks that are closed, errors that are resolved, deliverables with a verdict. */
  tasks: 500,
  errors: 300,
  deliverables: 300,
  /** Agents that are done, failed or were not heard of for a week. */
  endedAgents: 200,
  /** Of these, such as left something to go on with. */
  unfinishedAgents: 2000,
} as const
/** Commits between two looks, and between two times of asking whether one is due. */
const EVERY = 1024
const ASK = 64
/** Characters of a cut text that stay. */
const CUT = 200
const DAY = 24 * 60 * 60_000
/** ms after which an agent that says nothing has ended. */
const QUIET = 7 * DAY
/** ms after which a message is not waited for to be seen any more. */
const UNSEEN = 90 * DAY

const SWEPT = 'swept'
/** When that was, by the line's own clock. */
const SWEPT_AT = 'sweptAt'
const RETIRED = 'retired'

/** Called after each operation; looks through the state now and then. */
export function retire(state: State, stamp: Stamp): void {
  if (stamp.seq % ASK !== 0) return
  if (stamp.seq - (state.counters.get(SWEPT) ?? 0) < EVERY) return
  // A clock that is years ahead for one line makes nothing old: what is old was so at the look before, too.
  const at = Math.min(stamp.at, state.counters.get(SWEPT_AT) ?? 0)
  state.counters.set(SWEPT, stamp.seq)
  state.counters.set(SWEPT_AT, stamp.at)
  retireMessages(state, stamp.seq, at)
  retireDecisions(state)
  retireRecords(state.tasks, kept.tasks, ({ closed }) => closed?.stamp)
  retireRecords(state.errors, kept.errors, ({ resolved }) => resolved?.stamp)
  retireRecords(state.deliverables, kept.deliverables, ({ integration }) => integration?.stamp)
  retireAgents(state, at)
}

/** Closed ones that were closed longest ago. They stand in no index any more. */
function retireRecords<R extends { id: string }>(table: Table<R>, count: number, closed: (record: R) => Stamp | undefined): void {
  if (table.size <= count) return
  const over: { id: string; seq: number }[] = []
  for (const record of table.values()) {
    const since = closed(record)
    if (since !== undefined) over.push({ id: record.id, seq: since.seq })
  }
  over.sort((a, b) => b.seq - a.seq)
  for (const { id } of over.slice(count)) table.delete(id)
}

/** Whether something has left the state, and only the ledger has it. */
export function hasRetired(state: State): boolean {
  return state.counters.get(RETIRED) !== undefined
}

/** @param at What counts as now for the age of things, in ms */
function retireMessages(state: State, seq: number, at: number): void {
  const over: { message: Message; last: number }[] = []
  for (const message of state.messages.values()) {
    if (state.openHelp.has(message.id) && at - message.sent.at < UNSEEN) continue
    let last = message.sent.seq
    const answerDue = message.closed === undefined && message.deadlineMinutes !== undefined && at - message.sent.at < message.deadlineMinutes * 60_000
    let waits = false
    for (const agent of Object.keys(message.delivery)) {
      const step = message.delivery[agent]!
      waits ||= step.status === 'sent' || (answerDue && step.status === 'seen')
      last = Math.max(last, step.stamp.seq)
    }
    for (const { stamp } of Object.values(message.ticked ?? {})) last = Math.max(last, stamp.seq)
    if (!waits || at - message.sent.at >= UNSEEN) over.push({ message, last })
  }
  // Newest first: what was read just now is not what goes.
  over.sort((a, b) => b.last - a.last)
  for (const { message } of over.slice(kept.wholeMessages, kept.messages)) {
    if (message.cut !== true && message.body.length > CUT) state.messages.set(message.id, { ...message, body: message.body.slice(0, CUT), cut: true })
  }
  for (const { message } of over.slice(kept.messages)) {
    state.messages.delete(message.id)
    state.openHelp.delete(message.id)
    for (const agent of message.recipients) state.unreadOf.remove(agent, message.id)
    state.counters.set(RETIRED, seq)
  }
}

function retireDecisions(state: State): void {
  const decided: Decision[] = []
  for (const decision of state.decisions.values()) if (decision.status !== 'proposed') decided.push(decision)
  decided.reverse()
  for (const decision of decided.slice(kept.wholeDecisions, kept.decisions)) {
    if (decision.cut !== true) state.decisions.set(decision.id, { ...decision, context: '', decision: decision.decision.slice(0, CUT), alternatives: [], consequences: [], cut: true })
  }
  for (const { id } of decided.slice(kept.decisions)) {
    // What is approved is in force, however old.
    if (state.decisions.get(id)?.status !== 'approved') state.decisions.delete(id)
  }
}

function retireAgents(state: State, at: number): void {
  const ended: { agent: Agent; last: number }[] = []
  const unfinished: typeof ended = []
  const waiting = new Set([...state.waits.values()].map((wait) => wait.agent))
  for (const agent of state.agents.values()) {
    const seen = state.seen.get(agent.id) ?? agent.joined
    const closed = isClosed(agent.status)
    const over = closed || at - seen.at >= QUIET
    if (agent.kind === 'person' || !over || state.sessionsOf.has(agent.id) || state.claimsOf.has(agent.id) || waiting.has(agent.id)) continue
    const list = closed || !leftSomething(state, agent) ? ended : unfinished
    list.push({ agent, last: seen.seq })
  }
  for (const list of [ended, unfinished]) list.sort((a, b) => b.last - a.last)
  for (const { agent } of [...ended.slice(kept.endedAgents), ...unfinished.slice(kept.unfinishedAgents)]) {
    for (const table of [state.agents, state.seen, state.worked, state.sentBy, state.checkpoints, state.deployments, state.unsaved, state.workLogs, state.summaries]) table.delete(agent.id)
    forgetRings(state, agent.id)
  }
}
