import assert from 'node:assert/strict'
import { planChange, type PlanChange } from '../../../src/core/model/planOperations.js'
import { correctRule, proposeRule, reviewRule } from '../../../src/core/rules/decision.js'
import { advanceRule, changePlanRule, setTestsRule } from '../../../src/core/rules/plan.js'
import { addTaskRule, changeTaskRule, completeTaskRule } from '../../../src/core/rules/task.js'
import { planView } from '../../../src/core/state/planViews.js'
import { isRefusal, RuleTable } from './table.js'

function team(): RuleTable {
  const table = new RuleTable()
  table.join('alpha')
  table.join('maria', { kind: 'person' })
  return table
}

const change = (table: RuleTable, input: PlanChange, by = 'alpha') => table.run(by, changePlanRule, planChange.parse(input))
const advance = (table: RuleTable, by: string, how: { to?: string; force?: boolean } = {}) => table.run(by, advanceRule, { note: '', force: false, ...how })
const task = (table: RuleTable, phase: string): string => {
  const added = table.run('alpha', addTaskRule, { title: 't', resources: [], priority: 'P1', dependsOn: [], acceptance: [], phase })
  assert.ok(added.ok)
  return added.id
}
const complete = (table: RuleTable, id: string) => table.run('maria', completeTaskRule, { task: id, note: '' })
const reason = (result: object): string => (isRefusal(result) ? result.reason : 'ok')
const phases = (table: RuleTable): string[] => planView(table.state).phases.map(({ name, status }) => `${name} ${status}`)

describe('the plan', () => {
  it('has phases, the first of them current, and keeps what was ticked off where it is worded the same', () => {
    const table = team()
    change(table, { phases: [{ name: 'Foundation', acceptance: ['builds', 'tests run'] }, { name: 'Core' }] })
    assert.equal(reason(change(table, { tick: [{ list: ' foundation ', step: 2 }] })), 'ok')
    change(table, { phases: [{ name: 'FOUNDATION', acceptance: ['tests run', 'documented'] }] })
    assert.deepEqual(planView(table.state).phases[0]?.acceptance, [{ text: 'tests run', done: true }, { text: 'documented', done: false }])
    assert.deepEqual(phases(table), ['FOUNDATION current', 'Core planned'])
    assert.deepEqual([reason(change(table, { tick: [{ list: 'Foundation', step: 3 }] })), reason(change(table, { tick: [{ list: 'Nothing', step: 1 }] })), reason(change(table, { remove: ['Foundation'] })), reason(change(table, { milestones: [{ name: 'm', phase: 'x' }] }))], ['NO_STEP', 'NOT_FOUND', 'WRONG_STATUS', 'NOT_FOUND'])
    assert.equal(reason(change(table, { remove: ['core'] })), 'ok')
    assert.deepEqual(phases(table), ['FOUNDATION current'])
  })

  it('counts tasks that were done also when they have left, and never says 100 percent before all is done', () => {
    const table = team()
    change(table, { phases: [{ name: 'Core' }], milestones: [{ name: 'Core complete', phase: 'Core' }] })
    const ids = Array.from({ length: 201 }, () => task(table, 'core'))
    for (const id of ids.slice(0, 200)) complete(table, id)
    assert.deepEqual(planView(table.state).phase?.progress, { done: 200, total: 201, percent: 99 })
    assert.equal(planView(table.state).milestone?.name, 'Core complete')
    for (const id of ids.slice(0, 200)) table.state.tasks.delete(id)
    assert.deepEqual(planView(table.state).phase?.progress, { done: 200, total: 201, percent: 99 })
    table.run('maria', changeTaskRule, { task: ids[200]!, fields: {}, status: 'cancelled', note: '' })
    assert.deepEqual(planView(table.state).phase?.progress, { done: 200, total: 200, percent: 100 })
    assert.deepEqual(planView(table.state).overall, { done: 1, total: 1, percent: 100 })
  })

  it('has milestones of single tasks, and what somebody says is reached', () => {
    const table = team()
    const [one, two] = [task(table, 'x'), task(table, 'x')]
    change(table, { milestones: [{ name: 'Half', tasks: [one, two] }, { name: 'Talk' }] })
    complete(table, one)
    assert.deepEqual(planView(table.state).milestones.map(({ progress }) => progress.percent), [50, 0])
    change(table, { milestones: [{ name: 'talk', reached: true }] })
    assert.deepEqual(planView(table.state).overall, { done: 1, total: 2, percent: 50 })
  })

  it('counts what was left open in a phase that was ended as open, and no milestone of it as reached', () => {
    const table = team()
    change(table, { phases: [{ name: 'Core' }, { name: 'Empty' }, { name: 'Last' }], milestones: [{ name: 'M1', phase: 'Core' }, { name: 'M2', phase: 'Empty' }] })
    const [one, two] = [task(table, 'core'), task(table, 'core')]
    for (let n = 0; n < 2; n++) assert.equal(reason(advance(table, 'maria')), 'ok')
    const shown = () => planView(table.state)
    assert.deepEqual(shown().phases.map(({ status, progress }) => [status, progress]), [['done', { done: 0, total: 2, percent: 0 }], ['done', { done: 0, total: 0, percent: 100 }], ['current', { done: 0, total: 0 }]])
    assert.deepEqual(shown().milestones.map(({ reached, progress }) => [reached, progress.percent]), [[false, 0], [true, 100]])
    assert.deepEqual([shown().overall, shown().milestone?.name], [{ done: 1, total: 2, percent: 50 }, 'M1'])
    complete(table, one)
    assert.deepEqual([shown().phases[0]?.progress.percent, shown().milestones[0]?.reached], [50, false])
    complete(table, two)
    assert.deepEqual([shown().phases[0]?.progress.percent, shown().milestones[0]?.reached, shown().overall.percent], [100, true, 100])
  })

  it('counts such a phase as open where there are no milestones, too', () => {
    const table = team()
    change(table, { phases: [{ name: 'Core' }, { name: 'Empty' }, { name: 'Last' }] })
    const one = task(table, 'core')
    for (let n = 0; n < 2; n++) assert.equal(reason(advance(table, 'maria')), 'ok')
    assert.deepEqual(planView(table.state).overall, { done: 1, total: 3, percent: 33 })
    complete(table, one)
    assert.deepEqual(planView(table.state).overall, { done: 2, total: 3, percent: 66 })
  })

  it('has a current deliverable and counts of tests', () => {
    const table = team()
    change(table, { deliverable: { title: 'Login', owner: 'alpha' } })
    table.run('alpha', setTestsRule, { passed: 31, total: 32 })
    const { deliverable, tests } = planView(table.state)
    assert.deepEqual([deliverable, tests?.percent], [{ title: 'Login', owner: 'alpha', status: 'in progress' }, 96])
    change(table, { deliverable: { title: '' } })
    assert.equal(planView(table.state).deliverable, undefined)
  })
})

describe('the next phase', () => {
  const planned = (): RuleTable => {
    const table = team()
    change(table, { phases: [{ name: 'Foundation', acceptance: ['builds'] }, { name: 'Core' }] })
    return table
  }

  it('waits for what must be true, and for a person where an agent asks', () => {
    const table = planned()
    assert.equal(reason(advance(table, 'alpha')), 'OPEN_CRITERIA')
    assert.equal(reason(advance(table, 'alpha', { force: true })), 'PERSON_ONLY')
    change(table, { tick: [{ list: 'Foundation', step: 1 }] })
    assert.deepEqual(advance(table, 'alpha'), { ok: true, id: 'D-1', status: 'proposed', phase: 'Core', after: 'Foundation' })
    assert.deepEqual([phases(table), planView(table.state).transition], [['Foundation current', 'Core planned'], { to: 'Core', decision: 'D-1' }])
    assert.equal(reason(advance(table, 'alpha')), 'WRONG_STATUS')
    table.run('maria', reviewRule, { decision: 'D-1', verdict: 'approved', note: '' })
    assert.deepEqual([phases(table), planView(table.state).transition], [['Foundation done', 'Core current'], undefined])
    assert.equal(reason(advance(table, 'alpha')), 'NOT_FOUND')
  })

  it('does not come when the person rejects it, and may be asked for again', () => {
    const table = planned()
    change(table, { tick: [{ list: 'Foundation', step: 1 }] })
    advance(table, 'alpha')
    table.run('maria', reviewRule, { decision: 'D-1', verdict: 'rejected', note: 'not yet' })
    assert.deepEqual([phases(table), planView(table.state).transition], [['Foundation current', 'Core planned'], undefined])
    assert.equal(reason(advance(table, 'alpha')), 'ok')
    // Another decision's approval moves nothing.
    table.run('alpha', proposeRule, { category: 'api', title: 'x', context: '', decision: '', alternatives: [], consequences: [], impact: 'low' })
    table.run('maria', reviewRule, { decision: 'D-3', verdict: 'approved', note: '' })
    assert.deepEqual(phases(table), ['Foundation current', 'Core planned'])
  })

  it('comes at once for a person, and with what is still open for one who says so', () => {
    const table = planned()
    assert.equal(reason(advance(table, 'maria')), 'OPEN_CRITERIA')
    assert.deepEqual(advance(table, 'maria', { force: true }), { ok: true, id: 'D-1', status: 'approved', phase: 'Core', after: 'Foundation' })
    assert.deepEqual(phases(table), ['Foundation done', 'Core current'])
    assert.deepEqual(table.state.decisions.get('D-1')?.consequences, ['Negative: still open: builds'])
  })
})

describe('the text of a decision', () => {
  it('is corrected by a person only, whole, and stays what was decided', () => {
    const table = team()
    table.run('alpha', proposeRule, { category: 'api', title: 'Use tbas', context: 'why', decision: 'so', alternatives: ['a'], consequences: [], impact: 'low' })
    const correct = (by: string, decision = '1') => table.run(by, correctRule, { decision, fields: { title: 'Use tabs' } })
    assert.deepEqual([reason(correct('alpha')), reason(correct('maria', 'D-9')), reason(correct('maria'))], ['PERSON_ONLY', 'NOT_FOUND', 'ok'])
    const { title, context, alternatives, status } = table.state.decisions.get('D-1')!
    assert.deepEqual({ title, context, alternatives, status }, { title: 'Use tabs', context: 'why', alternatives: ['a'], status: 'proposed' })
    const commits = table.commits.length
    correct('maria')
    assert.equal(table.commits.slice(commits).flatMap(({ events }) => events).length, 0)
  })
})
