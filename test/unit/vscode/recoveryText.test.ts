import assert from 'node:assert/strict'
import type { RecoveryAgent } from '../../../src/core/model/agentOperations.js'
import { leftBy, leftPage, lockLine, stepOf } from '../../../src/vscode/recoveryText.js'
import { agentRows } from '../../../src/vscode/views/agentRows.js'
import type { Row } from '../../../src/vscode/views/row.js'
import { agent, claim, error, world } from './fakes.js'

const now = Date.parse('2026-03-01T12:00:00Z')
const at = '2026-03-01T11:00:00.000Z'
const checkpoint = { done: 'sums', next: 'rounding', files: ['src/a.ts'], verify: 'npm test', notes: '', savedAt: at }
const locks = [claim({ resource: 'src/a.ts', presence: 'gone', stale: true, heldBy: 'bea', waiters: ['carl'] }), claim({ resource: 'src/b.ts', presence: 'overdue', stale: true, heldBy: 'bea' }), claim({ resource: 'src/c.ts', presence: 'live', stale: false, heldBy: 'bea' })]
const left = (fields: Partial<RecoveryAgent> = {}): RecoveryAgent => ({ ...agent({ id: 'bea', name: 'Bea', presence: 'gone', status: 'working' }), level: 'L1', step: 'resume', checkpoint, locks, uncommitted: ['src/a.ts'], lastWork: [{ text: 'read', at }, { text: 'summed', at }], ...fields })

describe('the review of agents that stopped', () => {
  it('says of each what it did, its checkpoint, its locks and how they stand, and what is not committed', () => {
    assert.deepEqual(locks.map(lockLine), ['src/a.ts (stale · waited for by carl)', 'src/b.ts (not heard from)', 'src/c.ts (active)'])
    assert.equal(leftBy(left()), 'did: summed · next: rounding · locks: src/a.ts (stale · waited for by carl), src/b.ts (not heard from) and 1 more · not committed: src/a.ts')
    assert.equal(leftBy(left({ lastWork: [], locks: [], uncommitted: [], checkpoint: undefined })), '')
    const page = leftPage(left({ brief: 'Totals', error: 'no key' }), 'working', () => 'then')
    assert.match(page, /^Bea · working · seen then\n\nNext step:\n {2}go on at its checkpoint\n\nWas asked:\n {2}Totals\n/)
    assert.match(page, /\nLocks:\n {2}src\/a\.ts \(stale · waited for by carl\)\n[^]*Not committed:\n {2}src\/a\.ts\n\nLast work:\n {2}then: read\n {2}then: summed\n$/)
  })

  it('says what comes next by status', () => {
    assert.deepEqual([stepOf(left()), stepOf(left({ step: 'unblock', blocker: 'no key' })), stepOf(left({ step: 'restart', error: 'no data' })), stepOf(left({ step: 'integrate' }))], ['go on at its checkpoint', 'blocked: no key', 'failed: no data', 'verify what it delivered and take it over'])
    const deployment = { phase: 'ended', asked: { what: 'stop', by: 'maria' } } as RecoveryAgent['deployment']
    assert.equal(stepOf(left({ step: 'restart', error: 'stopped by maria', deployment })), 'stopped by maria', 'by wish, which is no failure')
  })

  it('shows the same in the tree, also of those that failed or delivered: work, locks as they stand, error and log', () => {
    const gone = (id: string, fields: object): ReturnType<typeof agent> => agent({ id, name: id, presence: 'gone', seenAt: at, ...fields })
    const deployment = { phase: 'ended', background: true, kept: false, restarts: 0 } as never
    const agents = [
      agent({ id: 'me', me: true }), gone('bea', { claims: ['src/a.ts'], status: 'working' }), gone('carl', { status: 'failed', error: 'no memory', deployment }), gone('dora', { status: 'failed', error: 'said so' }),
      gone('eve', { status: 'done' }), gone('fred', { status: 'done' }),
    ]
    const deliverables = [{ id: 'V-1', agent: 'eve' }, { id: 'V-2', agent: 'fred', integration: { verdict: 'accepted' } }] as never
    const rows = agentRows(world({ agents, claims: locks, deliverables, errors: [error({ number: 1, agent: 'carl', message: 'killed' })], lastWork: new Map([['bea', { text: 'summed', at }]]), checkpoints: new Map([['bea', checkpoint]]) }), now)
    const below = (row: Row | undefined): (string | undefined)[][] => (row?.children ?? []).map(({ label, description, click }) => [label, description, click])
    assert.deepEqual(below(rows.find(({ id }) => id === 'bea')), [
      ['summed', 'did last · 60 min ago', undefined],
      ['a.ts', `stale · waited for by carl · ${held(rows, 0)}`, 'muster.openFile'],
      ['b.ts', `not heard from · ${held(rows, 1)}`, 'muster.openFile'],
      ['c.ts', `active · ${held(rows, 2)}`, 'muster.openFile'],
      ['rounding', 'last checkpoint · 60 min ago', undefined],
    ])
    const group = rows.find(({ id }) => id === '(unfinished)')
    assert.deepEqual(group?.children?.map(({ id, kind }) => [id, kind.endsWith('+unfinished')]), [['carl', true], ['dora', true], ['eve', true]])
    assert.deepEqual(below(group?.children?.[0]), [['killed', 'last error · 4 min ago', 'muster.openError'], ['Its log', '', 'muster.showAgentLog']])
    assert.deepEqual(below(group?.children?.[1]), [['said so', 'failed', 'muster.recoverAgents']])
    assert.deepEqual(rows.find(({ id }) => id === '(away)')?.children?.map(({ id }) => id), ['fred'])
  })
})

/** What every lock's row says behind its state. */
function held(rows: readonly Row[], index: number): string {
  const row = rows.find(({ id }) => id === 'bea')!.children![index + 1]!
  return row.description.split(' · ').slice(index === 0 ? 2 : 1).join(' · ')
}
