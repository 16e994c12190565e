import type { Stamp } from '../ledger/port.js'
import type { Message } from '../model/message.js'
import type { State } from '../state/state.js'
import { ageMs } from './presence.js'

/** An urgent message that nobody acknowledged is raised to its sender after so long, in ms. */
export const RAISE_AFTER_MS = 10 * 60_000

/**
 * Urgent messages of these senders that nobody acknowledged or answered in time, oldest first. The sender hears of it, not the
 * receiver: who did not listen would only be shouted at. Past its deadline a message is of no use and is not raised; replies
 * ask for no answer.
 */
export function unacknowledged(state: State, isSender: (agent: string) => boolean, now: Stamp): Message[] {
  const found: Message[] = []
  for (const message of state.messages.values()) if (message.priority === 'urgent' && isDue(message, now) && isSender(message.from)) found.push(message)
  return found
}

function isDue({ kind, closed, delivery, deadlineMinutes, sent }: Message, now: Stamp): boolean {
  if (kind === 'reply' || closed !== undefined) return false
  const age = ageMs(sent, now)
  if (age < RAISE_AFTER_MS || (deadlineMinutes !== undefined && age >= deadlineMinutes * 60_000)) return false
  const steps = Object.values(delivery).map(({ status }) => status)
  return steps.some((step) => step === 'sent' || step === 'seen') && !steps.includes('acknowledged') && !steps.includes('answered')
}

/** Whether an agent is below another: its own, or an agent's of its own. */
export function worksFor(state: State, agent: string, whom: string): boolean {
  const seen = new Set<string>()
  for (let up = state.agents.get(agent)?.parent; up !== undefined && !seen.has(up); up = state.agents.get(up)?.parent) {
    if (up === whom) return true
    seen.add(up)
  }
  return false
}
