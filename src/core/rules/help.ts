import type { Message } from '../model/message.js'
import type { CloseHelpResult } from '../model/operations.js'
import type { State } from '../state/state.js'
import { tell } from '../tell.js'
import { addReply, messageNotFound, replyTo, sentIn } from './message.js'
import { priorityRank } from './conflicts.js'
import { nameOf, Plan, refuse, type Rule } from './rule.js'

export interface CloseHelpCommand {
  request: string
  answer: string
  /** The request, where it has left the state. */
  retired?: Message | undefined
}

/** Ends a request for help, by whoever was asked or by the one who asked; the other side is told. */
export const closeHelpRule: Rule<CloseHelpCommand, Extract<CloseHelpResult, { ok: true }>, Extract<CloseHelpResult, { ok: false }>> = {
  decide(state, command, context) {
    const request = state.messages.get(command.request) ?? command.retired
    const involved = request && (request.from === context.agent || Object.hasOwn(request.delivery, context.agent))
    if (!request || !involved) return { refusal: messageNotFound(command.request) }
    if (request.kind !== 'help') return refuse('WRONG_STATUS', tell`${request.id} is no request for help. Reply to it instead.`)
    if (request.closed) return refuse('WRONG_STATUS', tell`${request.id} was closed by ${nameOf(state, request.closed.by)} already. Nothing is left to do.`)
    const plan = new Plan(state, context.stamp)
    plan.add({ type: 'help.closed', message: request.id, by: context.agent })
    addReply(plan, request, { ...replyTo(request, context.agent, command.answer), subject: `Closed: ${request.subject}` })
    return { events: plan.events }
  },
  answer: (events, _stamp, _state, command) => ({ ok: true, id: command.request, reply: sentIn(events)?.id ?? '' }),
}

/** Open requests for help: those to the agent and, where asked for, those it made, or everybody's; the most urgent first, then the oldest. */
export function openHelp(state: State, agent: string | undefined, own: boolean): Message[] {
  const open: Message[] = []
  for (const [id] of state.openHelp.entries()) {
    const message = state.messages.get(id)
    if (message && (agent === undefined || Object.hasOwn(message.delivery, agent) || (own && message.from === agent))) open.push(message)
  }
  return open.sort((a, b) => priorityRank[a.priority] - priorityRank[b.priority] || a.sent.seq - b.sent.seq)
}
