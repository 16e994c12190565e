/**
 * Whether a recorded history of a concurrent object could have been made by one that does everything at once, one thing
 * after the other: linearizability. The search is Wing and Gong's (Testing and Verifying Concurrent Objects, 1993) with
 * Lowe's memory of what was tried (Testing for Linearizability, 2017), on a linked list of calls and returns as in
 * Porcupine.
 */

/** One operation as its caller saw it. Times are of one clock that all callers share. */
export interface Operation<I, O> {
  client: string
  input: I
  /** Undefined where the caller ended before it heard: the operation may have happened, at any time since, or not at all. */
  output: O | undefined
  invoked: bigint
  /** Undefined with the output. */
  responded: bigint | undefined
}

/** The object as it would be with one caller at a time. */
export interface Model<S, I, O> {
  initial: S
  /**
   * The state after an operation that was answered so; undefined where that answer is wrong in this state. With no answer
   * known, the state after the operation took effect.
   */
  step(state: S, input: I, output: O | undefined): S | undefined
  /** Equal for equal states, different for different ones. */
  key(state: S): string
}

export type Verdict<I, O> =
  | { linearizable: true }
  | {
      linearizable: false
      /** The longest order that was found, and what could not follow it: where to look first. */
      explained: Operation<I, O>[]
      stuckAt: Operation<I, O>[]
    }

/** A call or a return, in the order of time. A call knows its return; pending operations have none. */
interface Entry {
  operation: number
  match: Entry | undefined
  isCall: boolean
  previous: Entry
  next: Entry | undefined
}

/** @throws Error where the history is not one: an answer before its call */
export function checkHistory<S, I, O>(model: Model<S, I, O>, history: readonly Operation<I, O>[]): Verdict<I, O> {
  const head = entriesOf(history)
  const done = new Taken(history.length)
  const tried = new Tried(history.length)
  const order: { entry: Entry; before: S }[] = []
  let answered = history.filter((operation) => operation.responded !== undefined).length
  let best: number[] = []
  let state = model.initial
  let entry = head.next

  while (answered > 0) {
    if (entry?.isCall) {
      const { input, output } = history[entry.operation]!
      const after = model.step(state, input, output)
      if (after !== undefined && tried.add(done.with(entry.operation), model.key(after))) {
        order.push({ entry, before: state })
        done.flip(entry.operation)
        state = after
        if (entry.match) answered--
        lift(entry)
        if (order.length > best.length) best = order.map((step) => step.entry.operation)
        entry = head.next
      } else {
        entry = entry.next
      }
      continue
    }
    // A return whose call has no place before it, or the end of the list: the last choice was wrong.
    const last = order.pop()
    if (last === undefined) return { linearizable: false, ...explain(history, best) }
    unlift(last.entry)
    done.flip(last.entry.operation)
    state = last.before
    if (last.entry.match) answered++
    entry = last.entry.next
  }
  return { linearizable: true }
}

/** Checks each part on its own, which is legal where every operation concerns one part only (Herlihy and Wing, locality). */
export function checkParts<S, I, O>(model: Model<S, I, O>, history: readonly Operation<I, O>[], partOf: (input: I) => string): Verdict<I, O> {
  const parts = new Map<string, Operation<I, O>[]>()
  for (const operation of history) {
    const name = partOf(operation.input)
    const part = parts.get(name)
    if (part) part.push(operation)
    else parts.set(name, [operation])
  }
  for (const part of parts.values()) {
    const verdict = checkHistory(model, part)
    if (!verdict.linearizable) return verdict
  }
  return { linearizable: true }
}

function entriesOf<I, O>(history: readonly Operation<I, O>[]): Entry {
  const events = history.flatMap(({ invoked, responded }, operation) => {
    if (responded !== undefined && responded < invoked) throw new Error(`operation ${operation} was answered before it was called`)
    const call = { at: invoked, operation, isCall: true }
    return responded === undefined ? [call] : [call, { at: responded, operation, isCall: false }]
  })
  // At the same instant calls come first: what cannot be told apart counts as overlapping.
  events.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : Number(b.isCall) - Number(a.isCall)))
  const head: Entry = { operation: -1, match: undefined, isCall: false, previous: undefined as never, next: undefined }
  const calls = new Map<number, Entry>()
  let last = head
  for (const { operation, isCall } of events) {
    const entry: Entry = { operation, match: undefined, isCall, previous: last, next: undefined }
    if (isCall) calls.set(operation, entry)
    else calls.get(operation)!.match = entry
    last.next = entry
    last = entry
  }
  return head
}

function lift(call: Entry): void {
  remove(call)
  if (call.match) remove(call.match)
}

function unlift(call: Entry): void {
  if (call.match) insert(call.match)
  insert(call)
}

function remove(entry: Entry): void {
  entry.previous.next = entry.next
  if (entry.next) entry.next.previous = entry.previous
}

function insert(entry: Entry): void {
  entry.previous.next = entry
  if (entry.next) entry.next.previous = entry
}

function explain<I, O>(history: readonly Operation<I, O>[], best: readonly number[]): { explained: Operation<I, O>[]; stuckAt: Operation<I, O>[] } {
  const placed = new Set(best)
  const left = history.filter((_, i) => !placed.has(i))
  const firstReturn = left.reduce<bigint | undefined>((first, { responded }) => (responded !== undefined && (first === undefined || responded < first) ? responded : first), undefined)
  return { explained: best.map((i) => history[i]!), stuckAt: left.filter(({ invoked }) => firstReturn === undefined || invoked <= firstReturn) }
}

/** Which operations have a place already: a bit each, and a hash that changes with single bits. */
class Taken {
  private readonly bits: Uint32Array
  private readonly salts: Uint32Array
  private hash = 0

  constructor(size: number) {
    this.bits = new Uint32Array(Math.ceil(size / 32))
    this.salts = new Uint32Array(size)
    let seed = 0x9e3779b9
    for (let i = 0; i < size; i++) this.salts[i] = seed = (Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x6d2b79f5 + i) >>> 0
  }

  flip(operation: number): void {
    this.bits[operation >> 5]! ^= 1 << (operation & 31)
    this.hash ^= this.salts[operation]!
  }

  /** The set with one more in it; a view, valid until the next call. */
  with(operation: number): { bits: Uint32Array; hash: number; extra: number } {
    return { bits: this.bits, hash: (this.hash ^ this.salts[operation]!) >>> 0, extra: operation }
  }
}

/** Lowe's memory: sets of placed operations with the state they led to. The same again leads nowhere new. */
class Tried {
  private readonly seen = new Map<string, Uint32Array[]>()

  constructor(private readonly size: number) {}

  /** @returns false if it was there */
  add({ bits, hash, extra }: { bits: Uint32Array; hash: number; extra: number }, state: string): boolean {
    const set = Uint32Array.from(bits)
    if (this.size > 0) set[extra >> 5]! |= 1 << (extra & 31)
    const bucket = `${hash} ${state}`
    const known = this.seen.get(bucket)
    if (known?.some((other) => other.every((word, i) => word === set[i]))) return false
    if (known) known.push(set)
    else this.seen.set(bucket, [set])
    return true
  }
}
