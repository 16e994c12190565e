import { MARK } from './othersText.js'

/** What a refused agent may do next, in words of ours only: hints of the rules hold names that others chose. */
const advice: Readonly<Record<string, string>> = {
  HELD: 'Do not edit it. Claim again with wait to queue for it, ask its holder with send_message (kind request_release), or work on something else.',
  QUEUED: 'You are in line. Call claim again with the same resources and wait to go on waiting; your place is kept for a minute. Or work on something else.',
  TOO_BROAD: 'Claim the folder or the files you will change; force only if it must be everything.',
  DIRTY: 'Somebody left changes there that are not committed. Look at them with git; then ask a person, or claim with takeOver and force.',
  CHALLENGED: 'The holder may still be there and was asked to answer. Call claim again with the same resources and takeOver to go on waiting for that: within a minute it is yours or the holder is back.',
  NOT_STALE: 'The holder is still there: wait, ask it with send_message (kind request_release), or work on something else.',
  DEADLOCK: 'The holder waits for something you hold. Release that first, or work on something else.',
  NOT_HELD: 'You do not hold it. Claim it before you go on.',
  TAKEN_OVER: 'Somebody took it over. Stop writing to it, and claim it again before you go on.',
  NOT_FOUND: 'There is no such id here. Look it up with read_messages or startup.',
  WRONG_STATUS: 'It is settled already; nothing is left to do.',
  NO_RECIPIENT: 'Nobody is meant by this name. Use an id from startup, role:lead or all.',
  PERSON_ONLY: 'Only a person may do this. Ask one, and go on with something that does not depend on it.',
  OWN_DECISION: 'A person has to decide on it. Go on with something that does not depend on it.',
  NOTHING: 'You hold nothing that could be handed off. Send a message instead.',
  NOT_YOURS: 'Only what is yours can be handed off.',
  NOT_NARROWER: 'Name parts of what you hold, or answer keep.',
}

/** One sentence on what to do after a refusal. */
export function adviceFor(reason: string, stale: boolean): string {
  if (reason === 'HELD' && stale) return 'Its holder is gone or silent: claim it with takeOver, or work on something else.'
  return Object.hasOwn(advice, reason) ? advice[reason]! : `Refused (${reason}). What the rules say about it is under ${MARK}.hint.`
}
