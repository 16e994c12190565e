import assert from 'node:assert/strict'
import { mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import type { Muster, Past } from '../../../src/core/muster.js'
import { openMuster } from '../../../src/core/open.js'

describe('looking back', () => {
  let base: string
  let m: Muster

  beforeEach(async () => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'muster-past-')))
    m = await openMuster({ folder: join(base, '.muster'), root: base, agent: 'alpha', watch: false })
  })
  afterEach(async () => {
    await m.close()
    removeFolder(base)
  })

  const held = ({ world }: Past): string[] => world.claims.map(({ resource, progress }) => `${resource}${progress === undefined ? '' : ` ${progress}`}`)

  it('shows the state right behind every change, forwards, backwards and in leaps', async () => {
    const states: string[][] = []
    const seqs: number[] = []
    for (let round = 0; round < 8; round++) {
      if (round % 4 === 3) await m.release(`f${round - 3}.ts`)
      else if (round % 4 === 1) await m.checkIn(`f${round - 1}.ts`, { progress: round })
      else await m.claim(`f${round}.ts`)
      states.push(m.state().claims.map(({ resource, progress }) => `${resource}${progress === undefined ? '' : ` ${progress}`}`))
      seqs.push(m.ledgerStatus().head)
    }
    for (const index of [0, 7, 3, 4, 2, 6, 1, 5, 5]) {
      const past = await m.lookBack({ before: seqs[index]! + 1 })
      assert.deepEqual([past.seq, held(past)], [seqs[index], states[index]])
      assert.deepEqual(past.last, index === 7)
    }
    const next = await m.lookBack({ after: seqs[2]! })
    assert.deepEqual([next.seq, held(next)], [seqs[3], states[3]])
    // At the ends it stays where it is.
    assert.equal((await m.lookBack({ after: seqs[7]! })).seq, seqs[7])
    const first = await m.lookBack({ before: 1 })
    assert.deepEqual([first.first, held(first), (await m.lookBack({ before: first.seq })).seq], [true, [], first.seq])
  })

  it('finds the last change until a time, and tells what time had done by then', async () => {
    await m.claim('a.ts', { minutes: 1 })
    const { at } = await m.lookBack({ at: new Date(Date.now() + 1_000).toISOString() })
    const later = (minutes: number): string => new Date(Date.parse(at) + minutes * 60_000).toISOString()
    assert.deepEqual((await m.lookBack({ at: later(0.5) })).world.claims.map(({ stale }) => stale), [false])
    assert.deepEqual((await m.lookBack({ at: later(2) })).world.claims.map(({ stale }) => stale), [true])
    assert.equal((await m.lookBack({ at: '2000-01-01T00:00:00Z' })).first, true)
    await assert.rejects(m.lookBack({ at: 'yesterday' }), { code: 'INVALID_INPUT' })
  })

  it('ends when somebody does not want to wait, and goes on from there the next time', async () => {
    const stop = new AbortController()
    for (let number = 0; number < 5; number++) await m.claim(`f${number}.ts`)
    const { head } = m.ledgerStatus()
    const reason = new Error('enough')
    const ended = m.lookBack({ before: head + 1 }, { signal: stop.signal })
    stop.abort(reason)
    await assert.rejects(ended, reason)
    await assert.rejects(m.lookBack({ before: head }, { signal: stop.signal }), reason)
    assert.equal(held(await m.lookBack({ before: head + 1 }, { signal: new AbortController().signal })).length, 5)
  })

  it('answers one after another, and leaves the present alone', async () => {
    await m.claim('a.ts')
    const { head } = m.ledgerStatus()
    await m.release('a.ts')
    const pasts = await Promise.all([1, head + 1, 1, head + 1].map(async (before) => held(await m.lookBack({ before }))))
    assert.deepEqual(pasts, [[], ['a.ts'], [], ['a.ts']])
    assert.deepEqual(m.state().claims, [])
    assert.equal(m.ledgerStatus().head, head + 1)
  })
})
