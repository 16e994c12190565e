import assert from 'node:assert/strict'
import { machine } from '../../../src/core/state/machine.js'
import type { State } from '../../../src/core/state/state.js'
import { Random } from '../ledger/simulation/random.js'
import { randomHistory } from './randomHistory.js'

function textOf(state: State): string {
  return [...machine.dump(state)].join('\n')
}

/** What a state says. Members that are not set may stand in a record or not, so texts may differ in their order. */
function said(state: State): unknown {
  return [...machine.dump(state)].map((text) => JSON.parse(text) as unknown)
}

function after(history: Iterable<Parameters<typeof playInto>[1]>, state = machine.create()): State {
  for (const commit of history) playInto(state, commit)
  return state
}

function playInto(state: State, { op, stamp }: { op: Parameters<typeof machine.fold>[1]; stamp: Parameters<typeof machine.fold>[2] }): void {
  machine.fold(state, op, stamp)
}

describe('a state written down and read back', () => {
  it('is the same, and goes on the same, after 60 random histories', () => {
    const reached = new Set<string>()
    for (let seed = 1; seed <= 60; seed++) {
      const history = [...randomHistory(new Random(seed), 40 + seed * 5)]
      const half = history.length >> 1
      const original = after(history.slice(0, half))
      const loaded = machine.load(textOf(original).split('\n'))
      assert.deepEqual(said(loaded), said(original), `seed ${seed}`)
      after(history.slice(half), original)
      after(history.slice(half), loaded)
      assert.deepEqual(said(loaded), said(original), `seed ${seed}, going on`)
      // Drafts look the records up in the same way as the state they lie over.
      assert.deepEqual(said(machine.draft(loaded)), said(original))
      for (const [name, table] of Object.entries(original)) if (table.records().length > 0) reached.add(name)
    }
    assert.deepEqual([...reached].sort(), Object.keys(machine.create()).sort(), 'these histories fill every table')
  })

  it('is what it was when the writing began', () => {
    const history = [...randomHistory(new Random(7), 200)]
    const state = after(history.slice(0, 100))
    const before = textOf(state)
    const texts = machine.dump(state)
    after(history.slice(100), state)
    assert.notEqual(textOf(state), before)
    assert.equal([...texts].join('\n'), before)
  })

  it('comes in pieces that hold nobody up', () => {
    const state = machine.create()
    for (let i = 0; i < 5000; i++) state.counters.set(`${'k'.repeat(200)}${i}`, i)
    const texts = [...machine.dump(state)]
    assert.ok(texts.length > 10 && texts.every((text) => text.length < 70_000 && !text.includes('\n')))
  })

  it('has every part of the state in it', () => {
    const names = new Set([...machine.dump(machine.create())].map((text) => (JSON.parse(text) as [string])[0]))
    assert.deepEqual([...names], Object.keys(machine.create()))
  })

  const broken: Record<string, (texts: string[]) => string[]> = {
    'a table is missing': (texts) => texts.slice(1),
    'a table is unknown': (texts) => [...texts, '["nonsense",[]]'],
    'a text is cut off': (texts) => texts.map((text, i) => (i === 3 ? text.slice(0, -1) : text)),
    'a text is something else': (texts) => [...texts, '7'],
  }
  for (const [what, change] of Object.entries(broken)) {
    it(`is refused when ${what}`, () => {
      const texts = textOf(after(randomHistory(new Random(3), 50))).split('\n')
      assert.throws(() => machine.load(change(texts)))
    })
  }
})
