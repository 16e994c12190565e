import assert from 'node:assert/strict'
import type { AgentFields, AgentIdentity, AgentStatus } from '../../../src/core/model/agent.js'
import { endAgentRule, removeAgentRule, setAgentRule } from '../../../src/core/rules/agent.js'
import { cleanUpRule } from '../../../src/core/rules/cleanUp.js'
import { handOverRule } from '../../../src/core/rules/handOver.js'
import { closeHelpRule } from '../../../src/core/rules/help.js'
import { logErrorRule, resolveErrorRule } from '../../../src/core/rules/errorLog.js'
import { markRule, selectMessages, sendRule } from '../../../src/core/rules/message.js'
import { clearRecoveryRule, recoverySummary, resumeRule } from '../../../src/core/rules/recovery.js'
import { checkInRule } from '../../../src/core/rules/release.js'
import { checkpointRule, deliverRule, integrateRule } from '../../../src/core/rules/report.js'
import { askRule } from '../../../src/core/rules/request.js'
import { addTaskRule, completeTaskRule, startTaskRule } from '../../../src/core/rules/task.js'
import type { RecoverySummary } from '../../../src/core/model/agentOperations.js'
import { agentView } from '../../../src/core/state/views.js'
import { file, isRefusal, MINUTE, RuleTable } from './table.js'

const DAY = 24 * 60 * MINUTE

function team(): RuleTable {
  const table = new RuleTable()
  for (const name of ['alpha', 'beta']) table.join(name)
  table.join('maria', { kind: 'person' })
  return table
}

const reason = (result: object): string => (isRefusal(result) ? result.reason : 'ok')
const set = (table: RuleTable, by: string, agent: string, identity: Partial<AgentIdentity> = {}, fields: AgentFields = {}) => table.run(by, setAgentRule, { agent, identity, fields })
const end = (table: RuleTable, by: string, agent: string, error?: string) => table.run(by, endAgentRule, { agent, error })
const remove = (table: RuleTable, by: string, agent: string) => table.run(by, removeAgentRule, { agent })
const add = (table: RuleTable, assignee?: string): string => {
  const added = table.run('alpha', addTaskRule, { title: 't', resources: [], priority: 'P1', dependsOn: [], acceptance: [], assignee })
  assert.ok(added.ok)
  return added.id
}

describe('agents', () => {
  it('are registered before they start, and changed without losing what was known', () => {
    const table = team()
    assert.deepEqual(set(table, 'alpha', 'L2.1', { level: 'L2', parent: 'Alpha', brief: 'tests' }), { ok: true, agent: 'l2.1', status: 'waiting' })
    set(table, 'alpha', 'l2.1', { model: 'haiku' }, { progress: 10 })
    const { name, kind, level, parent, brief, model, progress, status } = table.state.agents.get('l2.1')!
    assert.deepEqual([name, kind, level, parent, brief, model, progress, status], ['L2.1', 'agent', 'L2', 'alpha', 'tests', 'haiku', 10, 'waiting'])
    assert.equal(table.state.sessionsOf.has('l2.1'), false)
  })

  it('do not make themselves or others persons, and work under no circle', () => {
    const table = team()
    assert.deepEqual([reason(set(table, 'alpha', 'alpha', { kind: 'person' })), reason(set(table, 'alpha', 'new', { kind: 'person' })), reason(set(table, 'alpha', 'maria', { kind: 'agent' }))], ['PERSON_ONLY', 'PERSON_ONLY', 'PERSON_ONLY'])
    assert.equal(reason(set(table, 'maria', 'new', { kind: 'person' })), 'ok')
    set(table, 'alpha', 'beta', { parent: 'alpha' })
    assert.deepEqual([reason(set(table, 'alpha', 'alpha', { parent: 'beta' })), reason(set(table, 'alpha', 'alpha', { parent: 'alpha' }))], ['CYCLE', 'CYCLE'])
  })

  it('that have finished are taken up again before they are anything else', () => {
    const statuses: AgentStatus[] = ['waiting', 'starting', 'working', 'blocked', 'failed', 'done']
    for (const from of statuses) {
      for (const to of statuses) {
        const table = team()
        set(table, 'alpha', 'x', {}, { status: from })
        const closed = from === 'failed' || from === 'done'
        const allowed = from === to || !closed || ['waiting', 'starting', 'working'].includes(to)
        assert.equal(reason(set(table, 'alpha', 'x', {}, { status: to })), allowed ? 'ok' : 'WRONG_STATUS', `${from} → ${to}`)
        assert.equal(table.state.agents.get('x')?.status, allowed ? to : from)
      }
    }
    const table = team()
    end(table, 'alpha', 'alpha')
    assert.equal(reason(table.run('alpha', checkInRule, { resource: null, fields: { status: 'blocked' }, work: true })), 'WRONG_STATUS')
  })

  it('fail with a reason, which is over once they go on', () => {
    const table = team()
    assert.deepEqual(end(table, 'beta', 'alpha', 'out of memory'), { ok: true, agent: 'alpha', status: 'failed' })
    assert.equal(table.state.agents.get('alpha')?.error, 'out of memory')
    assert.deepEqual([reason(end(table, 'beta', 'alpha')), reason(end(table, 'beta', 'nobody'))], ['WRONG_STATUS', 'NOT_FOUND'])
    table.pass(MINUTE)
    table.run('alpha', checkInRule, { resource: null, fields: { status: 'working' }, work: true })
    assert.deepEqual([table.state.agents.get('alpha')?.error, table.state.agents.get('alpha')?.started?.at], [undefined, table.now])
    assert.deepEqual(end(table, 'alpha', 'alpha'), { ok: true, agent: 'alpha', status: 'done' })
    assert.equal(table.state.agents.get('alpha')?.progress, 100)
  })

  it('are removed when they are not there and hold nothing; what they were to do is open again', () => {
    const table = team()
    const [begun, meant] = [add(table), add(table, 'beta')]
    table.run('beta', startTaskRule, { task: begun })
    table.claim('beta', file('a'))
    table.run('alpha', sendRule, { to: 'beta', subject: 's', body: '', priority: 'normal', kind: 'note' })
    assert.deepEqual([reason(remove(table, 'alpha', 'beta')), reason(remove(table, 'alpha', 'alpha')), reason(remove(table, 'alpha', 'maria'))], ['IN_USE', 'IN_USE', 'PERSON_ONLY'])
    table.kill('beta')
    const holds = remove(table, 'alpha', 'beta')
    assert.deepEqual([reason(holds), 'claims' in holds && holds.claims], ['HOLDS', ['a']])
    table.claim('alpha', file('a'), { takeOver: true })
    assert.deepEqual(remove(table, 'alpha', 'beta'), { ok: true, agent: 'beta', tasks: [meant, begun] })
    assert.deepEqual([table.state.agents.has('beta'), table.state.sessionsOf.has('beta'), table.state.unreadOf.has('beta'), table.state.tasksOf.has('beta')], [false, false, false, false])
    assert.deepEqual([table.state.tasks.get(begun)?.status, table.state.tasks.get(meant)?.assignee], ['open', undefined])
    assert.equal([...table.state.messages.values()][0]?.delivery['beta']?.status, 'expired')
    assert.equal(table.join('beta', { session: 's2' }), 'beta', 'the name can be taken again')
  })
})

describe('recovery', () => {
  it('is shown with when it last did something, which its program\'s signs of life do not change', () => {
    const table = team()
    const times = (): [string | undefined, string] => {
      const { workedAt, seenAt } = agentView(table.state, table.state.agents.get('alpha')!, table.context('beta'))
      return [workedAt, seenAt]
    }
    table.pass(MINUTE)
    table.checkIn('alpha', null, { progress: 10 })
    const [worked, seen] = times()
    assert.equal(worked, seen)
    table.pass(30 * MINUTE)
    table.checkIn('alpha', null, { work: false })
    const [still, later] = times()
    assert.equal(still, worked)
    assert.ok(later > seen, later)
    table.checkIn('alpha', null, { progress: 20 })
    assert.equal(times()[0], times()[1])
  })

  it('counts what stopped before its end and left something, by status and level; who is at work apart', () => {
    const table = team()
    table.join('asked')
    table.kill('asked')
    table.claim('alpha', file('a'))
    set(table, 'alpha', 'sub', { parent: 'alpha' }, { status: 'blocked' })
    set(table, 'alpha', 'deep', { parent: 'sub', level: 'X' })
    set(table, 'alpha', 'broken', {}, { status: 'failed', error: 'e' })
    set(table, 'alpha', 'made', {}, { status: 'done' })
    const fields = { title: '', files: [], endpoints: [], tests: [], integrationReady: true, notes: '' }
    table.run('made', deliverRule, fields)
    const totals = ({ total, gone, atWork, byStatus, byLevel }: RecoverySummary): unknown[] => [total, gone, atWork, byStatus, byLevel]
    assert.deepEqual(totals(recoverySummary(table.state, table.context('beta'))), [0, 0, 3, {}, {}], 'who was heard of lately is at work, but for who only waits')
    assert.equal(recoverySummary(table.state, table.context('beta')).byCommands, 1, 'of one nothing but silence would tell that it ended')
    table.kill('alpha')
    table.pass(31 * MINUTE)
    const summary = recoverySummary(table.state, table.context('beta'))
    assert.deepEqual(totals(summary), [3, 3, 1, { working: 1, blocked: 1, waiting: 1 }, { L1: 1, L2: 1, X: 1 }])
    const shown = [...table.state.agents.values()].map((agent) => agentView(table.state, agent, table.context('beta')))
    assert.deepEqual(shown.filter(({ unfinished }) => unfinished).map(({ id }) => id), summary.incomplete.map(({ id }) => id), 'in every list')
    assert.deepEqual(totals(recoverySummary(table.state, table.context('beta'), 'SUB')), [1, 1, 0, { blocked: 1 }, { L2: 1 }])
    assert.deepEqual([summary.failed.map(({ id }) => id), summary.notIntegrated.map(({ id }) => id)], [['broken'], ['made']])
    table.run('beta', integrateRule, { deliverable: 'V-1', verdict: 'accepted', note: '' })
    assert.deepEqual(recoverySummary(table.state, table.context('beta')).notIntegrated, [])
    assert.deepEqual([...summary.incomplete, ...summary.failed, ...summary.notIntegrated].map(({ id, step }) => [id, step]).sort(), [['alpha', 'resume'], ['broken', 'restart'], ['deep', 'resume'], ['made', 'integrate'], ['sub', 'unblock']])
  })

  it('passes on what an agent left, for persons only and once it is gone', () => {
    const table = team()
    table.claim('alpha', file('a'))
    table.run('alpha', checkpointRule, { done: 'x', next: 'y', files: [], verify: '', notes: '' })
    const over = (by: string, to: string) => table.run(by, handOverRule, { from: 'alpha', to, message: '', priority: 'high' as const })
    const reason = (result: ReturnType<typeof over>): string => (isRefusal(result) ? result.reason : 'done')
    assert.deepEqual([reason(over('maria', 'beta')), reason(over('beta', 'beta'))], ['IN_USE', 'PERSON_ONLY'])
    table.kill('alpha')
    const result = over('maria', 'beta')
    assert.ok(!isRefusal(result) && result.ok)
    assert.deepEqual([result.to, result.claims.map(({ resource }) => resource), result.checkpoint, table.holderOf('a')], ['beta', ['a'], true, ['beta']])
    assert.deepEqual([table.state.agents.get('alpha')?.status, table.state.checkpoints.get('beta')?.from], ['done', 'alpha'])
    set(table, 'alpha', 'bare', {}, { status: 'working' })
    const bare = table.run('maria', handOverRule, { from: 'bare', to: 'maria', message: '', priority: 'high' as const })
    assert.ok(!isRefusal(bare) && bare.ok, 'with nothing but its name, too: it is told about')
    assert.equal(reason(table.run('maria', handOverRule, { from: 'maria', to: 'beta', message: '', priority: 'high' as const })), 'NOT_YOURS')
  })

  it('counts what was found, resumed and cleared, and what came of it', () => {
    const table = team()
    const counts = (): object => recoverySummary(table.state, table.context('beta')).recoveries
    assert.deepEqual(counts(), { found: 0, resumed: 0, succeeded: 0, cleared: 0 })
    set(table, 'alpha', 'one', {}, { status: 'working' })
    set(table, 'alpha', 'two', {}, { status: 'working' })
    table.pass(6 * MINUTE)
    const begun = { found: 1, resumed: 0, succeeded: 0, cleared: 0 }
    for (const again of ['begun anew, it has not gone on yet', 'asked again, it is the same']) {
      table.run('beta', resumeRule, { agent: 'one' })
      assert.deepEqual(counts(), begun, again)
    }
    table.run('one', checkInRule, { resource: null, fields: {}, work: true })
    assert.deepEqual([counts(), table.state.agents.get('one')?.status], [{ found: 1, resumed: 1, succeeded: 0, cleared: 0, meanMinutes: 6 }, 'working'])
    table.run('beta', endAgentRule, { agent: 'one' })
    table.run('beta', removeAgentRule, { agent: 'one' })
    table.run('beta', removeAgentRule, { agent: 'two' })
    assert.deepEqual(counts(), { found: 2, resumed: 1, succeeded: 1, cleared: 1, meanMinutes: 6 })
    set(table, 'alpha', 'three', {}, { status: 'working' })
    table.run('beta', resumeRule, { agent: 'three' })
    table.run('beta', endAgentRule, { agent: 'three' })
    assert.deepEqual(counts(), { found: 2, resumed: 1, succeeded: 1, cleared: 1, meanMinutes: 6 }, 'marked as done without going on')
  })

  it('leaves out who said what it was for and left', () => {
    const table = team()
    set(table, 'alpha', 'chat', {}, { status: 'working', currentTask: 'what is this?' })
    const listed = (): string[] => recoverySummary(table.state, table.context('beta')).incomplete.map(({ id }) => id)
    set(table, 'alpha', 'worker', {}, { status: 'working', progress: 10 })
    table.pass(60 * MINUTE)
    assert.deepEqual(listed(), ['worker'])
  })

  it('keeps the error of one that failed, and the agent in the list, until that really goes on', () => {
    const table = team()
    end(table, 'beta', 'alpha', 'out of memory')
    table.kill('alpha')
    table.run('maria', resumeRule, { agent: 'alpha' })
    const listed = () => recoverySummary(table.state, table.context('beta')).incomplete.map(({ id, status, error }) => [id, status, error])
    assert.deepEqual(listed(), [['alpha', 'starting', 'out of memory']])
    table.run('alpha', checkInRule, { resource: null, fields: { progress: 10 }, work: true }, true)
    assert.deepEqual([listed(), table.state.agents.get('alpha')?.error], [[], undefined])
  })

  it('of 10,000 agents is looked through in one pass', () => {
    const table = team()
    for (let i = 0; i < 10_000; i++) set(table, 'alpha', `a${i}`, { parent: i % 10 === 0 ? 'alpha' : `a${i - (i % 10)}` }, { status: 'working', progress: 10 })
    const summary = recoverySummary(table.state, table.context('beta'))
    assert.equal(summary.atWork, 10_002)
    table.pass(31 * MINUTE)
    const later = recoverySummary(table.state, table.context('beta'))
    assert.deepEqual([later.total, later.atWork, later.byLevel], [10_000, 2, { L2: 1_000, L3: 9_000 }])
  })

  it('is cleared by persons only, for agents that are gone: locks end, those who wait get them, tasks are open', () => {
    const table = team()
    table.join('gamma')
    table.claim('alpha', file('a'))
    table.claim('beta', file('a'), { wait: true })
    const task = add(table)
    table.run('alpha', startTaskRule, { task })
    const clear = (agent: string, which?: string) => table.run(agent, clearRecoveryRule, { agent: which })
    assert.deepEqual([reason(clear('beta')), reason(clear('maria', 'alpha')), reason(clear('maria', 'x')), reason(clear('maria', 'maria'))], ['PERSON_ONLY', 'IN_USE', 'NOT_FOUND', 'WRONG_STATUS'])
    table.kill('alpha')
    table.kill('gamma')
    assert.deepEqual(clear('maria', 'alpha'), { ok: true, cleared: ['alpha'], kept: [], released: 1, tasks: [task] })
    assert.deepEqual([table.holderOf('a'), table.state.tasks.get(task)?.status], [['beta'], 'open'])
    assert.deepEqual(clear('maria'), { ok: true, cleared: [], kept: ['beta'], released: 0, tasks: [] }, 'gamma left nothing')
    set(table, 'beta', 'delta', { level: 'L2' }, { status: 'working' })
    assert.deepEqual(clear('maria'), { ok: true, cleared: [], kept: ['beta', 'delta'], released: 0, tasks: [] }, 'heard of lately')
    assert.deepEqual(clear('maria', 'delta'), { ok: true, cleared: ['delta'], kept: [], released: 0, tasks: [] }, 'unless it is named')
    set(table, 'beta', 'delta', { level: 'L2' }, { status: 'working' })
    table.pass(31 * MINUTE)
    assert.deepEqual(clear('maria'), { ok: true, cleared: ['delta'], kept: ['beta'], released: 0, tasks: [] })
  })

  it('goes on for an agent that stopped, with its notes, locks and tasks', () => {
    const table = team()
    table.claim('alpha', file('a'))
    const task = add(table, 'alpha')
    table.run('alpha', checkpointRule, { done: 'd', next: 'n', files: [], verify: '', notes: '' })
    const resume = (agent: string) => table.run('maria', resumeRule, { agent })
    assert.deepEqual([reason(resume('alpha')), reason(resume('maria')), reason(resume('x'))], ['IN_USE', 'WRONG_STATUS', 'NOT_FOUND'])
    table.kill('alpha')
    const resumed = resume('alpha')
    assert.ok(resumed.ok)
    assert.deepEqual([resumed.agent.status, resumed.claims.map(({ resource }) => resource), resumed.tasks.map(({ id }) => id), resumed.checkpoint?.next], ['starting', ['a'], [task], 'n'])
  })
})

describe('cleaning up', () => {
  const clean = (table: RuleTable, days: number) => table.run('maria', cleanUpRule, { keepMs: days * DAY }).removed
  const note = (table: RuleTable, from: string, to: string, kind: 'note' | 'help' = 'note', deadlineMinutes?: number): string => {
    const sent = table.run(from, sendRule, { to, subject: `${table.commits.length}`, body: '', priority: 'normal', kind, deadlineMinutes })
    assert.ok(sent.ok)
    return sent.id
  }

  it('takes what is closed and old, and nothing that is open', () => {
    const table = team()
    const [unread, read, help, answered, late] = [note(table, 'alpha', 'beta'), note(table, 'alpha', 'beta'), note(table, 'alpha', 'beta', 'help'), note(table, 'alpha', 'beta', 'help'), note(table, 'alpha', 'beta', 'note', 5)]
    table.run('beta', markRule, { messages: [read, help, answered], status: 'seen' })
    table.claim('alpha', file('a'))
    const asked = table.run('beta', askRule, { resource: file('a'), text: '' })
    assert.ok(asked.ok)
    table.run('alpha', markRule, { messages: [asked.id], status: 'seen' })
    const closed = table.run('beta', closeHelpRule, { request: answered, answer: 'a' })
    assert.ok(closed.ok)
    const [done, open] = [add(table), add(table)]
    table.run('alpha', startTaskRule, { task: done })
    table.run('alpha', completeTaskRule, { task: done, note: '' })
    table.run('alpha', logErrorRule, { kind: 'other', message: '1', severity: 'low' })
    table.run('alpha', logErrorRule, { kind: 'other', message: '2', severity: 'low' })
    table.run('alpha', resolveErrorRule, { error: 'E-1', resolution: '' })
    set(table, 'alpha', 'finished', {}, { status: 'done' })
    set(table, 'alpha', 'at-work', {}, { status: 'working' })
    const last = add(table)
    table.run('alpha', startTaskRule, { task: last })

    assert.deepEqual(clean(table, 7), { agents: [], messages: [], tasks: [], errors: [], deliverables: [] })
    table.pass(8 * DAY)
    const removed = clean(table, 7)
    assert.deepEqual(removed, { agents: ['finished'], messages: [read, answered, late].sort(), tasks: [done], errors: ['E-1'], deliverables: [] })
    assert.deepEqual([...table.state.messages.values()].map(({ id }) => id).sort(), [unread, help, asked.id, closed.reply].sort())
    assert.deepEqual([[...table.state.tasks.values()].map(({ id }) => id), [...table.state.errors.values()].map(({ id }) => id)], [[open, last], ['E-2']])
    assert.ok(table.state.agents.has('at-work'))
    assert.deepEqual(clean(table, 7), { agents: [], messages: [], tasks: [], errors: [], deliverables: [] })
    // Ids are not given out again, and what is gone counts as over.
    assert.equal(reason(table.run('alpha', addTaskRule, { title: 't', resources: [], priority: 'P1', dependsOn: [done], acceptance: [] })), 'ok')
  })

  it('keeps a finished agent somebody still needs, and lets go of messages to all that only it had not seen', () => {
    const table = team()
    for (const name of ['busy', 'idle', 'asked', 'late', 'dirty']) set(table, 'alpha', name)
    const waiting = note(table, 'alpha', 'all')
    for (const name of ['beta', 'maria', 'busy', 'asked', 'late', 'dirty']) table.run(name, markRule, { messages: [waiting], status: 'seen' })
    const unread = note(table, 'alpha', 'asked')
    const expired = note(table, 'alpha', 'late', 'note', 5)
    add(table, 'busy')
    for (const name of ['busy', 'idle', 'asked', 'late', 'dirty']) end(table, 'alpha', name)
    table.pass(DAY)
    assert.deepEqual(table.run('maria', cleanUpRule, { keepMs: 0, keep: ['dirty'] }).removed, { agents: ['idle', 'late'], messages: [waiting, expired], tasks: [], errors: [], deliverables: [] })
    assert.equal(selectMessages(table.state, 'idle', { unread: true }, table.stamp()).length, 0)
    table.run('asked', markRule, { messages: [unread], status: 'seen' })
    table.pass(DAY)
    assert.deepEqual(clean(table, 0).agents, ['asked', 'dirty'])
  })
})
