import { invalid, type MusterError } from './errors.js'
import type { Ledger, Stamp } from './ledger/port.js'
import type { Event } from './model/events.js'
import { machine } from './state/machine.js'
import type { State } from './state/state.js'
import { tell } from './tell.js'

type History = Pick<Ledger<State, Event>, 'history' | 'refresh' | 'status'>

/** A state so many commits behind the last one kept is kept too, so that going back does not begin anew; so many are. */
const EVERY = 20_000
const KEPT = 8

/** The state right behind a commit. */
export interface PastState {
  state: State
  stamp: Stamp
  first: boolean
  last: boolean
}

/** Which moment: the last commit until a time (ms since 1970), or the one before or after a commit. */
export type MomentQuery = { at: number } | { before: number } | { after: number }

interface Reached {
  state: State
  stamp: Stamp | undefined
}

/**
 * Past states, by folding the ledger again up to them. Goes on from where it was, or from a state it kept on its way, since
 * people look at moments near each other; else from the first commit. Asked one at a time.
 */
export class Replay {
  private reached: Reached = begin()
  private readonly kept: { stamp: Stamp; texts: string[] }[] = []
  private turn: Promise<unknown> = Promise.resolve()

  constructor(private readonly ledger: History) {}

  /** @throws MusterError INVALID_INPUT where there is no such moment, what reading the ledger throws, and what `signal` was ended with */
  state(query: MomentQuery, signal?: AbortSignal): Promise<PastState> {
    const answer = this.turn.then(() => this.go(query, signal))
    this.turn = answer.catch(() => undefined)
    return answer
  }

  private async go(query: MomentQuery, signal: AbortSignal | undefined): Promise<PastState> {
    signal?.throwIfAborted()
    await this.ledger.refresh()
    const target = await this.seqOf(query)
    if (target === undefined) throw nothingYet()
    if ((this.reached.stamp?.seq ?? 0) > target.seq) this.reached = this.nearest(target.seq)
    await this.foldTo(target.seq, signal)
    const { state, stamp } = this.reached
    if (stamp === undefined) throw nothingYet()
    return { ...target, state, stamp }
  }

  /** Number of the commit that is meant. Not every number is one: lines that begin and close segments have theirs. */
  private async seqOf(query: MomentQuery): Promise<{ seq: number; first: boolean; last: boolean } | undefined> {
    const first = await this.firstFrom(1)
    if (first === undefined) return undefined
    let found: number | undefined
    if ('at' in query) found = (await this.lastUntil(query.at)) ?? first
    else if ('after' in query) found = (await this.firstFrom(query.after + 1)) ?? (await this.lastBefore(query.after + 1))
    else found = (await this.lastBefore(query.before)) ?? first
    return found === undefined ? undefined : { seq: found, first: found <= first, last: (await this.firstFrom(found + 1)) === undefined }
  }

  private async firstFrom(from: number): Promise<number | undefined> {
    if (from > this.ledger.status().head) return undefined
    for await (const { stamp } of this.ledger.history({ from })) return stamp.seq
    return undefined
  }

  /** By steps back: the one before is near. */
  private async lastBefore(seq: number): Promise<number | undefined> {
    for (let distance = 8; ; distance *= 8) {
      const from = Math.max(1, seq - distance)
      let last: number | undefined
      for await (const { stamp } of this.ledger.history({ from })) {
        if (stamp.seq >= seq) break
        last = stamp.seq
      }
      if (last !== undefined || from === 1) return last
    }
  }

  private async lastUntil(at: number): Promise<number | undefined> {
    for await (const { stamp } of this.ledger.history({ since: at + 1 })) if (stamp.at > at) return this.lastBefore(stamp.seq)
    return this.lastBefore(this.ledger.status().head + 1)
  }

  private nearest(seq: number): Reached {
    const kept = this.kept.findLast((one) => one.stamp.seq <= seq)
    return kept ? { state: machine.load(kept.texts), stamp: kept.stamp } : begin()
  }

  private async foldTo(seq: number, signal: AbortSignal | undefined): Promise<void> {
    const { state, stamp: from } = this.reached
    if (from?.seq === seq) return
    for await (const { stamp, ops } of this.ledger.history({ from: (from?.seq ?? 0) + 1 })) {
      if (stamp.seq > seq) return
      // The next one goes on from here.
      signal?.throwIfAborted()
      for (const op of ops) machine.fold(state, op, stamp)
      this.reached = { state, stamp }
      this.keep(stamp)
    }
  }

  private keep(stamp: Stamp): void {
    if (stamp.seq < (this.kept.at(-1)?.stamp.seq ?? 0) + EVERY) return
    this.kept.push({ stamp, texts: [...machine.dump(this.reached.state)] })
    // Every other one goes: the rest stay spread over the whole.
    if (this.kept.length > KEPT) this.kept.splice(0, this.kept.length, ...this.kept.filter((_, index) => index % 2 === 1))
  }
}

function begin(): Reached {
  return { state: machine.create(), stamp: undefined }
}

function nothingYet(): MusterError {
  return invalid(tell`Nothing had happened then.`, tell`Choose a later time.`)
}
