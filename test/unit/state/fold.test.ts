import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Op, Stamp } from '../../../src/core/ledger/port.js'
import { sumOf } from '../../../src/core/ledger/line.js'
import type { Event } from '../../../src/core/model/events.js'
import { machine } from '../../../src/core/state/machine.js'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { Random } from '../ledger/simulation/random.js'
import { randomHistory } from './randomHistory.js'

const FILE = join(projectRoot, 'test', 'unit', 'state', 'fold.json')

interface Recorded {
  /** First word of {@link machine.foldId}. */
  fold: string
  digest: string
  history: { op: Op<Event>; stamp: Stamp }[]
}

/** The tables that have records, each by itself: a new table that these events do not fill changes nothing. */
function digestOf(history: Recorded['history']): string {
  const state = machine.create()
  for (const { op, stamp } of history) machine.fold(state, op, stamp)
  const tables = Object.entries(state).filter(([, table]) => table.records().length > 0)
  return sumOf(JSON.stringify(tables.map(([name, table]) => [name, table.records()]), sorted))
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

describe('the fold', () => {
  it('leads from recorded events to the same state as when its number was given', () => {
    const fold = machine.foldId.split(' ')[0]!
    if (process.env['MUSTER_RECORD_FOLD'] !== undefined) {
      const history = [...randomHistory(new Random(1), 120)]
      writeFileSync(FILE, JSON.stringify({ fold, digest: digestOf(history), history }) + '\n')
    }
    const recorded = JSON.parse(readFileSync(FILE, 'utf8')) as Recorded
    const hint = 'Events lead to another state than before: raise FOLD in src/core/state/machine.ts, so that no older snapshot is gone on with, and record anew with MUSTER_RECORD_FOLD=1.'
    assert.deepEqual([fold, digestOf(recorded.history)], [recorded.fold, recorded.digest], hint)
  })
})
