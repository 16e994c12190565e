import assert from 'node:assert/strict'
import type { RunView } from '../../../src/core/model/runs.js'
import { runRows } from '../../../src/vscode/views/runRows.js'

const now = Date.parse('2026-03-01T12:00:00.000Z')
const run = (name: string, more: Partial<RunView> = {}): RunView => ({ run: `2026-03-01_10-00_${name}`, path: `experiments/2026-03-01_10-00_${name}`, name, date: '2026-03-01', status: 'running', words: 'running', agent: 'executor_01', problems: [], ...more })

describe('rows of runs', () => {
  it('are none where there is no run', () => assert.deepEqual(runRows([], now), []))

  it('show what is stale or failed first, progress as a bar, the time left, and completed ones folded', () => {
    const rows = runRows([
      run('done', { status: 'completed', endedAt: '2026-03-01T11:00:00.000Z' }), run('plan', { status: 'not_started' }), run('live', { progress: 42, etaMinutes: 90, locked: true }),
      run('hangs', { hung: true, idleMinutes: 75, progress: 10, locked: true }), run('dead', { status: 'resumable', locked: true, progress: 20.9, resumeFrom: 128, startedAt: '2026-03-01T10:00:00.000Z' }),
      run('old', { status: 'stale', locked: true, startedAt: '2026-02-27T12:00:00.000Z' }),
    ], now)
    const [group] = rows
    assert.deepEqual([rows.length, group!.label, group!.description, group!.expanded], [1, 'Runs', '2 running · 2 to recover', true])
    assert.deepEqual(group!.children!.map(({ label, description, kind }) => `${label} | ${description} | ${kind}`), [
      'old | stale · executor_01 · 2 days ago | run.dead',
      'dead | failed · resumable from item 128 · 21 % · executor_01 · 2 h ago | run.dead',
      'hangs | █░░░░░░░░░ 10 % · running · no progress for 75 min · executor_01 | run.other',
      'live | ████░░░░░░ 42 % · 90 min left · running · executor_01 | run.other',
      'plan | not started · executor_01 | run.other',
      'Completed runs | 1 | group',
    ])
    assert.equal(group!.children!.find(({ label }) => label === 'live')!.spoken, 'Run live · running · 42 % · 90 min left · executor_01')
  })
})
