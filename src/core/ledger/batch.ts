import { MusterError } from '../errors.js'
import { tell } from '../tell.js'
import { LINE_OVERHEAD, MAX_LINE } from './line.js'
import type { Answer, Commit, Machine, Op, Proposal, Stamp } from './port.js'

/** A proposal on its way, with the promise that waits for it. */
export interface Pending<S, E> {
  proposal: Proposal<S, E, unknown>
  resolve(answer: Answer<S, E, unknown>): void
  reject(error: unknown): void
  /** It was in a line of this process that did not visibly win. Found applied later, that was not an earlier try. */
  tried: boolean
}

type Outcome<E> =
  | { type: 'write'; op: Op<E> }
  | { type: 'refused'; refusal: unknown }
  | { type: 'nothing' }
  | { type: 'later' }
  /** Applied by an earlier try, in this commit. */
  | { type: 'known'; seq: number }
  | { type: 'repeated'; stamp: Stamp; events: readonly E[] }
  | { type: 'failed'; error: unknown }

export interface Decided<S, E> {
  pending: Pending<S, E>
  outcome: Outcome<E>
}

export interface DecidedBatch<S, E> {
  decided: Decided<S, E>[]
  /** `,"ops":[…]`, or '' when there is nothing to write. */
  body: string
  /** Proposals that did not fit the line, or that cannot be in it together with earlier ones. */
  rest: Pending<S, E>[]
}

const ROOM = MAX_LINE - LINE_OVERHEAD

/** Decides proposals one after the other, each on the state the ones before it would lead to. */
export function decideBatch<S, E>(machine: Machine<S, E>, state: S, pendings: readonly Pending<S, E>[], stamp: Stamp): DecidedBatch<S, E> {
  const decided: Decided<S, E>[] = []
  const texts: string[] = []
  let size = 0
  let view = state
  let ahead: Op<E> | undefined
  for (const [index, pending] of pendings.entries()) {
    if (ahead !== undefined) {
      // Drafted only when somebody looks: most batches have one proposal.
      if (view === state) view = machine.draft(state)
      machine.fold(view, ahead, stamp)
      ahead = undefined
    }
    const outcome = decideOne(machine, view, pending, stamp)
    if (outcome.type === 'later') return { decided, body: bodyOf(texts), rest: pendings.slice(index) }
    if (outcome.type === 'write') {
      const text = JSON.stringify({ key: outcome.op.key, by: outcome.op.by, via: outcome.op.via, events: outcome.op.events })
      const bytes = Buffer.byteLength(text) + 1
      if (bytes > ROOM) {
        decided.push({ pending, outcome: { type: 'failed', error: tooLarge(bytes) } })
        continue
      }
      if (size + bytes > ROOM) return { decided, body: bodyOf(texts), rest: pendings.slice(index) }
      size += bytes
      texts.push(text)
      ahead = outcome.op
    }
    decided.push({ pending, outcome })
  }
  return { decided, body: bodyOf(texts), rest: [] }
}

function bodyOf(texts: readonly string[]): string {
  return texts.length === 0 ? '' : `,"ops":[${texts.join(',')}]`
}

function decideOne<S, E>(machine: Machine<S, E>, state: S, pending: Pending<S, E>, stamp: Stamp): Outcome<E> {
  const { proposal } = pending
  try {
    const applied = machine.applied(state, proposal.key)
    if (applied === 'too-old') return { type: 'failed', error: keyTooOld(proposal.key) }
    if (applied !== undefined) return { type: 'known', seq: applied }
    const verdict = proposal.decide(state, stamp)
    if ('refusal' in verdict) return { type: 'refused', refusal: verdict.refusal }
    if ('later' in verdict) return { type: 'later' }
    if (verdict.events.length === 0) return { type: 'nothing' }
    return { type: 'write', op: { key: proposal.key, by: proposal.by, via: proposal.via, events: verdict.events } }
  } catch (error) {
    return { type: 'failed', error }
  }
}

/** Looks up what was applied by an earlier try. @returns whether there was anything to look up */
export async function recall<S, E>(decided: readonly Decided<S, E>[], read: (seq: number) => Promise<Commit<E> | undefined>): Promise<boolean> {
  const known = decided.filter(({ outcome }) => outcome.type === 'known')
  for (const decision of known) decision.outcome = await recallOne(decision, read)
  return known.length > 0
}

async function recallOne<S, E>({ pending, outcome }: Decided<S, E>, read: (seq: number) => Promise<Commit<E> | undefined>): Promise<Outcome<E>> {
  if (outcome.type !== 'known') return outcome
  try {
    const commit = await read(outcome.seq)
    const op = commit?.ops.find(({ key }) => key === pending.proposal.key)
    if (commit !== undefined && op !== undefined) return { type: 'repeated', stamp: commit.stamp, events: op.events }
  } catch (error) {
    return { type: 'failed', error }
  }
  return { type: 'failed', error: keyTooOld(pending.proposal.key) }
}

/** Answers a proposal whose fate is on disk. @param stamp Of the line that carries the batch's operations, or of the head. */
export function settle<S, E>({ pending, outcome }: Decided<S, E>, stamp: Stamp, state: S): void {
  switch (outcome.type) {
    case 'write':
      return pending.resolve({ ok: true, stamp, events: outcome.op.events, repeated: false, state })
    case 'nothing':
      return pending.resolve({ ok: true, stamp, events: [], repeated: false, state })
    case 'repeated':
      return pending.resolve({ ok: true, stamp: outcome.stamp, events: outcome.events, repeated: !pending.tried, state })
    case 'refused':
      return pending.resolve({ ok: false, refusal: outcome.refusal, state })
    case 'failed':
      return pending.reject(outcome.error)
    case 'known':
    case 'later':
      throw new Error('a proposal is settled when all is known of it')
  }
}

/**
 * Rejects what was in a line that is certainly not in the ledger.
 * @returns the others: what was refused on the strength of that line is decided again
 */
export function rejectWritten<S, E>(decided: readonly Decided<S, E>[], batch: readonly Pending<S, E>[], error: MusterError): Pending<S, E>[] {
  const written = new Set(decided.filter(({ outcome }) => outcome.type === 'write').map(({ pending }) => pending))
  for (const pending of written) pending.reject(error)
  return batch.filter((pending) => !written.has(pending))
}

function keyTooOld(key: string): MusterError {
  return new MusterError('KEY_TOO_OLD', tell`What became of operation ${key} is no longer known.`, {
    hint: tell`Look at the current state, then decide again with a new key.`,
    details: { key },
  })
}

function tooLarge(bytes: number): MusterError {
  return new MusterError('TOO_LARGE', tell`An operation of ${bytes} bytes does not fit the records.`, {
    hint: tell`At most ${ROOM} bytes: shorten the text, or put it in a file and name the file.`,
    details: { bytes, limit: ROOM },
  })
}
