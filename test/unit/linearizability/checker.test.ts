import assert from 'node:assert/strict'
import { checkHistory, checkParts, type Model, type Operation } from '../../linearizability/checker.js'
import { lockModel, type LockInput, type LockOutput } from '../../linearizability/lockModel.js'
import { Random } from '../ledger/simulation/random.js'

type Register = { write: number } | 'read'

const register: Model<number, Register, number> = {
  initial: 0,
  key: String,
  step: (state, input, output) => (input === 'read' ? (output === undefined || output === state ? state : undefined) : input.write),
}

/** `[client, input, output, from, to]`; without `to` the caller never heard. */
function history<I, O>(...rows: [string, I, O | undefined, number, number?][]): Operation<I, O>[] {
  return rows.map(([client, input, output, from, to]) => ({ client, input, output, invoked: BigInt(from), responded: to === undefined ? undefined : BigInt(to) }))
}

const calls = (...rows: [string, Register, number | undefined, number, number?][]): Operation<Register, number>[] => history(...rows)
const good = <S, I, O>(model: Model<S, I, O>, operations: Operation<I, O>[]): void => assert.ok(checkHistory(model, operations).linearizable)
const bad = <S, I, O>(model: Model<S, I, O>, operations: Operation<I, O>[]): void => assert.ok(!checkHistory(model, operations).linearizable)

describe('the linearizability checker', () => {
  it('accepts histories that one caller at a time could have made', () => {
    good(register, [])
    good(register, calls(['a', { write: 1 }, 1, 0, 10], ['b', 'read', 1, 11, 12]))
    // Herlihy and Wing's overlap: the read may fall before or after the write.
    good(register, calls(['a', { write: 1 }, 1, 0, 10], ['b', 'read', 0, 1, 9]))
    good(register, calls(['a', { write: 1 }, 1, 0, 10], ['b', 'read', 1, 1, 9]))
    good(register, calls(['a', { write: 1 }, 1, 0, 30], ['b', { write: 2 }, 2, 5, 10], ['c', 'read', 2, 11, 12], ['c', 'read', 1, 13, 14]))
  })

  it('rejects those that nobody could', () => {
    bad(register, calls(['a', { write: 1 }, 1, 0, 10], ['b', 'read', 0, 11, 12]))
    bad(register, calls(['a', 'read', 5, 0, 1]))
    // New, then old again: legal for no single order.
    bad(register, calls(['a', { write: 1 }, 1, 0, 30], ['b', 'read', 1, 1, 2], ['b', 'read', 0, 3, 4]))
    // Two readers that see two concurrent writes in different orders.
    bad(register, calls(['a', { write: 1 }, 1, 0, 50], ['b', { write: 2 }, 2, 0, 50], ['c', 'read', 1, 1, 2], ['d', 'read', 2, 3, 4], ['c', 'read', 1, 5, 6], ['d', 'read', 2, 7, 8], ['c', 'read', 1, 9, 10]))
  })

  it('lets an operation nobody heard of have happened, late, or not', () => {
    good(register, calls(['a', { write: 1 }, undefined, 0], ['b', 'read', 0, 11, 12]))
    good(register, calls(['a', { write: 1 }, undefined, 0], ['b', 'read', 1, 11, 12]))
    good(register, calls(['a', { write: 1 }, undefined, 0], ['b', 'read', 0, 11, 12], ['b', 'read', 1, 13, 14]))
    bad(register, calls(['a', { write: 1 }, undefined, 0], ['b', 'read', 1, 11, 12], ['b', 'read', 0, 13, 14]))
    bad(register, calls(['b', 'read', 1, 11, 12], ['a', { write: 1 }, undefined, 13]))
  })

  it('says where it got stuck', () => {
    const verdict = checkHistory(register, calls(['a', { write: 1 }, 1, 0, 10], ['b', 'read', 7, 11, 12], ['b', 'read', 1, 13, 14]))
    assert.ok(!verdict.linearizable)
    assert.deepEqual(verdict.explained.map(({ input }) => input), [{ write: 1 }])
    assert.deepEqual(verdict.stuckAt.map(({ output }) => output), [7])
  })

  it('refuses a history whose answers come before their calls', () => {
    assert.throws(() => checkHistory(register, calls(['a', 'read', 0, 5, 4])), /before it was called/)
  })

  it('agrees with a search of all orders on 3,000 small random histories, of which many are wrong', () => {
    const random = new Random(7)
    let wrong = 0
    for (let round = 0; round < 3000; round++) {
      const operations: Operation<Register, number>[] = Array.from({ length: 1 + random.below(6) }, (_, i) => {
        const invoked = random.below(12)
        const heard = random.chance(0.8)
        const input: Register = random.chance(0.5) ? 'read' : { write: 1 + random.below(2) }
        return { client: String(i), input, output: heard ? (input === 'read' ? random.below(3) : input.write) : undefined, invoked: BigInt(invoked), responded: heard ? BigInt(invoked + 1 + random.below(8)) : undefined }
      })
      const expected = anyOrder(register, operations)
      assert.equal(checkHistory(register, operations).linearizable, expected, JSON.stringify(operations, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)))
      if (!expected) wrong++
    }
    assert.ok(wrong > 500 && wrong < 2500, String(wrong))
  })

  it('takes long histories of many clients in its stride', () => {
    const random = new Random(11)
    const operations: Operation<Register, number>[] = []
    let value = 0
    let time = 0
    for (let i = 0; i < 5000; i++) {
      const input: Register = random.chance(0.6) ? 'read' : { write: i }
      if (input !== 'read') value = input.write
      // The effect is at `time`; calls and returns lie around it and overlap those of up to ten others.
      operations.push({ client: String(i % 10), input, output: input === 'read' ? value : input.write, invoked: BigInt(time - random.below(30)), responded: BigInt(time + random.below(30)) })
      time += 10
    }
    good(register, operations)
    const read = operations.findLastIndex(({ input }) => input === 'read')
    bad(register, operations.map((operation, i) => (i === read ? { ...operation, output: -1 } : operation)))
  })
})

describe('the lock, one caller at a time', () => {
  const r = { resource: 'r' }
  const claim = (agent: string): LockInput => ({ ...r, act: 'claim', agent })
  const check = (...rows: [string, LockInput, LockOutput | undefined, number, number?][]): boolean => checkParts(lockModel, history(...rows), ({ resource }) => resource).linearizable

  it('is granted once, under tokens that rise', () => {
    assert.ok(check(['a', claim('a'), { token: 3 }, 0, 1], ['b', claim('b'), { holder: 'a' }, 2, 3], ['a', { ...r, act: 'release', agent: 'a', token: 3 }, { done: true }, 4, 5], ['b', claim('b'), { token: 4 }, 6, 7]))
    assert.ok(!check(['a', claim('a'), { token: 3 }, 0, 1], ['b', claim('b'), { token: 4 }, 2, 3]), 'two holders')
    assert.ok(!check(['a', claim('a'), { token: 3 }, 0, 5], ['b', claim('b'), { token: 4 }, 1, 6]), 'two holders, at the same time')
    assert.ok(!check(['a', claim('a'), { token: 3 }, 0, 1], ['a', { ...r, act: 'release', agent: 'a', token: 3 }, { done: true }, 4, 5], ['b', claim('b'), { token: 3 }, 6, 7]), 'the same token again')
    assert.ok(!check(['a', claim('a'), { token: 3 }, 0, 1], ['b', { ...r, act: 'look', agent: 'b' }, { holder: '' }, 2, 3]), 'seen as free')
    assert.ok(!check(['b', claim('b'), { holder: 'a' }, 0, 1], ['a', claim('a'), { token: 3 }, 2, 3]), 'refused before it was held')
  })

  it('is taken over from the dead only, and then their token is refused', () => {
    const taken: [string, LockInput, LockOutput, number, number] = ['b', { ...r, act: 'takeOver', agent: 'b' }, { token: 9 }, 6, 7]
    assert.ok(!check(['a', claim('a'), { token: 3 }, 0, 1], taken))
    assert.ok(check(['a', claim('a'), { token: 3 }, 0, 1], ['', { ...r, act: 'died', agent: 'a' }, { done: true }, 2, 9], taken))
    assert.ok(!check(['a', claim('a'), { token: 3 }, 0, 1], ['', { ...r, act: 'died', agent: 'a' }, { done: true }, 2, 9], taken, ['a', { ...r, act: 'checkIn', agent: 'a', token: 3 }, { token: 3 }, 10, 11]))
    assert.ok(check(['a', claim('a'), { token: 3 }, 0, 1], ['', { ...r, act: 'died', agent: 'a' }, { done: true }, 2, 9], taken, ['a', { ...r, act: 'checkIn', agent: 'a', token: 3 }, { holder: 'b' }, 10, 11]))
  })

  it('may be held by somebody who never heard of it', () => {
    assert.ok(check(['a', claim('a'), undefined, 0], ['b', claim('b'), { holder: 'a' }, 5, 6], ['c', { ...r, act: 'look', agent: 'c' }, { token: 2, holder: 'a' }, 7, 8]))
    assert.ok(!check(['a', claim('a'), undefined, 0], ['b', claim('b'), { holder: 'a' }, 5, 6], ['c', claim('c'), { token: 4 }, 7, 8]))
  })
})

/** The definition, tried out: some order that respects time, with or without what nobody heard of. */
function anyOrder<S, I, O>(model: Model<S, I, O>, operations: readonly Operation<I, O>[], state = model.initial): boolean {
  if (operations.every(({ responded }) => responded === undefined)) return true
  return operations.some((next, i) => {
    const others = operations.filter((_, j) => j !== i)
    if (others.some(({ responded }) => responded !== undefined && responded < next.invoked)) return false
    const after = model.step(state, next.input, next.output)
    return after !== undefined && anyOrder(model, others, after)
  })
}
