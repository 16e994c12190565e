import type { Stamp } from '../ledger/port.js'
import type { AgentFields, AgentIdentity, AgentStatus } from '../model/agent.js'
import { agentIdOf } from '../model/agentId.js'
import { mayBecome } from '../model/agentStatus.js'
import type { Deployment, DeploymentChanges, DeploymentFields, HostedProcess } from '../model/deployment.js'
import type { DeployRefusal } from '../model/deployOperations.js'
import type { Event } from '../model/events.js'
import type { Message } from '../model/message.js'
import type { Refusal } from '../model/operations.js'
import { collides } from '../model/overlap.js'
import { resourceLabel } from '../model/resource.js'
import { nextId } from '../state/ids.js'
import type { State } from '../state/state.js'
import { tell } from '../tell.js'
import { unknownAgent, worksUnder } from './agent.js'
import { ageMs, deploymentLives, hasProcess, isSilent, unseenEnd } from './presence.js'
import { isPerson, nameOf, Plan, refuse, type Context, type Rule } from './rule.js'

export interface DeployCommand {
  /** Name or id. */
  name: string
  identity: Partial<Omit<AgentIdentity, 'name' | 'kind' | 'parent'>> & { parent: string }
  fields: DeploymentFields
}

/** Writes down that an agent's process is to be started: a new agent, or one that has no process now. Starting it is its keeper's. */
export const deployRule: Rule<DeployCommand, { ok: true; agent: string; number: number }, DeployRefusal> = {
  decide(state, { name, identity, fields }, context) {
    const id = agentIdOf(name)
    const known = state.agents.get(id)
    if (isPerson(known)) return refuse('NOT_AN_AGENT', tell`${nameOf(state, id)} is a person. Choose another name.`)
    if (known && hasProcess(state, id, context)) return { refusal: { ok: false, reason: 'AGENT_IN_USE', heldBy: id, hint: tell`${known.name} is at work already. Stop it first, or choose another name.` } }
    const parent = agentIdOf(identity.parent)
    if (worksUnder(state, parent, id)) return refuse('CYCLE', tell`${nameOf(state, parent)} works under ${nameOf(state, id)} itself, or is the same. Name another parent.`)
    const { kind, size, total } = fields.pool
    if (Math.min(size, total) < 1) return refuse('KIND_OFF', tell`Workers of the kind "${kind}" are switched off. Give them a size above 0 in the pool, or deploy another kind.`)
    const taken = scopeTaken(state, id, fields, context)
    if (taken) return { refusal: taken }
    return {
      events: [
        ...askingOver(state, id),
        { type: 'agent.joined', agent: id, identity: { kind: 'agent', ...identity, name: known?.name ?? name, parent } },
        { type: 'agent.checkedIn', agent: id, fields: { status: 'waiting' }, work: true },
        { type: 'deployment.made', agent: id, fields },
      ],
    }
  },
  answer: (_events, stamp, state, { name }) => ({ ok: true, agent: agentIdOf(name), number: state.deployments.get(agentIdOf(name))?.made.seq ?? stamp.seq }),
}

/** Two that may write never have the same to write in. */
function scopeTaken(state: State, id: string, { scopes, readOnly }: DeploymentFields, context: Context): DeployRefusal | undefined {
  if (readOnly) return undefined
  for (const other of state.deployments.values()) {
    if (other.agent === id || other.readOnly || !deploymentLives(other, context)) continue
    for (const scope of scopes) {
      const theirs = other.scopes.find((one) => collides(one, scope))
      if (!theirs) continue
      const name = nameOf(state, other.agent)
      return { ok: false, reason: 'SCOPE_TAKEN', heldBy: other.agent, hint: tell`${resourceLabel(scope)} overlaps with ${resourceLabel(theirs)}, the scope of ${name}. Choose files nobody works on, wait until ${name} has ended, or deploy a read-only worker.` }
    }
  }
  return undefined
}

/** ms since its process first ran; sleep counts. */
export function deploymentLasts({ began }: Deployment, now: Stamp): number {
  return began === undefined ? 0 : Math.max(0, ageMs(began, now))
}

/** One deployment, as its keeper knows it. */
export interface KeeperCommand {
  agent: string
  /** Of the deployment. */
  number: number
  keeper: HostedProcess
}

/** `REPLACED`: deployed anew, removed or ended. `KEPT`: another keeper sees to it. `STOPPED`: asked to end before it began. `FULL`: no room yet. */
export type KeeperRefusal = Refusal & { reason: 'REPLACED' | 'KEPT' | 'STOPPED' | 'FULL' }

/** Makes the caller the keeper, unless another one lives. */
export const attendRule: Rule<KeeperCommand, { ok: true }, KeeperRefusal> = {
  decide(state, command, context) {
    const found = keptBy(state, command, context)
    if ('refusal' in found) return found
    return { events: isSame(found.deployment.keeper, command.keeper) ? [] : [changed(command, { keeper: command.keeper })] }
  },
  answer: () => ({ ok: true }),
}

/** The turn of a queued deployment: when there is room in its pool, those who were there before it first. */
export const beginRule: Rule<KeeperCommand, { ok: true }, KeeperRefusal> = {
  decide(state, command, context) {
    const found = keptBy(state, command, context)
    if ('refusal' in found) return found
    const { deployment } = found
    if (deployment.phase !== 'queued') return { events: [] }
    if (deployment.asked?.what === 'stop') return refuse('STOPPED', tell`It was stopped before it began.`)
    if (!hasTurn(state, deployment, context)) return refuse('FULL', tell`No room for another worker of the kind "${deployment.pool.kind}" yet. It begins when one has ended.`)
    return { events: [changed(command, { phase: 'starting', keeper: command.keeper }), status(deployment.agent, { status: 'starting' })] }
  },
  answer: () => ({ ok: true }),
}

function hasTurn(state: State, mine: Deployment, context: Context): boolean {
  // Of one that cannot be asked about, and is not heard of, nobody knows: it may be of before a restart of the machine.
  const living = [...state.deployments.values()].filter((one) => deploymentLives(one, context) && !isSilent(one, context))
  const running = living.filter(({ phase }) => phase !== 'queued')
  const hasRoom = ({ pool }: Deployment): boolean => running.length < pool.total && running.filter((one) => one.pool.kind === pool.kind).length < pool.size
  const ahead = living.some((one) => one.phase === 'queued' && one.made.seq < mine.made.seq && hasRoom(one))
  return !ahead && hasRoom(mine)
}

/** How a process came to its end, for what becomes of its agent. `lost`: nobody knows; the agent is as it said last. */
export type Ending = 'done' | 'failed' | 'lost'

export interface ReportCommand extends KeeperCommand {
  changes: DeploymentChanges
  /** What its agent is from now on, where that may be. */
  status?: AgentStatus
  ending?: Ending
  error?: string
}

/** What a keeper has to tell. Refused to one that another has followed. */
export const reportRule: Rule<ReportCommand, { ok: true }, KeeperRefusal> = {
  decide(state, command, context) {
    const found = keptBy(state, command, context)
    if ('refusal' in found) return found
    const plan = new Plan(state, context.stamp)
    plan.add(changed(command, command.changes))
    const { phase } = command.changes
    if (phase === 'ended' || (phase === 'running' && found.deployment.asked?.what === 'restart')) for (const event of askingOver(state, command.agent)) plan.add(event)
    const agent = state.agents.get(command.agent)
    const fields = agent && fieldsOf(command, agent.status)
    if (agent && fields?.status !== undefined && mayBecome(agent.status, fields.status) && (fields.status !== agent.status || fields.error !== undefined)) plan.add(status(agent.id, fields))
    return { events: plan.events }
  },
  answer: () => ({ ok: true }),
}

function fieldsOf({ status, ending, error }: ReportCommand, now: AgentStatus): AgentFields | undefined {
  if (ending === 'failed') return { status: 'failed', ...(error !== undefined && { error }) }
  // What it said itself when it left stands: it is blocked, or has failed.
  if (ending === 'done') return now === 'blocked' || now === 'failed' ? undefined : { status: 'done', progress: 100 }
  // What it says about itself goes before what its keeper sees.
  return status && (now === 'waiting' || now === 'starting') ? { status } : undefined
}

/**
 * Ends a deployment whose keeper and process are both gone; with `silent`, as when somebody stops it, also one that was not heard
 * of and cannot be asked about. Its agent stays as it was: incomplete, and to be resumed.
 */
export const lostRule: Rule<{ agent: string; number: number; silent?: boolean }, { ok: true }, never> = {
  decide(state, { agent, number, silent = false }, context) {
    const deployment = state.deployments.get(agent)
    if (!deployment || deployment.made.seq !== number || deployment.phase === 'ended' || (deploymentLives(deployment, context) && !(silent && isSilent(deployment, context)))) return { events: [] }
    return { events: [{ type: 'deployment.changed', agent, deployment: number, fields: { phase: 'ended', ...(deployment.began && { exit: unseenEnd }) } }, ...askingOver(state, agent)] }
  },
  answer: () => ({ ok: true }),
}

export interface AskCommand {
  agent: string
  what: 'stop' | 'restart'
  reason: string
}
export type AskRefusal = Refusal & { reason: 'NOT_FOUND' | 'NOT_DEPLOYED' | 'NOT_RUNNING' | 'PERSON_ONLY' }

/** How an agent is told what its keeper was asked for. */
const pleas = { stop: 'Please stop now: save what you have, and end', restart: 'Please end now: you will be started again' } as const

/** Its process has ended, or is another one: what the former one was asked for is not for the next. */
function askingOver(state: State, agent: string): Event[] {
  const subjects: readonly string[] = Object.values(pleas)
  const isPlea = ({ to, kind, priority, subject, delivery }: Message): boolean => to === agent && kind === 'note' && priority === 'urgent' && subjects.includes(subject) && ['sent', 'seen'].includes(delivery[agent]?.status ?? '')
  return [...state.messages.values()].filter(isPlea).map(({ id }) => ({ type: 'message.marked', message: id, agent, status: 'expired' }))
}

/** Asks an agent's keeper to end it or to begin it again, and tells the agent. For persons, those it works under, and itself. */
export const askRule: Rule<AskCommand, { ok: true; agent: string; deployment: Deployment }, AskRefusal> = {
  decide(state, { agent, what, reason }, context) {
    const id = agentIdOf(agent)
    const [known, deployment] = [state.agents.get(id), state.deployments.get(id)]
    if (!known) return { refusal: unknownAgent(agent) }
    if (!deployment) return refuse('NOT_DEPLOYED', tell`${known.name} was not started by Muster. End it where it runs.`)
    if (!isPerson(state.agents.get(context.agent)) && context.agent !== deployment.by && !worksUnder(state, id, context.agent)) {
      return refuse('PERSON_ONLY', tell`Only a person, or an agent that ${known.name} works for, may do that. Ask one.`)
    }
    if (!deploymentLives(deployment, context)) return refuse('NOT_RUNNING', tell`${known.name} does not run. To begin it again: muster agent restart ${id}`)
    if (deployment.asked && (deployment.asked.what === what || deployment.asked.what === 'stop')) return { events: [] }
    const plan = new Plan(state, context.stamp)
    plan.add({ type: 'deployment.asked', agent: id, by: context.agent, what, reason })
    const { id: message } = nextId(plan.state, 'message')
    if (id !== context.agent) plan.add({ type: 'message.sent', message, fields: { from: context.agent, to: id, recipients: [id], kind: 'note', subject: pleas[what], body: reason, priority: 'urgent', thread: message } })
    return { events: plan.events }
  },
  answer: (_events, _stamp, state, { agent }) => ({ ok: true, agent: agentIdOf(agent), deployment: state.deployments.get(agentIdOf(agent))! }),
}

function keptBy(state: State, { agent, number, keeper }: KeeperCommand, context: Context): { deployment: Deployment } | { refusal: KeeperRefusal } {
  const deployment = state.deployments.get(agent)
  if (!deployment || deployment.made.seq !== number || deployment.phase === 'ended') return refuse('REPLACED', tell`This deployment is over.`)
  const other = deployment.keeper
  if (other && !isSame(other, keeper) && !context.hasEnded(other)) return refuse('KEPT', tell`Process ${other.pid} on ${other.host} keeps it.`)
  return { deployment }
}

export function isSame(a: HostedProcess | undefined, b: HostedProcess): boolean {
  return a?.pid === b.pid && a.start === b.start && a.boot === b.boot
}

function changed({ agent, number }: KeeperCommand, fields: DeploymentChanges): { type: 'deployment.changed'; agent: string; deployment: number; fields: DeploymentChanges } {
  return { type: 'deployment.changed', agent, deployment: number, fields }
}

function status(agent: string, fields: AgentFields): { type: 'agent.checkedIn'; agent: string; fields: AgentFields; work: boolean } {
  return { type: 'agent.checkedIn', agent, fields, work: false }
}
