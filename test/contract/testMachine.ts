import { MusterError } from '../../src/core/errors.js'
import type { Clock, Machine, Op, Proposal, Stamp } from '../../src/core/ledger/port.js'

/** A resource is granted to one owner at a time, and counted. */
export type TestEvent = { type: 'grant'; resource: string; owner: string } | { type: 'free'; resource: string } | { type: 'add'; amount: number; text?: string }

export interface TestState {
  owners: Map<string, { owner: string; token: number }>
  /** Every grant ever, in order: what replays are compared by. */
  log: string[]
  sum: number
  applied: Map<string, { stamp: Stamp; events: readonly TestEvent[] }>
}

/** The smallest machine with exclusive grants. Keys that begin with `old` are too old. */
export const testMachine: Machine<TestState, TestEvent> = {
  create: () => ({ owners: new Map(), log: [], sum: 0, applied: new Map() }),
  parse(ops, trusted) {
    if (!Array.isArray(ops)) throw new MusterError('LEDGER_NEWER', 'The operations are not a list.')
    for (const op of ops as Op<TestEvent>[]) {
      for (const event of op.events) {
        if (!['grant', 'free', 'add'].includes(event.type)) throw new MusterError('LEDGER_NEWER', `An event of type "${event.type as string}" (trusted: ${trusted}).`)
      }
    }
    return ops as Op<TestEvent>[]
  },
  fold(state, op, stamp) {
    if (state.applied.has(op.key)) return
    state.applied.set(op.key, { stamp, events: op.events })
    for (const event of op.events) {
      if (event.type === 'add') state.sum += event.amount
      else if (event.type === 'free') state.owners.delete(event.resource)
      else {
        state.owners.set(event.resource, { owner: event.owner, token: stamp.seq })
        state.log.push(`${stamp.seq} ${event.resource} ${event.owner}`)
      }
    }
  },
  draft: (state) => ({ owners: new Map(state.owners), log: [...state.log], sum: state.sum, applied: new Map(state.applied) }),
  foldId: 'test 1',
  dump(state) {
    const texts = [[...state.owners], state.log, state.sum, [...state.applied]].map((part) => JSON.stringify(part))
    return texts.values()
  },
  load(texts) {
    const [owners, log, sum, applied, ...rest] = [...texts].map((text) => JSON.parse(text) as unknown)
    if (!Array.isArray(applied) || rest.length > 0) throw new Error('not a whole state')
    return { owners: new Map(owners as []), log: log as string[], sum: sum as number, applied: new Map(applied as []) }
  },
  applied: (state, key) => (key.startsWith('old') ? 'too-old' : state.applied.get(key)),
}

export type TestProposal = Proposal<TestState, TestEvent, string>

/** Refused with the owner's name while somebody has it. */
export function take(key: string, resource: string, owner: string): TestProposal {
  return {
    key,
    by: owner,
    decide(state) {
      const held = state.owners.get(resource)
      return held === undefined ? { events: [{ type: 'grant', resource, owner }] } : { refusal: held.owner }
    },
  }
}

/** Refused unless the owner still has it under that token. */
export function free(key: string, resource: string, owner: string, token: number): TestProposal {
  return {
    key,
    by: owner,
    decide(state) {
      const held = state.owners.get(resource)
      return held?.owner === owner && held.token === token ? { events: [{ type: 'free', resource }] } : { refusal: held?.owner ?? 'nobody' }
    },
  }
}

export function add(key: string, amount: number, text?: string): TestProposal {
  return { key, by: '', decide: () => ({ events: [{ type: 'add', amount, ...(text !== undefined && { text }) }] }) }
}

/** Agrees, and has nothing to write. */
export function nothing(key: string): TestProposal {
  return { key, by: '', decide: () => ({ events: [] }) }
}

export interface TestClock extends Clock {
  time: number
}

/** Wall clock and uptime are set by hand; waits are real but short. */
export function testClock(boot = 'boot/1'): TestClock {
  return {
    time: 1_700_000_000_000,
    now() {
      return this.time
    },
    uptime() {
      return this.time - 1_600_000_000_000
    },
    boot,
    monotonic: () => performance.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  }
}

/** What two readers of one ledger must agree on. */
export function digest(state: TestState): string {
  return JSON.stringify([[...state.owners], state.log, state.sum, [...state.applied.keys()]])
}
