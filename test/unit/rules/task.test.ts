import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { TaskFields } from '../../../src/core/model/task.js'
import { addTaskRule, changeTaskRule, completeTaskRule, nextTask, startTaskRule } from '../../../src/core/rules/task.js'
import { isRefusal, MINUTE, RuleTable } from './table.js'

function team(): RuleTable {
  const table = new RuleTable()
  for (const name of ['alpha', 'beta', 'gamma']) table.join(name)
  table.join('maria', { kind: 'person' })
  return table
}

function add(table: RuleTable, fields: Partial<TaskFields> = {}, by = 'alpha'): string {
  const added = table.run(by, addTaskRule, { title: 't', resources: [], priority: 'P1', dependsOn: [], acceptance: [], ...fields })
  assert.ok(added.ok, JSON.stringify(added))
  return added.id
}

const start = (table: RuleTable, agent: string, task: string) => table.run(agent, startTaskRule, { task })
const complete = (table: RuleTable, agent: string, task: string) => table.run(agent, completeTaskRule, { task, note: 'n' })
const change = (table: RuleTable, agent: string, task: string, fields: Partial<TaskFields>, status?: 'open' | 'cancelled') => table.run(agent, changeTaskRule, { task, fields, status, note: '' })
const next = (table: RuleTable, agent: string): string => {
  const result = nextTask(table.state, table.context(agent))
  return result.ok ? result.task.id : result.reason
}
const reason = (result: object): string => (isRefusal(result) ? result.reason : 'ok')

describe('tasks', () => {
  it('are started by one agent only and completed once', () => {
    const table = team()
    const id = add(table)
    assert.equal(reason(complete(table, 'alpha', id)), 'NOT_STARTED')
    assert.deepEqual([reason(start(table, 'alpha', id)), reason(start(table, 'beta', id)), reason(start(table, 'alpha', id))], ['ok', 'STARTED', 'ok'])
    assert.equal(table.state.agents.get('alpha')?.currentTask, 'T-1 t')
    assert.deepEqual([reason(complete(table, 'beta', id)), reason(complete(table, 'alpha', 't-1')), reason(complete(table, 'alpha', id)), reason(start(table, 'beta', id))], ['STARTED', 'ok', 'WRONG_STATUS', 'WRONG_STATUS'])
    assert.equal(table.state.agents.get('alpha')?.currentTask, '')
    assert.equal(table.state.tasksOf.has('alpha'), false)
  })

  it('come by importance, the own ones first, and not before what they wait for', () => {
    const table = team()
    const [low, high, mine] = [add(table, { priority: 'P2' }), add(table, { priority: 'P0' }), add(table, { priority: 'P0', assignee: 'Beta' })]
    const last = add(table, { priority: 'P0', dependsOn: [high] })
    assert.deepEqual([next(table, 'alpha'), next(table, 'beta')], [high, mine])
    assert.equal(reason(start(table, 'alpha', last)), 'BLOCKED')
    assert.equal(reason(start(table, 'alpha', mine)), 'ASSIGNED')
    start(table, 'alpha', high)
    assert.deepEqual([next(table, 'alpha'), next(table, 'gamma')], [low, low])
    complete(table, 'alpha', high)
    assert.equal(next(table, 'gamma'), last)
    for (const id of [low, last]) start(table, 'gamma', id)
    assert.equal(next(table, 'alpha'), 'NONE')
  })

  it('of an agent that is gone can be taken up, those of a living one not', () => {
    const table = team()
    const id = add(table)
    start(table, 'alpha', id)
    assert.equal(next(table, 'beta'), 'NONE')
    table.kill('alpha')
    assert.equal(next(table, 'beta'), id)
    assert.equal(reason(start(table, 'beta', id)), 'ok')
    assert.deepEqual([[...table.state.tasksOf.ids('alpha')], [...table.state.tasksOf.ids('beta')]], [[], [id]])
  })

  it('wait for tasks that exist, and never for themselves', () => {
    const table = team()
    assert.equal(reason(table.run('alpha', addTaskRule, { title: 't', resources: [], priority: 'P1', dependsOn: ['T-9'], acceptance: [] })), 'NOT_FOUND')
    const [a, b, c] = [add(table), add(table, { dependsOn: ['1'] }), add(table, { dependsOn: ['T-2', 't-2'] })]
    assert.deepEqual(table.state.tasks.get(c)?.dependsOn, [b])
    assert.deepEqual([reason(change(table, 'alpha', a, { dependsOn: [c] })), reason(change(table, 'alpha', a, { dependsOn: [a] }))], ['CYCLE', 'CYCLE'])
    assert.deepEqual(table.state.tasks.get(a)?.dependsOn, [])
    assert.equal(reason(change(table, 'alpha', c, { dependsOn: [a] })), 'ok')
  })

  it('at work on can be given back, changed and cancelled by the one at work or a person only', () => {
    const table = team()
    const id = add(table)
    start(table, 'alpha', id)
    assert.deepEqual([reason(change(table, 'beta', id, {}, 'open')), reason(change(table, 'beta', id, { assignee: 'beta' })), reason(change(table, 'beta', id, {}, 'cancelled'))], ['STARTED', 'STARTED', 'STARTED'])
    assert.equal(reason(change(table, 'beta', id, { title: 'better' })), 'ok')
    assert.equal(reason(change(table, 'alpha', id, {}, 'open')), 'ok')
    assert.equal(reason(start(table, 'beta', id)), 'ok')
    assert.equal(reason(change(table, 'maria', id, { assignee: 'gamma' })), 'ok')
    assert.deepEqual([table.state.tasks.get(id)?.status, next(table, 'gamma'), next(table, 'alpha')], ['open', id, 'NONE'])
    assert.equal(reason(change(table, 'alpha', id, { assignee: '' })), 'ok')
    assert.equal(next(table, 'alpha'), id)
    const after = add(table, { dependsOn: [id] })
    assert.equal(reason(change(table, 'alpha', id, {}, 'cancelled')), 'ok')
    assert.equal(reason(start(table, 'alpha', after)), 'ok', 'nobody waits for what will not be done')
  })

  it('hold under random histories: one worker, no cycle, indexes that fit', () => {
    const agent = fc.constantFrom('alpha', 'beta', 'gamma', 'maria')
    const id = fc.integer({ min: 1, max: 6 }).map((number) => `T-${number}`)
    const step = fc.oneof(
      fc.record({ agent, dependsOn: fc.array(id, { maxLength: 2 }), assignee: fc.option(agent, { nil: undefined }) }).map(({ agent, ...fields }) => (table: RuleTable) => void table.run(agent, addTaskRule, { title: 't', resources: [], priority: 'P1', acceptance: [], ...fields })),
      fc.record({ agent, id }).map(({ agent, id }) => (table: RuleTable) => {
        const before = table.state.tasks.get(id)
        const living = before?.status === 'started' && before.worker !== agent && table.state.sessionsOf.has(before.worker!) && !table.isDead(before.worker!)
        const started = start(table, agent, id)
        assert.ok(!(living && started.ok), 'two at work on one task')
      }),
      fc.record({ agent, id }).map(({ agent, id }) => (table: RuleTable) => {
        const over = table.state.tasks.get(id)?.closed !== undefined
        assert.ok(!(complete(table, agent, id).ok && over), 'completed twice')
      }),
      fc.record({ agent, id, dependsOn: fc.array(id, { maxLength: 3 }) }).map(({ agent, id, dependsOn }) => (table: RuleTable) => void change(table, agent, id, { dependsOn })),
      fc.record({ agent, id, assignee: agent }).map(({ agent, id, assignee }) => (table: RuleTable) => void change(table, agent, id, { assignee })),
      fc.record({ agent, id, status: fc.constantFrom('open' as const, 'cancelled' as const) }).map(({ agent, id, status }) => (table: RuleTable) => void change(table, agent, id, {}, status)),
      agent.map((name) => (table: RuleTable) => table.kill(name)),
      fc.constant((table: RuleTable) => table.pass(MINUTE)),
    )
    fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 50 }), (steps) => {
      const table = team()
      for (const run of steps) {
        run(table)
        const { state } = table
        const filed = [...state.tasksOf.entries()].flatMap(([agent, ids]) => ids.map((id) => `${id} ${agent}`)).sort()
        const due = [...state.tasks.values()].flatMap((task) => (task.closed || (task.worker ?? task.assignee) === undefined ? [] : [`${task.id} ${task.worker ?? task.assignee}`])).sort()
        assert.deepEqual(filed, due)
        for (const task of state.tasks.values()) assert.ok(!reaches(table, task.dependsOn, task.id), `${task.id} waits for itself`)
      }
    }), { numRuns: 300 })
  })
})

function reaches(table: RuleTable, from: readonly string[], id: string, seen = new Set<string>()): boolean {
  return from.some((one) => one === id || (!seen.has(one) && (seen.add(one), reaches(table, table.state.tasks.get(one)?.dependsOn ?? [], id, seen))))
}
