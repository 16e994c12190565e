import { agentIdOf } from '../model/agentId.js'
import type { Claim, Priority } from '../model/claim.js'
import type { MessageFields } from '../model/message.js'
import type { Checkpoint, CheckpointFields } from '../model/report.js'
import { resourceLabel, type Resource } from '../model/resource.js'
import type { Task } from '../model/task.js'
import type { HandOffResult } from '../model/workOperations.js'
import { findTask, responsible } from '../state/tasks.js'
import type { State } from '../state/state.js'
import { list } from '../state/text.js'
import { claimExpiry } from '../state/views.js'
import { tell } from '../tell.js'
import { claimInMode, claimsOf, conflictingClaims, exactClaim, wouldDeadlock } from './conflicts.js'
import { estimateLeft, grantOne } from './grant.js'
import { messageEvent, sentIn } from './message.js'
import { hasProcess } from './presence.js'
import { heldClaim } from './release.js'
import { waitsOf } from './queue.js'
import { nameOf, noTask, Plan, refusal, refuse, type Context, type Rule } from './rule.js'

export interface HandOffCommand {
  to: string
  /** Where neither is given, all of both. */
  claims?: readonly Resource[] | undefined
  tasks?: readonly string[] | undefined
  message: string
  priority: Priority
  /** Tells the receiver even where there is nothing to pass on but the checkpoint. */
  evenNothing?: boolean
}

type Refused = Extract<HandOffResult, { ok: false }>

/**
 * Passes locks and tasks on to another agent, with the last checkpoint, in one commit: there is no moment at which nobody, or
 * both, have them. The receiver's tokens are new, so that the giver's are refused from then on. Who waits goes on waiting.
 */
export const handOffRule: Rule<HandOffCommand, Extract<HandOffResult, { ok: true }>, Refused> = {
  decide(state, command, context) {
    const to = agentIdOf(command.to)
    const problem = receiverProblem(state, to, command.to, context)
    if (problem) return { refusal: problem }
    const claims = claimsToHand(state, command, context)
    const tasks = tasksToHand(state, command, context)
    if ('refusal' in claims) return claims
    if ('refusal' in tasks) return tasks
    if (claims.claims.length + tasks.tasks.length === 0 && command.evenNothing !== true) return refuse('NOTHING', tell`You have neither locks nor tasks to hand on. Send a message instead.`)
    if (claims.claims.some((claim) => claim.token === context.stamp.seq)) return { later: true }

    const plan = new Plan(state, context.stamp)
    for (const claim of claims.claims) handClaim(plan, claim, to, context)
    const obstacle = handOffObstacle(plan.state, claims.claims, to, context)
    if (obstacle) return { refusal: obstacle }
    for (const task of tasks.tasks) plan.add({ type: 'task.handed', task: task.id, by: context.agent, to })
    const checkpoint = state.checkpoints.get(context.agent)
    if (checkpoint && !state.checkpoints.has(to)) {
      plan.add({ type: 'checkpoint.saved', agent: to, fields: fieldsOf(checkpoint), from: context.agent })
    }
    plan.add(messageEvent(plan.state, partingWords(plan.state, claims.claims, tasks.tasks, to, command, context)))
    return { events: plan.events }
  },

  answer(events, _stamp, state, command) {
    const to = agentIdOf(command.to)
    const claims = events.flatMap((event) => {
      if (event.type !== 'claim.granted' && event.type !== 'claim.renewed') return []
      const claim = state.claims.get(event.claim)
      return claim ? [{ resource: resourceLabel(claim.resource), token: claim.token, expiresAt: claimExpiry(state, claim) }] : []
    })
    const message = events.find((event) => event.type === 'message.sent')
    return {
      ok: true,
      id: sentIn(events)?.id ?? '',
      to,
      claims,
      tasks: events.flatMap((event) => (event.type === 'task.handed' ? [event.task] : [])),
      checkpoint: message?.type === 'message.sent' && message.fields.handed?.checkpoint !== undefined,
    }
  },
}

function receiverProblem(state: State, to: string, written: string, context: Context): Refused | undefined {
  if (to === context.agent) return refusal('NOT_FOUND', tell`That is you. Name the agent that is to go on.`)
  if (state.agents.has(to)) return undefined
  const others = [...state.agents.values()].filter((agent) => agent.id !== context.agent).map((agent) => agent.id)
  return { ok: false, reason: 'NOT_FOUND', hint: tell`"${written}" has not been here yet. ${others.length > 0 ? tell`Known here: ${list(others.slice(0, 8))}.` : tell`Start that agent first.`}` }
}

function claimsToHand(state: State, command: HandOffCommand, context: Context): { claims: Claim[] } | { refusal: Refused } {
  if (!command.claims) return { claims: command.tasks ? [] : [...claimsOf(state, context.agent)] }
  const claims: Claim[] = []
  for (const resource of command.claims) {
    const held = heldClaim(state, resource, undefined, context)
    if ('refusal' in held) return held
    if (!claims.includes(held.claim)) claims.push(held.claim)
  }
  return { claims }
}

function tasksToHand(state: State, command: HandOffCommand, context: Context): { tasks: Task[] } | { refusal: Refused } {
  if (!command.tasks) return { tasks: command.claims ? [] : [...state.tasksOf.ids(context.agent)].flatMap((id) => state.tasks.get(id) ?? []) }
  const tasks: Task[] = []
  for (const reference of command.tasks) {
    const task = findTask(state, reference)
    if (!task) return { refusal: noTask(reference) }
    if (responsible(task) !== context.agent) return refuse('NOT_YOURS', tell`${task.id} is not yours${task.closed ? tell`: it is over` : ''}. Hand on only what you have begun or what is meant for you.`)
    if (!tasks.includes(task)) tasks.push(task)
  }
  return { tasks }
}

function handClaim(plan: Plan, claim: Claim, to: string, context: Context): void {
  const { mode, ttl, note, branch } = claim
  plan.add({ type: 'claim.ended', claim: claim.id, how: 'handed', by: context.agent })
  // It stands behind a process only where the receiver has one.
  grantOne(plan, to, claim.resource, { mode, attached: hasProcess(plan.state, to, context), ttl, ...estimateLeft(claim, context), note, branch }, context)
  for (const wait of waitsOf(plan.state, to, [claim.resource]).filter((wait) => claimInMode(plan.state, to, claim.resource, wait.mode))) plan.add({ type: 'wait.ended', wait: wait.id, how: 'granted' })
}

/** What speaks against the receiver having these claims, in the state after: the giver keeps what overlaps, or nobody would get on. */
function handOffObstacle(state: State, claims: readonly Claim[], to: string, context: Context): Refused | undefined {
  for (const { resource, mode } of claims) {
    const kept = conflictingClaims(state, to, resource, mode)[0]
    if (kept) return { ok: false, reason: 'HELD', hint: tell`${kept.holder === context.agent ? tell`You would still hold ${resourceLabel(kept.resource)}` : tell`${nameOf(state, kept.holder)} would still hold ${resourceLabel(kept.resource)}`}, which overlaps ${resourceLabel(resource)}. Hand both on, or release the one you keep first.` }
  }
  const endless = claims.length > 0 && [...state.waits.values()].some((wait) => wait.agent === to && wouldDeadlock(state, to, wait.resources, wait.mode, context, wait))
  if (!endless) return undefined
  const name = nameOf(state, to)
  return refusal('DEADLOCK', tell`${name} waits for something whose holder waits for what you would hand on: neither could go on. Release it instead, or hand it on when ${name} no longer waits.`)
}

function partingWords(state: State, claims: readonly Claim[], tasks: readonly Task[], to: string, command: HandOffCommand, context: Context): Omit<MessageFields, 'thread'> {
  const checkpoint = state.checkpoints.get(context.agent)
  const things = [...claims.map((claim) => resourceLabel(claim.resource)), ...tasks.map((task) => task.id)]
  return {
    from: context.agent,
    to,
    recipients: [to],
    kind: 'handoff',
    subject: `${nameOf(state, context.agent)} hands on ${things.length === 0 ? 'its work' : list(things.slice(0, 5))}${things.length > 5 ? ` and ${things.length - 5} more` : ''}`,
    body: command.message,
    priority: command.priority,
    handed: {
      claims: claims.flatMap((claim) => {
        const own = exactClaim(state, to, claim.resource)
        return own ? [{ resource: resourceLabel(own.resource), token: own.token }] : []
      }),
      tasks: tasks.map((task) => task.id),
      ...(checkpoint && { checkpoint: fieldsOf(checkpoint) }),
    },
  }
}

function fieldsOf({ saved: _saved, from: _from, ...fields }: Checkpoint): CheckpointFields {
  return fields
}
