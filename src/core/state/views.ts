import type { Stamp } from '../ledger/port.js'
import type { Agent } from '../model/agent.js'
import type { Claim, Wait } from '../model/claim.js'
import type { Decision } from '../model/decision.js'
import type { DeliveryStatus, Message } from '../model/message.js'
import type { AgentView, ClaimView, DecisionView, MessageView } from '../model/operations.js'
import { collides } from '../model/overlap.js'
import { resourceLabel } from '../model/resource.js'
import { placeOfWait, servedBefore } from '../rules/conflicts.js'
import { ageMs, agentPresence, claimPresence, leaseOf, renewalOf, seenAt, workedAt } from '../rules/presence.js'
import { nameOf, type Context } from '../rules/rule.js'
import { isUnfinished } from '../rules/unfinished.js'
import { deploymentView } from './deploymentView.js'
import { iso } from './iso.js'
import type { State } from './state.js'

export { iso } from './iso.js'

export function claimExpiry(state: State, claim: Claim): string {
  return iso(renewalOf(state, claim).at + leaseOf(state, claim))
}

/** When the holder expects to be done, as it said when it locked it or at its last check-in about it; undefined if it never did. */
export function claimEta(claim: Claim): string | undefined {
  return claim.estimatedMinutes === undefined ? undefined : iso(claim.granted.at + claim.estimatedMinutes * 60_000)
}

/** Agents that a claim keeps waiting, each once, those who are served first before others. */
export function waitersFor(state: State, claim: Claim): string[] {
  return agentsOf(waitsOn(state, claim))
}

function agentsOf(waits: readonly Wait[]): string[] {
  return [...new Set(waits.map(({ agent }) => agent))]
}

function waitsOn(state: State, claim: Claim): Wait[] {
  const waiting: Wait[] = []
  for (const wait of state.waits.values()) {
    if (wait.agent !== claim.holder && wait.resources.some((resource) => collides(resource, claim.resource))) waiting.push(wait)
  }
  return waiting.sort(servedBefore)
}

/** @param hasProcess of agents, by their ids; to be given where it is known already */
export function claimView(state: State, claim: Claim, context: Context, hasProcess?: (agent: string) => boolean): ClaimView {
  const { resource } = claim
  const presence = claimPresence(state, claim, context, hasProcess)
  const waits = state.waits.size === 0 ? [] : waitsOn(state, claim)
  const own = waits.find(({ agent }) => agent === context.agent)
  return {
    resource: resourceLabel(resource),
    kind: resource.kind,
    tree: resource.kind === 'name' ? '' : resource.tree,
    branch: claim.branch,
    heldBy: claim.holder,
    holderName: nameOf(state, claim.holder),
    mine: claim.holder === context.agent,
    mode: claim.mode,
    token: claim.token,
    since: iso(claim.granted),
    expiresAt: claimExpiry(state, claim),
    presence,
    stale: presence !== 'live',
    progress: claim.progress,
    message: claim.message,
    note: claim.note,
    eta: claimEta(claim),
    waiters: agentsOf(waits),
    ...(own && { place: placeOfWait(state, own, context) }),
  }
}

/**
 * Assigned to: spreading, or leaving out by rest, takes twenty times as long for as many members, and there may be ten thousand agents.
 * @param claims what it has locked; to be given by who does not want to know
 */
export function agentView(state: State, agent: Agent, context: Context, claims = claimLabels(state, agent.id)): AgentView {
  const { id, name, kind, joined, changed, started } = agent
  const deployment = state.deployments.get(id)
  const presence = agentPresence(state, agent, context)
  const own = {
    id,
    name,
    kind,
    presence,
    me: id === context.agent,
    seenAt: iso(seenAt(state, agent)),
    workedAt: iso(workedAt(state, agent)),
    joinedAt: iso(joined),
    claims,
    unread: state.unreadOf.count(id),
  }
  const view: AgentView = Object.assign(own, agent, hidden)
  if (changed) view.changedAt = iso(changed)
  if (started) view.startedAt = iso(started)
  if (isUnfinished(state, agent, context, presence)) view.unfinished = true
  const host = hostOf(state, id) ?? deployment?.process?.host
  if (host !== undefined) view.host = host
  if (deployment) view.deployment = deploymentView(deployment, context)
  return view
}

function hostOf(state: State, agent: string): string | undefined {
  let host: string | undefined
  for (const session of state.sessionsOf.ids(agent)) host = state.sessions.get(session)?.host ?? host
  return host
}

function claimLabels(state: State, agent: string): string[] {
  const labels: string[] = []
  for (const id of state.claimsOf.ids(agent)) {
    const claim = state.claims.get(id)
    if (claim) labels.push(resourceLabel(claim.resource))
  }
  return labels
}

/** Of an agent, not for others, or shown otherwise. */
const hidden = { joined: undefined, workspace: undefined, changed: undefined, started: undefined, left: undefined, resumed: undefined, written: undefined }

/** How far a message got with a recipient; past its deadline, what nobody acted on has expired. */
function deliveryAt(message: Message, { status }: { status: DeliveryStatus }, now: Stamp): DeliveryStatus {
  const pending = status === 'sent' || status === 'seen'
  return pending && message.deadlineMinutes !== undefined && ageMs(message.sent, now) >= message.deadlineMinutes * 60_000 ? 'expired' : status
}

export function messageView(state: State, message: Message, reader: string, now: Stamp): MessageView {
  const { sent, delivery, deadlineMinutes, closed, ticked, ...fields } = message
  const mine = Object.hasOwn(delivery, reader) ? delivery[reader] : undefined
  return {
    ...fields,
    recipients: [...fields.recipients],
    fromName: nameOf(state, message.from),
    sentAt: iso(sent),
    deadline: deadlineMinutes === undefined ? undefined : iso(sent.at + deadlineMinutes * 60_000),
    status: mine && deliveryAt(message, mine, now),
    unread: mine?.status === 'sent',
    delivery: Object.fromEntries(Object.entries(delivery).map(([agent, step]) => [agent, deliveryAt(message, step, now)])),
    ...(ticked && { ticked: Object.entries(ticked).map(([step, { by, stamp }]) => ({ step: Number(step), by, byName: nameOf(state, by), at: iso(stamp) })) }),
    ...(closed && { closed: { by: closed.by, byName: nameOf(state, closed.by), at: iso(closed.stamp) } }),
  }
}

export function decisionView(state: State, decision: Decision): DecisionView {
  const { proposed, review, implemented, superseded, cut: _cut, ...fields } = decision
  return {
    ...fields,
    proposerName: nameOf(state, decision.proposer),
    proposedAt: iso(proposed),
    review: review && { by: review.by, byName: nameOf(state, review.by), note: review.note, at: iso(review.stamp) },
    ...(implemented && { implemented: { by: implemented.by, byName: nameOf(state, implemented.by), at: iso(implemented.stamp), ...(implemented.commits && { commits: [...implemented.commits] }), ...(implemented.resources && { resources: [...implemented.resources] }) } }),
    ...(superseded && { superseded: { by: superseded.by, byName: nameOf(state, superseded.by), replacement: superseded.replacement, at: iso(superseded.stamp) } }),
  }
}

/** Messages to or from `reader`, oldest first; with no reader, all. */
export function messagesOf(state: State, reader: string): Message[] {
  const all = [...state.messages.values()]
  return reader === '' ? all : all.filter((message) => message.from === reader || Object.hasOwn(message.delivery, reader))
}

/** Unread messages to `reader` that say what became of a lock, ask for help or are urgent, oldest first. */
export function pressingTo(state: State, reader: string): Message[] {
  const found: Message[] = []
  for (const message of state.messages.values()) {
    const { about, kind, priority, delivery } = message
    if ((about !== undefined || kind === 'help' || priority === 'urgent') && Object.hasOwn(delivery, reader) && delivery[reader]?.status === 'sent') found.push(message)
  }
  return found
}
