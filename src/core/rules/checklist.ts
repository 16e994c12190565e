import type { Event } from '../model/events.js'
import type { Message } from '../model/message.js'
import type { Refusal, TickResult } from '../model/operations.js'
import type { State } from '../state/state.js'
import { ticked } from '../state/ticks.js'
import { tell } from '../tell.js'
import { messageNotFound } from './message.js'
import { refuse, type Rule } from './rule.js'

type Done = Extract<TickResult, { ok: true }>

export interface TickCommand {
  message: string
  /** The message, where it has left the state: what becomes of it is written down for whoever searches. */
  retired?: Message | undefined
  /** Steps counted from 1: those that are done, and those that are not, after all. */
  done: readonly number[]
  open: readonly number[]
}

/** Whoever sent a message and whoever got it may tick off the steps of its checklist; all of them see one list. */
export const tickRule: Rule<TickCommand, Done, Refusal & { reason: 'NOT_FOUND' | 'NO_STEP' }> = {
  decide(state, command, context) {
    const message = messageOf(state, command)
    const involved = message && (message.from === context.agent || Object.hasOwn(message.delivery, context.agent))
    if (!message || !involved) return { refusal: messageNotFound(command.message) }
    const steps = message.checklist?.length ?? 0
    const wrong = [...command.done, ...command.open].find((step) => step < 1 || step > steps)
    if (wrong !== undefined || steps === 0) return refuse('NO_STEP', steps === 0 ? tell`${message.id} has no checklist. Acknowledge or answer it instead.` : tell`${message.id} has no step ${String(wrong)}. Its steps are 1 to ${steps}.`)
    const tick = (step: number, done: boolean): Event => ({ type: 'message.ticked', message: message.id, agent: context.agent, step, done })
    const undone = new Set(command.open)
    return {
      events: [
        ...[...new Set(command.done)].filter((step) => !undone.has(step) && !isTicked(message, step)).map((step) => tick(step, true)),
        ...[...undone].filter((step) => isTicked(message, step)).map((step) => tick(step, false)),
      ],
    }
  },

  answer(events, stamp, state, command) {
    let message = messageOf(state, command)
    if (message === command.retired) for (const event of events) if (event.type === 'message.ticked') message = message && ticked(message, event, stamp)
    return { ok: true, id: command.message, ticked: Object.keys(message?.ticked ?? {}).map(Number), steps: message?.checklist?.length ?? 0 }
  },
}

function messageOf(state: State, { message, retired }: TickCommand): Message | undefined {
  return state.messages.get(message) ?? retired
}

function isTicked({ ticked }: Message, step: number): boolean {
  return ticked !== undefined && Object.hasOwn(ticked, step)
}
