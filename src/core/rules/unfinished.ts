import type { Agent } from '../model/agent.js'
import { isClosed } from '../model/agentStatus.js'
import { leftSomething } from '../state/leftSomething.js'
import type { State } from '../state/state.js'
import { agentPresence, hasProcess } from './presence.js'
import { isPerson, type Context } from './rule.js'

/**
 * Whether an agent stopped before its work was done and left something to go on with, or was begun anew by somebody and has
 * not gone on yet: what every front end calls incomplete. Who is at work is not, nor who only said what it was for, asked something and left.
 * @param presence to be given where it is known already
 */
export function isUnfinished(state: State, agent: Agent, context: Context, presence = agentPresence(state, agent, context)): boolean {
  if (isPerson(agent) || isClosed(agent.status)) return false
  if (agent.resumed && agent.resumed.wentOn === undefined) return !hasProcess(state, agent.id, context)
  return presence === 'gone' && leftSomething(state, agent)
}
