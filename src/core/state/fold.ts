import type { Op, Stamp } from '../ledger/port.js'
import type { Agent, AgentFields } from '../model/agent.js'
import { isClosed } from '../model/agentStatus.js'
import type { Event } from '../model/events.js'
import { foldersAbove, placeOf } from '../model/overlap.js'
import type { Resource } from '../model/resource.js'
import { workHandlers, type Handler } from './foldWork.js'
import { count } from './ids.js'
import { appliedOf, connectionOf, forgetConnection, forgetRings, recordKey } from './keys.js'
import type { MultiTable } from './multiTable.js'
import { noteCleared, noteGoingOn, noteSuccess, resumed } from './recoveries.js'
import { retire } from './retire.js'
import type { State } from './state.js'
import { ownerOf } from './tasks.js'
import { ticked } from './ticks.js'

/** Numbers kept per sender to recognise a message sent twice. */
const RECENT_SENDS = 20
/** Further tokens kept per claim. */
const TOKENS_KEPT = 8

type Handlers = { [T in Event['type']]: Handler<T> }

/**
 * Applies one operation in place. Total: whatever the events say, it neither throws nor looks at a clock, and an operation
 * whose key is applied already changes nothing.
 */
export function fold(state: State, op: Op<Event>, stamp: Stamp): void {
  if (appliedOf(state, op.key) !== undefined) return
  if (op.events.some((event) => isWork(event) && event.type !== 'agent.joined')) noteGoingOn(state, op.by, stamp)
  foldEvents(state, op.events, stamp)
  touch(state, op, stamp)
  recordKey(state, op, stamp)
  retire(state, stamp)
}

/** Applies events without the book-keeping of an operation; also used to decide on the consequences of a first event. */
export function foldEvents(state: State, events: readonly Event[], stamp: Stamp): void {
  for (const event of events) (handlers[event.type] as (state: State, event: Event, stamp: Stamp) => void)(state, event, stamp)
}

/** Any operation shows that its agent is present; work also renews its claims. */
function touch(state: State, op: Op<Event>, stamp: Stamp): void {
  if (!state.agents.has(op.by)) return
  state.seen.set(op.by, stamp)
  if (op.events.some(isWork)) state.worked.set(op.by, stamp)
  const connection = connectionOf(op)
  if (state.sessions.has(connection)) state.heard.set(connection, stamp)
}

/** Whether an event is work of its agent, which renews its claims. */
export function isWork(event: Event): boolean {
  switch (event.type) {
    case 'agent.checkedIn':
      return event.work
    case 'claim.ended':
      return event.how !== 'lapsed'
    case 'session.opened':
    case 'session.detached':
    case 'session.closed':
    case 'claim.challenged':
    case 'claim.kept':
    case 'wait.renewed':
    case 'wait.ended':
    case 'deployment.changed':
      return false
    default:
      return true
  }
}

const handlers: Handlers = {
  ...workHandlers,

  'agent.joined': (state, event, stamp) => {
    const known = state.agents.get(event.agent)
    const agent: Agent = known ? { ...known, ...event.identity } : { ...event.identity, id: event.agent, status: 'working', joined: stamp, changed: stamp, started: stamp }
    state.agents.set(agent.id, agent)
    if (!known) state.seen.set(agent.id, stamp)
  },

  'agent.checkedIn': (state, event, stamp) => {
    const agent = state.agents.get(event.agent)
    if (!agent) return
    const { unsaved, ...fields } = event.fields
    state.agents.set(agent.id, noteSuccess(state, { ...agent, ...fields, ...passage(agent, fields, stamp) }))
    if (!Array.isArray(unsaved)) return
    if (unsaved.length > 0) state.unsaved.set(agent.id, unsaved)
    else state.unsaved.delete(agent.id)
  },

  'agent.resumed': (state, event, stamp) => {
    const agent = state.agents.get(event.agent)
    if (agent) state.agents.set(agent.id, { ...resumed(state, agent, stamp), status: 'starting', ...passage(agent, { status: 'starting' }, stamp) })
  },

  'agent.removed': (state, event, stamp) => {
    const agent = event.agent
    noteCleared(state, state.agents.get(agent))
    for (const session of [...state.sessionsOf.ids(agent)]) endSession(state, session)
    for (const id of [...state.unreadOf.ids(agent)]) {
      state.unreadOf.remove(agent, id)
      const message = state.messages.get(id)
      if (message) state.messages.set(id, { ...message, delivery: { ...message.delivery, [agent]: { status: 'expired', stamp } } })
    }
    forgetRings(state, agent)
    for (const table of [state.agents, state.seen, state.worked, state.sentBy, state.checkpoints, state.deployments, state.unsaved, state.workLogs, state.summaries]) table.delete(agent)
  },

  'records.removed': (state, event) => {
    for (const id of event.messages) {
      for (const recipient of state.messages.get(id)?.recipients ?? []) state.unreadOf.remove(recipient, id)
      state.openHelp.delete(id)
      state.messages.delete(id)
    }
    for (const id of event.tasks) {
      const owner = ownerOf(state, id)
      if (owner !== undefined) state.tasksOf.remove(owner, id)
      state.tasks.delete(id)
    }
    for (const id of event.errors) {
      const error = state.errors.get(id)
      if (error) state.errorsOf.remove(error.agent, id)
      state.errors.delete(id)
    }
    for (const id of event.deliverables) state.deliverables.delete(id)
  },

  'session.opened': (state, event, stamp) => {
    if (state.sessions.has(event.session)) return
    state.sessions.set(event.session, { ...event.fields, id: event.session, agent: event.agent, opened: stamp })
    state.heard.set(event.session, stamp)
    state.sessionsOf.add(event.agent, event.session)
  },

  'session.detached': (state, event, stamp) => {
    const session = state.sessions.get(event.session)
    if (session) state.sessions.set(session.id, { ...session, detached: { stamp, ttl: event.ttl } })
  },

  'session.closed': (state, event, stamp) => {
    const agent = state.agents.get(state.sessions.get(event.session)?.agent ?? '')
    endSession(state, event.session)
    if (agent && state.sessionsOf.count(agent.id) === 0) state.agents.set(agent.id, { ...agent, left: stamp })
  },

  'claim.granted': (state, event, stamp) => {
    const { claim: id, agent: holder, resource, grant } = event
    if (state.claims.has(id)) return
    // Written out: a literal of one shape takes a quarter of the time of a spread, and this is the hottest line of a replay.
    state.claims.set(id, {
      id,
      resource,
      holder,
      mode: grant.mode,
      token: stamp.seq,
      attached: grant.attached,
      ttl: grant.ttl,
      granted: stamp,
      renewed: stamp,
      challenge: undefined,
      estimatedMinutes: grant.estimatedMinutes,
      progress: undefined,
      message: undefined,
      note: grant.note,
      branch: grant.branch,
    })
    file(state, resource, (index, place) => index.add(place, id))
    if (event.wait !== undefined) state.offers.set(id, true)
    state.claimsOf.add(holder, id)
    count(state, 'claim', id)
  },

  'claim.renewed': (state, event, stamp) => {
    const claim = state.claims.get(event.claim)
    if (!claim) return
    const { type: _type, claim: _id, alsoUnder, ...changes } = event
    const under = alsoUnder !== undefined && { alsoUnder: [...new Set([...(claim.alsoUnder ?? []), alsoUnder])].slice(-TOKENS_KEPT) }
    state.claims.set(claim.id, { ...claim, ...changes, ...under, renewed: stamp, challenge: undefined })
    state.offers.delete(claim.id)
  },

  'claim.kept': (state, event, stamp) => {
    const claim = state.claims.get(event.claim)
    if (!claim) return
    state.claims.set(claim.id, { ...claim, renewed: stamp, challenge: undefined })
    state.offers.delete(claim.id)
  },

  'claim.challenged': (state, event, stamp) => {
    const claim = state.claims.get(event.claim)
    if (claim) state.claims.set(claim.id, { ...claim, challenge: { by: event.by, stamp } })
  },

  'claim.ended': (state, event) => {
    const claim = state.claims.get(event.claim)
    if (!claim) return
    state.claims.delete(claim.id)
    file(state, claim.resource, (index, place) => index.remove(place, claim.id))
    state.offers.delete(claim.id)
    state.claimsOf.remove(claim.holder, claim.id)
  },

  'wait.queued': (state, event, stamp) => {
    state.waits.set(event.wait, { ...event.grant, id: event.wait, agent: event.agent, resources: event.resources, priority: event.priority, since: stamp, renewed: stamp, patience: event.patience, ...(event.process && { process: event.process }) })
    count(state, 'wait', event.wait)
  },

  'wait.renewed': (state, event, stamp) => {
    const wait = state.waits.get(event.wait)
    if (wait) state.waits.set(wait.id, { ...wait, renewed: stamp })
  },

  'wait.ended': (state, event) => state.waits.delete(event.wait),

  'message.sent': (state, event, stamp) => {
    const { message: id, fields } = event
    if (state.messages.has(id)) return
    const delivery = Object.fromEntries(fields.recipients.map((recipient) => [recipient, { status: 'sent' as const, stamp }]))
    state.messages.set(id, { ...fields, id, sent: stamp, delivery })
    for (const recipient of fields.recipients) state.unreadOf.add(recipient, id)
    state.sentBy.set(fields.from, [...(state.sentBy.get(fields.from) ?? []), id].slice(-RECENT_SENDS))
    if (fields.kind === 'help') state.openHelp.set(id, true)
    count(state, 'message', id)
  },

  'message.marked': (state, event, stamp) => {
    const message = state.messages.get(event.message)
    if (!message || !Object.hasOwn(message.delivery, event.agent)) return
    state.messages.set(message.id, { ...message, delivery: { ...message.delivery, [event.agent]: { status: event.status, stamp } } })
    if (event.status !== 'sent') state.unreadOf.remove(event.agent, message.id)
  },

  'message.ticked': (state, event, stamp) => {
    const message = state.messages.get(event.message)
    if (message) state.messages.set(message.id, ticked(message, event, stamp))
  },

  'help.closed': (state, event, stamp) => {
    const message = state.messages.get(event.message)
    if (!message) return
    state.openHelp.delete(message.id)
    state.messages.set(message.id, { ...message, closed: { by: event.by, stamp } })
  },

  'decision.proposed': (state, event, stamp) => {
    if (state.decisions.has(event.decision)) return
    state.decisions.set(event.decision, { ...event.fields, id: event.decision, number: event.number, proposer: event.proposer, status: 'proposed', proposed: stamp })
    count(state, 'decision', event.decision)
  },

  'decision.reviewed': (state, event, stamp) => {
    const decision = state.decisions.get(event.decision)
    if (decision) state.decisions.set(decision.id, { ...decision, status: event.verdict, review: { by: event.by, note: event.note, stamp } })
  },
}

/** What follows from a change of status: since when, and whether the reason of a failure still counts: until it goes on. */
function passage(agent: Agent, fields: AgentFields, stamp: Stamp): Partial<Agent> {
  const { status } = fields
  if (status === undefined || status === agent.status) return {}
  const begins = (status === 'starting' || status === 'working') && (agent.status === 'waiting' || isClosed(agent.status))
  const goesOn = status === 'working' || status === 'blocked' || status === 'done'
  return { changed: stamp, ...(begins && { started: stamp }), ...(goesOn && { error: undefined }) }
}

function endSession(state: State, id: string): void {
  const session = state.sessions.get(id)
  if (!session) return
  state.sessions.delete(id)
  state.heard.delete(id)
  state.sessionsOf.remove(session.agent, id)
  forgetConnection(state, id)
}

/** Visits the indexes in which a claim on the resource stands. */
function file(state: State, resource: Resource, visit: (index: MultiTable, place: string) => void): void {
  const place = placeOf(resource)
  visit(state.claimsAt, place)
  if (resource.kind !== 'name') for (const folder of foldersAbove(place)) visit(state.claimsBelow, folder)
}
