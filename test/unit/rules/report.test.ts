import assert from 'node:assert/strict'
import type { ErrorFields } from '../../../src/core/model/errorRecord.js'
import { implementRule, proposeRule, reviewRule, supersedeRule } from '../../../src/core/rules/decision.js'
import { logErrorRule, resolveErrorRule } from '../../../src/core/rules/errorLog.js'
import { handOffRule, type HandOffCommand } from '../../../src/core/rules/handOff.js'
import { checkInRule, releaseRule } from '../../../src/core/rules/release.js'
import { checkpointRule, deliverRule, integrateRule, logWorkRule, summaryRule } from '../../../src/core/rules/report.js'
import { selectMessages } from '../../../src/core/rules/message.js'
import { addTaskRule, startTaskRule } from '../../../src/core/rules/task.js'
import { file, isRefusal, RuleTable } from './table.js'

function team(): RuleTable {
  const table = new RuleTable()
  for (const name of ['alpha', 'beta', 'gamma']) table.join(name)
  table.join('maria', { kind: 'person' })
  return table
}

const reason = (result: object): string => (isRefusal(result) ? result.reason : 'ok')

describe('errors', () => {
  const log = (table: RuleTable, agent: string, fields: Partial<ErrorFields> = {}) => table.run(agent, logErrorRule, { kind: 'code_error', message: '500', severity: 'medium', ...fields })

  it('that happen again are counted, at their worst, until they are resolved', () => {
    const table = team()
    assert.deepEqual(log(table, 'alpha'), { ok: true, id: 'E-1', number: 1, count: 1 })
    assert.equal(log(table, 'alpha', { severity: 'critical', stack: 'at x' }).count, 2)
    assert.equal(log(table, 'alpha', { severity: 'low' }).count, 3)
    assert.deepEqual([table.state.errors.get('E-1')?.severity, table.state.errors.get('E-1')?.stack], ['critical', 'at x'])
    assert.deepEqual([log(table, 'beta').id, log(table, 'alpha', { message: '501' }).id, log(table, 'alpha', { resource: 'a' }).id], ['E-2', 'E-3', 'E-4'])
    const resolve = () => table.run('beta', resolveErrorRule, { error: 'e-1', resolution: 'fixed' })
    assert.deepEqual([reason(resolve()), reason(resolve()), reason(table.run('beta', resolveErrorRule, { error: '__proto__', resolution: '' }))], ['ok', 'WRONG_STATUS', 'NOT_FOUND'])
    assert.equal(log(table, 'alpha').id, 'E-5')
  })
})

describe('what agents report', () => {
  const note = { done: 'login', next: 'logout', files: ['src/a.ts'], verify: 'npm test', notes: '' }

  it('is kept as the last checkpoint, the last lines of work, and numbered summaries', () => {
    const table = team()
    table.run('alpha', checkpointRule, { ...note, next: 'old' })
    table.run('alpha', checkpointRule, note)
    assert.equal(table.state.checkpoints.get('alpha')?.next, 'logout')
    for (let i = 1; i <= 25; i++) table.run('alpha', logWorkRule, { text: `step ${i}` })
    const lines = table.state.workLogs.get('alpha')!
    assert.deepEqual([lines.length, lines[0]?.text, lines.at(-1)?.text], [20, 'step 6', 'step 25'])
    const summary = { completed: 'c', next: '', messages: '', blockers: '', metrics: '' }
    const numbers = [undefined, undefined, 7, undefined].map((number) => table.run('alpha', summaryRule, { ...summary, number }).number)
    assert.deepEqual(numbers, [1, 2, 7, 8])
  })

  it('is delivered, and taken over by others only', () => {
    const table = team()
    const fields = { title: 'API', files: [{ path: 'a', size: 3 }], endpoints: [], tests: [], integrationReady: true, notes: '' }
    assert.equal(reason(table.run('alpha', deliverRule, { ...fields, task: 'T-1' })), 'NOT_FOUND')
    const delivered = table.run('alpha', deliverRule, fields)
    assert.ok(delivered.ok)
    const integrate = (agent: string, id = delivered.id) => table.run(agent, integrateRule, { deliverable: id, verdict: 'accepted', note: '' })
    assert.deepEqual([reason(integrate('alpha')), reason(integrate('beta', 'V-9')), reason(integrate('beta'))], ['OWN_DELIVERABLE', 'NOT_FOUND', 'ok'])
    assert.equal(table.state.deliverables.get(delivered.id)?.integration?.by, 'beta')
  })
})

describe('handing on', () => {
  const hand = (table: RuleTable, from: string, command: Partial<HandOffCommand> & { to: string }) => table.run(from, handOffRule, { message: 'go on', priority: 'high', ...command })
  const note = { done: 'd', next: 'n', files: [], verify: '', notes: '' }

  function atWork(): { table: RuleTable; token: number; task: string } {
    const table = team()
    const claimed = table.claim('alpha', file('a'))
    assert.ok(!isRefusal(claimed))
    table.claim('alpha', file('b'))
    const added = table.run('alpha', addTaskRule, { title: 't', resources: [], priority: 'P1', dependsOn: [], acceptance: [] })
    assert.ok(added.ok)
    table.run('alpha', startTaskRule, { task: added.id })
    table.run('alpha', checkpointRule, note)
    return { table, token: claimed.token, task: added.id }
  }

  it('is refused where the giver would keep what overlaps', () => {
    const table = team()
    for (const path of ['src', 'src/a']) assert.ok(!isRefusal(table.claim('alpha', file(path))))
    const refusal = hand(table, 'alpha', { to: 'beta', claims: [file('src/a')] })
    assert.ok(!refusal.ok)
    assert.equal(refusal.reason, 'HELD')
    assert.match(refusal.hint, /You would still hold src, which overlaps src\/a/)
    assert.ok(hand(table, 'alpha', { to: 'beta', claims: [file('src/a'), file('src')] }).ok)
  })

  it('is refused where receiver and a waiter would wait for each other', () => {
    const table = team()
    table.join('gamma')
    assert.ok(!isRefusal(table.claim('alpha', file('y'))))
    assert.ok(!isRefusal(table.claim('gamma', file('x'))))
    table.claim('alpha', file('x'), { wait: true })
    table.claim('beta', file('y'), { wait: true })
    const refusal = hand(table, 'gamma', { to: 'beta', claims: [file('x')] })
    assert.ok(!refusal.ok)
    assert.equal(refusal.reason, 'DEADLOCK')
    assert.deepEqual(table.holderOf('x'), ['gamma'])
    table.cancelWait('beta', file('y'))
    assert.ok(hand(table, 'gamma', { to: 'beta', claims: [file('x')] }).ok)
  })

  it('passes locks, tasks and checkpoint in one commit; the old token is refused from then on', () => {
    const { table, token, task } = atWork()
    const commits = table.commits.length
    const handed = hand(table, 'alpha', { to: 'Beta' })
    assert.ok(handed.ok, JSON.stringify(handed))
    assert.equal(table.commits.length, commits + 1)
    assert.deepEqual([handed.claims.map(({ resource }) => resource), handed.tasks, handed.checkpoint], [['a', 'b'], [task], true])
    assert.ok(handed.claims.every((claim) => claim.token > token))
    assert.deepEqual([table.holderOf('a'), table.holderOf('b')], [['beta'], ['beta']])
    assert.equal(table.state.tasks.get(task)?.worker, 'beta')
    assert.deepEqual([table.state.checkpoints.get('beta')?.next, table.state.checkpoints.get('beta')?.from], ['n', 'alpha'])
    for (const rule of [table.run('alpha', checkInRule, { resource: file('a'), fields: {}, work: true, token }), table.run('alpha', releaseRule, { resource: file('a'), token })]) {
      assert.ok(isRefusal(rule))
      assert.deepEqual([rule.reason, rule.heldBy], ['TAKEN_OVER', 'beta'])
    }
    const [told] = selectMessages(table.state, 'beta', { unread: true }, table.stamp())
    assert.deepEqual([told?.kind, told?.body, told?.handed?.tasks, told?.handed?.claims.length, told?.handed?.checkpoint?.next], ['handoff', 'go on', [task], 2, 'n'])
  })

  it('passes only what is named, and only what one has', () => {
    const { table, task } = atWork()
    assert.ok(hand(table, 'alpha', { to: 'beta', claims: [file('a')] }).ok)
    assert.deepEqual([table.holderOf('b'), table.state.tasks.get(task)?.worker], [['alpha'], 'alpha'])
    assert.equal(reason(hand(table, 'alpha', { to: 'beta', claims: [file('a')] })), 'NOT_HELD')
    assert.equal(reason(hand(table, 'gamma', { to: 'beta', tasks: [task] })), 'NOT_YOURS')
    assert.equal(reason(hand(table, 'gamma', { to: 'beta' })), 'NOTHING')
    assert.equal(reason(hand(table, 'alpha', { to: 'nobody' })), 'NOT_FOUND')
    assert.equal(reason(hand(table, 'alpha', { to: 'alpha' })), 'NOT_FOUND')
    assert.equal(reason(hand(table, 'alpha', { to: 'beta', claims: [file('b')], tasks: ['T-9'] })), 'NOT_FOUND')
    assert.deepEqual(table.holderOf('b'), ['alpha'], 'all or nothing')
  })

  it('overwrites no checkpoint of the receiver, passes by the line, and ends the receiver\'s own waiting', () => {
    const { table } = atWork()
    table.run('beta', checkpointRule, { ...note, next: 'own' })
    table.claim('gamma', file('a'), { wait: true })
    table.claim('beta', file('a'), { wait: true })
    assert.ok(hand(table, 'alpha', { to: 'beta', claims: [file('a')] }).ok)
    assert.equal(table.state.checkpoints.get('beta')?.next, 'own')
    assert.deepEqual([table.holderOf('a'), [...table.state.waits.values()].map(({ agent }) => agent)], [['beta'], ['gamma']])
    table.release('beta', file('a'))
    assert.deepEqual(table.holderOf('a'), ['gamma'])
  })

  it('gives to an agent without a process a lock that ends by its lease', () => {
    const { table } = atWork()
    table.join('delta', { attached: false })
    assert.ok(hand(table, 'alpha', { to: 'delta', claims: [file('a')] }).ok)
    const claim = [...table.state.claims.values()].find(({ holder }) => holder === 'delta')
    assert.equal(claim?.attached, false)
  })
})

describe('decisions after their approval', () => {
  const proposal = { category: 'api', title: 't', context: '', decision: '', alternatives: [], consequences: [], impact: 'high' as const }
  const propose = (table: RuleTable, agent: string): string => {
    const proposed = table.run(agent, proposeRule, proposal)
    assert.ok(proposed.ok)
    return proposed.id
  }
  const approve = (table: RuleTable, decision: string) => table.run('maria', reviewRule, { decision, verdict: 'approved', note: '' })
  const supersede = (table: RuleTable, agent: string, decision: string, by: string) => table.run(agent, supersedeRule, { decision, by })

  it('are implemented, by anybody, once approved', () => {
    const table = team()
    const id = propose(table, 'alpha')
    const implement = () => table.run('alpha', implementRule, { decision: id })
    assert.equal(reason(implement()), 'WRONG_STATUS')
    approve(table, id)
    assert.deepEqual(implement(), { ok: true, id, number: 1, status: 'implemented' })
    assert.equal(reason(implement()), 'ok')
    assert.equal(reason(approve(table, id)), 'WRONG_STATUS')
    // What it was done by may be told later, each once; who said it first, and when, stays.
    const first = table.state.decisions.get(id)?.implemented?.stamp.seq
    const commits = table.commits.length
    for (const more of [['a1b2'], ['a1b2'], ['a1b2', 'c3d4']]) table.run('beta', implementRule, { decision: id, commits: more, resources: ['src/a.ts'] })
    assert.deepEqual(table.state.decisions.get(id)?.implemented, { by: 'alpha', stamp: { ...table.stamp(), seq: first }, commits: ['a1b2', 'c3d4'], resources: ['src/a.ts'] })
    assert.equal(table.commits.length, commits + 2)
  })

  it('are replaced by what a person approved, by a person, or while only proposed by who proposed them', () => {
    const table = team()
    const [first, second, third] = [propose(table, 'alpha'), propose(table, 'beta'), propose(table, 'alpha')]
    approve(table, first)
    assert.equal(reason(supersede(table, 'beta', first, second)), 'PERSON_ONLY')
    assert.deepEqual([reason(supersede(table, 'beta', first, first)), reason(supersede(table, 'beta', first, 'D-9'))], ['WRONG_STATUS', 'NOT_FOUND'])
    assert.equal(reason(supersede(table, 'alpha', third, second)), 'ok')
    approve(table, second)
    assert.equal(reason(supersede(table, 'beta', first, second)), 'ok')
    assert.equal(table.state.decisions.get(first)?.superseded?.replacement, second)
    assert.equal(reason(supersede(table, 'maria', second, first)), 'WRONG_STATUS', 'no circle')
    assert.equal(reason(table.run('alpha', implementRule, { decision: first })), 'WRONG_STATUS')
  })
})
