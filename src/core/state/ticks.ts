import type { Stamp } from '../ledger/port.js'
import type { Message } from '../model/message.js'

/** The message after a step was ticked off, or was not after all; the same message where it has no such step. */
export function ticked(message: Message, { agent, step, done }: { agent: string; step: number; done: boolean }, stamp: Stamp): Message {
  if (message.checklist?.[step - 1] === undefined) return message
  const { [step]: _, ...others } = message.ticked ?? {}
  return { ...message, ticked: done ? { ...others, [step]: { by: agent, stamp } } : others }
}
