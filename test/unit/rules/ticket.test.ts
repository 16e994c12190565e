import assert from 'node:assert/strict'
import { deliverRule } from '../../../src/core/rules/report.js'
import { addTaskRule, startTaskRule } from '../../../src/core/rules/task.js'
import { integrateWorkerRule, ticketRule, type TicketCommand, type WorkerIntegrationCommand } from '../../../src/core/rules/ticket.js'
import { isRefusal, RuleTable } from './table.js'

/** A lead, a person, and three tasks of which the third waits for the first. */
function team(): RuleTable {
  const table = new RuleTable()
  table.join('lead')
  table.join('maria', { kind: 'person' })
  const task = { title: 'Store', resources: ['src/store/'], priority: 'P0' as const, dependsOn: [], acceptance: [] }
  table.run('lead', addTaskRule, task)
  table.run('lead', addTaskRule, { ...task, title: 'API', resources: ['src/api/**/*.ts'] })
  table.run('lead', addTaskRule, { ...task, title: 'Store again', dependsOn: ['T-1'] })
  return table
}

const give = (table: RuleTable, command: TicketCommand): string => {
  const result = table.run('lead', ticketRule, command)
  return isRefusal(result) ? result.reason : 'ok'
}

describe('tickets', () => {
  it('give a worker a task, a scope and a brief, also one nobody knows yet', () => {
    const table = team()
    const given = table.run('lead', ticketRule, { worker: 'Codex-Worker-1', task: 't-1', brief: 'Only the store' })
    assert.ok(given.ok)
    assert.deepEqual([given.worker, given.name, given.brief, given.task.id, given.task.assignee], ['codex-worker-1', 'Codex-Worker-1', 'Only the store', 'T-1', 'codex-worker-1'])
    const agent = table.state.agents.get('codex-worker-1')
    assert.deepEqual([agent?.role, agent?.parent, agent?.status], ['worker', 'lead', 'waiting'])
    const again = table.run('lead', ticketRule, { worker: 'Codex-Worker-1', scopes: ['src/store/index.ts'], brief: 'All of it' })
    assert.deepEqual([again.ok && again.task.resources, again.ok && again.brief], [['src/store/index.ts'], 'All of it'])
  })

  it('never overlap: with another worker\'s task, in whatever spelling; one after the other is no overlap', () => {
    const table = team()
    assert.equal(give(table, { worker: 'one', task: 'T-1' }), 'ok')
    for (const scopes of [['src/store/'], ['src/Store/a.ts'], ['./src/store'], ['src/**'], ['docs/', 'src/store/a.ts#Store']]) assert.equal(give(table, { worker: 'two', task: 'T-2', scopes }), 'SCOPE_TAKEN', scopes.join())
    assert.equal(table.state.tasks.get('T-2')?.assignee, undefined, 'a refusal changes nothing')
    assert.equal(give(table, { worker: 'two', task: 'T-2', scopes: ['src/store.ts', 'src/storefront/'] }), 'ok')
    assert.equal(give(table, { worker: 'three', task: 'T-3' }), 'ok')
  })

  it('are one a task: that of another worker is taken on purpose only', () => {
    const table = team()
    assert.deepEqual([give(table, { worker: 'one', task: 'T-1' }), give(table, { worker: 'two', task: 'T-1', scopes: ['src/u/'] })], ['ok', 'ASSIGNED'])
    assert.deepEqual([table.state.tasks.get('T-1')?.assignee, table.state.tasks.get('T-1')?.resources], ['one', ['src/store/']])
    assert.equal(give(table, { worker: 'two', task: 'T-1', scopes: ['src/u/'], takeOver: true }), 'ok')
    assert.equal(table.state.tasks.get('T-1')?.assignee, 'two')
  })

  it('take from nobody what it is at work on, unless a person does so on purpose', () => {
    const table = team()
    table.join('two')
    table.run('two', startTaskRule, { task: 'T-2' })
    const refused = table.run('maria', ticketRule, { worker: 'one', task: 'T-2' })
    assert.deepEqual([isRefusal(refused) && refused.reason, table.state.tasks.get('T-2')?.worker], ['ASSIGNED', 'two'])
    assert.ok(table.run('maria', ticketRule, { worker: 'one', task: 'T-2', takeOver: true }).ok)
    assert.equal(table.state.tasks.get('T-2')?.assignee, 'one')
  })

  it('are refused for people, without a task or scope, and for what somebody is at work on or is over', () => {
    const table = team()
    const task = { title: 'Think', resources: [], priority: 'P1' as const, dependsOn: [], acceptance: [] }
    table.run('lead', addTaskRule, task)
    assert.deepEqual([give(table, { worker: 'maria', task: 'T-1' }), give(table, { worker: 'one' }), give(table, { worker: 'one', task: 'T-9' }), give(table, { worker: 'one', task: 'T-4' })], ['NOT_AN_AGENT', 'NOT_FOUND', 'NOT_FOUND', 'NO_SCOPE'])
    table.join('two')
    table.run('two', startTaskRule, { task: 'T-2' })
    assert.equal(give(table, { worker: 'one', task: 'T-2' }), 'STARTED')
  })
})

describe('the output of a worker', () => {
  const say = (table: RuleTable, by: string, command: Partial<WorkerIntegrationCommand>) => table.run(by, integrateWorkerRule, { worker: 'one', verdict: 'accepted', note: '', ...command })

  it('accepted ends its task and its part; rejected or in part, the task is open for others', () => {
    for (const [verdict, status, assignee] of [['accepted', 'done', 'one'], ['rejected', 'open', undefined], ['partial', 'open', undefined]] as const) {
      const table = team()
      give(table, { worker: 'one', task: 'T-1' })
      const result = say(table, 'lead', { verdict, note: 'why', output: '.taskers/runs/20260216_142834/one.txt' })
      assert.deepEqual(result, { ok: true, worker: 'one', verdict, deliverables: ['V-1'], tasks: ['T-1'] })
      assert.deepEqual([table.state.tasks.get('T-1')?.status, table.state.tasks.get('T-1')?.assignee, table.state.agents.get('one')?.status], [status, assignee, 'done'])
      assert.deepEqual([table.state.deliverables.get('V-1')?.integration?.verdict, table.state.deliverables.get('V-1')?.integration?.note, table.state.deliverables.get('V-1')?.agent], [verdict, 'why', 'one'])
    }
  })

  it('is decided on once; a second verdict is given on purpose, and replaces the first', () => {
    const table = team()
    give(table, { worker: 'one', task: 'T-1' })
    const output = '.taskers/runs/20260216_142834/one.txt'
    say(table, 'lead', { verdict: 'rejected', note: 'no tests', output })
    const again = say(table, 'lead', { output })
    assert.ok(isRefusal(again) && again.reason === 'DECIDED')
    assert.match(again.hint, /rejected by lead on 2023-11-1\d: no tests\. .*--replace/)
    assert.equal(table.state.deliverables.size, 1)
    const changed = say(table, 'maria', { verdict: 'partial', output, replace: true })
    assert.deepEqual([changed.ok && changed.deliverables, table.state.deliverables.size, table.state.deliverables.get('V-1')?.integration?.verdict], [['V-1'], 1, 'partial'])
    assert.ok(say(table, 'lead', { output: '.taskers/runs/20260217_090000/one.txt', outputAt: table.now + 1_000 }).ok, 'it wrote something else since')
    assert.equal(table.state.deliverables.size, 2)
    for (const title of ['a']) table.run('one', deliverRule, { title, files: [], endpoints: [], tests: [], integrationReady: true, notes: '' })
    say(table, 'lead', { output, outputAt: table.now - 1_000 })
    assert.ok(isRefusal(say(table, 'lead', { output: 'older.txt', outputAt: table.now - 1_000 })), 'what it wrote before it was decided on what it delivered')
  })

  it('decided anew, is about the task it was for, and leaves alone the one its worker has by now', () => {
    for (const verdict of ['accepted', 'rejected'] as const) {
      const table = team()
      give(table, { worker: 'one', task: 'T-1' })
      const output = '.taskers/runs/20260216_142834/one.txt'
      say(table, 'lead', { verdict: 'rejected', output })
      give(table, { worker: 'one', task: 'T-2' })
      const status = table.state.agents.get('one')?.status
      assert.deepEqual(say(table, 'lead', { verdict, output, replace: true }), { ok: true, worker: 'one', verdict, deliverables: ['V-1'], tasks: [] })
      assert.deepEqual([table.state.tasks.get('T-2')?.status, table.state.tasks.get('T-2')?.assignee, table.state.agents.get('one')?.status], ['open', 'one', status])
      // Given to it once more, it is decided with the rest.
      give(table, { worker: 'one', task: 'T-1' })
      const again = say(table, 'lead', { verdict, output, replace: true })
      assert.deepEqual([again.ok && again.tasks, table.state.tasks.get('T-2')?.assignee], [['T-1'], 'one'])
    }
  })

  it('is what it delivered, where it did; nothing is not, and nobody takes over its own', () => {
    const table = team()
    give(table, { worker: 'one', task: 'T-1' })
    const reason = (result: object): string => (isRefusal(result) ? result.reason : 'ok')
    assert.deepEqual([reason(say(table, 'lead', {})), reason(say(table, 'lead', { worker: 'nobody' })), reason(say(table, 'one', { output: 'a' }))], ['NOTHING_DELIVERED', 'NOT_FOUND', 'OWN_DELIVERABLE'])
    for (const title of ['a', 'b']) table.run('one', deliverRule, { title, files: [], endpoints: [], tests: [], integrationReady: true, notes: '' })
    const result = say(table, 'maria', { output: 'x' })
    assert.deepEqual(result.ok && result.deliverables, ['V-1', 'V-2'])
  })
})
