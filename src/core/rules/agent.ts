import type { AgentFields, AgentIdentity, AgentStatus } from '../model/agent.js'
import { agentIdOf } from '../model/agentId.js'
import { isClosed, mayBecome } from '../model/agentStatus.js'
import type { AgentResult, RemoveAgentResult } from '../model/agentOperations.js'
import type { StatusRefusal } from '../model/operations.js'
import { resourceLabel } from '../model/resource.js'
import { responsible } from '../state/tasks.js'
import type { State } from '../state/state.js'
import { list } from '../state/text.js'
import { tell } from '../tell.js'
import { claimsOf } from './conflicts.js'
import { hasProcess } from './presence.js'
import { isPerson, nameOf, Plan, refusal, refuse, type Context, type Rule } from './rule.js'

type Done = Extract<AgentResult, { ok: true }>
type Refused = Extract<AgentResult, { ok: false }>

export interface SetAgentCommand {
  /** Name or id. */
  agent: string
  identity: Partial<AgentIdentity>
  fields: AgentFields
}

/** Registers an agent, or changes what is known about one. Who counts as a person is for persons to say. */
export const setAgentRule: Rule<SetAgentCommand, Done, Refused> = {
  decide(state, command, context) {
    const id = agentIdOf(command.agent)
    const known = state.agents.get(id)
    const { kind, parent } = command.identity
    if (kind !== undefined && kind !== (known?.kind ?? 'agent') && !isPerson(state.agents.get(context.agent))) {
      return refuse('PERSON_ONLY', tell`Only a person may say who is a person. Leave the kind out, or ask one.`)
    }
    const above = parent === undefined ? undefined : agentIdOf(parent)
    if (above !== undefined && worksUnder(state, above, id)) return refuse('CYCLE', tell`${nameOf(state, above)} works under ${nameOf(state, id)} itself, or is the same. Name another parent.`)
    const refusal = statusRefusal(state, id, command.fields.status)
    if (refusal) return { refusal }

    const plan = new Plan(state, context.stamp)
    const identity: AgentIdentity = { ...(known ? identityOf(known) : { name: command.agent, kind: 'agent' as const }), ...command.identity, ...(above !== undefined && { parent: above }) }
    if (!known || Object.keys(command.identity).length > 0) plan.add({ type: 'agent.joined', agent: id, identity })
    const fields: AgentFields = known ? command.fields : { status: 'waiting', ...command.fields }
    if (Object.keys(fields).length > 0) plan.add({ type: 'agent.checkedIn', agent: id, fields, work: true })
    return { events: plan.events }
  },
  answer: (_events, _stamp, state, command) => doneFor(state, command.agent),
}

export interface EndAgentCommand {
  agent: string
  /** Why it failed; undefined: it is done. */
  error?: string | undefined
}

/** Says that an agent has finished: done, or failed with the reason. */
export const endAgentRule: Rule<EndAgentCommand, Done, Refused> = {
  decide(state, command) {
    const agent = state.agents.get(agentIdOf(command.agent))
    if (!agent) return { refusal: unknownAgent(command.agent) }
    const status: AgentStatus = command.error === undefined ? 'done' : 'failed'
    if (agent.status === status && (command.error === undefined || command.error === agent.error)) return { events: [] }
    const refusal = statusRefusal(state, agent.id, status)
    if (refusal) return { refusal }
    const fields: AgentFields = command.error === undefined ? { status, progress: 100 } : { status, error: command.error }
    return { events: [{ type: 'agent.checkedIn', agent: agent.id, fields, work: true }] }
  },
  answer: (_events, _stamp, state, command) => doneFor(state, command.agent),
}

/** Forgets an agent that is not there and holds nothing. Its tasks are open for others again; messages to it expire. */
export const removeAgentRule: Rule<{ agent: string }, Extract<RemoveAgentResult, { ok: true }>, Extract<RemoveAgentResult, { ok: false }>> = {
  decide(state, command, context) {
    const agent = state.agents.get(agentIdOf(command.agent))
    if (!agent) return { refusal: unknownAgent(command.agent) }
    if (isPerson(agent) && !isPerson(state.agents.get(context.agent))) return refuse('PERSON_ONLY', tell`Only a person may remove a person. Ask one.`)
    if (agent.id === context.agent || hasProcess(state, agent.id, context)) {
      return refuse('IN_USE', agent.id === context.agent ? tell`That is you. Complete yourself instead, and let somebody else remove you.` : tell`A running process speaks for ${agent.name}. End it first.`)
    }
    const claims = [...claimsOf(state, agent.id)].map((claim) => resourceLabel(claim.resource))
    if (claims.length > 0) return { refusal: { ok: false, reason: 'HOLDS', claims, hint: tell`${agent.name} still holds ${list(claims.slice(0, 5))}${claims.length > 5 ? tell` and more` : ''}. Take that over, or let a person release it, first.` } }
    const plan = new Plan(state, context.stamp)
    forget(plan, agent.id, context)
    return { events: plan.events }
  },
  answer: (events, _stamp, _state, command) => ({ ok: true, agent: agentIdOf(command.agent), tasks: events.flatMap((event) => (event.type === 'task.stopped' || event.type === 'task.changed' ? [event.task] : [])) }),
}

/** Takes an agent without claims out of the state, with its place in lines; what it was to do is open for others. */
export function forget(plan: Plan, agent: string, context: Context): void {
  for (const wait of [...plan.state.waits.values()]) if (wait.agent === agent) plan.add({ type: 'wait.ended', wait: wait.id, how: 'cancelled' })
  for (const id of [...plan.state.tasksOf.ids(agent)]) {
    const task = plan.state.tasks.get(id)
    if (!task || responsible(task) !== agent) continue
    if (task.status === 'started') plan.add({ type: 'task.stopped', task: id, by: context.agent })
    if (task.assignee === agent) plan.add({ type: 'task.changed', task: id, by: context.agent, fields: { assignee: '' } })
  }
  plan.add({ type: 'agent.removed', agent, by: context.agent })
}

/** Why an agent cannot get a status; undefined when it can, or where none is given. */
export function statusRefusal(state: State, agent: string, to: AgentStatus | undefined): StatusRefusal | undefined {
  const known = state.agents.get(agent)
  if (!known || to === undefined || mayBecome(known.status, to)) return undefined
  return { ok: false, reason: 'WRONG_STATUS', status: known.status, hint: tell`${known.name} is ${[known.status]} and cannot become ${[to]} from there. Set it to working first, if it goes on.` }
}

export function isIncomplete(status: AgentStatus): boolean {
  return !isClosed(status)
}

export function unknownAgent(name: string): { ok: false; reason: 'NOT_FOUND'; hint: string } {
  return refusal('NOT_FOUND', tell`Nobody here is called ${name}. List the agents to see who is.`)
}

function doneFor(state: State, name: string): Done {
  const agent = state.agents.get(agentIdOf(name))
  return { ok: true, agent: agent?.id ?? agentIdOf(name), status: agent?.status ?? 'done' }
}

/** Whether `agent` is `above`, or works under it through any number of others. */
export function worksUnder(state: State, agent: string, above: string): boolean {
  const seen = new Set<string>()
  for (let one: string | undefined = agent; one !== undefined && !seen.has(one); one = state.agents.get(one)?.parent) {
    if (one === above) return true
    seen.add(one)
  }
  return false
}

export function identityOf({ name, kind, role, level, parent, client, model, brief, workspace, conversation, tree, estimatedMinutes, load, metadata }: AgentIdentity): AgentIdentity {
  return Object.fromEntries(Object.entries({ name, kind, role, level, parent, client, model, brief, workspace, conversation, tree, estimatedMinutes, load, metadata }).filter(([, value]) => value !== undefined)) as AgentIdentity
}
