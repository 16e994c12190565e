import assert from 'node:assert/strict'
import { openMuster } from '../../../src/core/open.js'
import type { Muster } from '../../../src/core/muster.js'
import { answerOf } from '../../../src/mcp/answer.js'
import { catalogue } from '../../../src/mcp/catalogue.js'
import { resultOf } from '../../../src/mcp/results.js'
import { callTool } from '../../../src/tools/tool.js'
import { deployConfig } from '../../../src/supervisor/config.js'
import { ownProgram } from '../../../src/supervisor/ownProgram.js'
import { processSupervisor } from '../../../src/supervisor/supervisor.js'
import { Sandbox } from '../system/sandbox.js'

type Answer = Record<string, unknown>

/** Each call by whom it is, the tool, its input, and whether it is granted. */
const story: readonly (readonly [who: 'alpha' | 'beta' | 'bob', tool: string, input: object, ok?: false])[] = [
  ['alpha', 'startup', { task: 'fix it' }], ['beta', 'startup', {}], ['bob', 'startup', {}],
  ['alpha', 'set_agent', { brief: 'fixes it', role: 'lead' }], ['alpha', 'get_agent', { id: 'beta' }], ['alpha', 'get_agent', { id: 'zz' }, false], ['alpha', 'list_agents', {}],
  ['alpha', 'claim', { resources: ['src/a.ts'], note: 'x' }], ['alpha', 'claim', { resources: ['src/a.ts', 'name:build'] }], ['beta', 'claim', { resources: ['src/a.ts'] }, false],
  ['alpha', 'list_claims', {}], ['alpha', 'check_in', { resource: 'src/a.ts', progress: 50, done: 'x', next: 'y' }], ['beta', 'check_in', { resource: 'src/a.ts' }, false],
  ['beta', 'stop_waiting', { resource: 'src/a.ts' }, false], ['beta', 'claim', { resources: ['src/a.ts'], wait: true, timeoutMinutes: 0.001 }, false], ['beta', 'stop_waiting', { resource: 'src/a.ts' }], ['beta', 'ask_for_release', { resource: 'src/a.ts', text: 'please' }], ['alpha', 'answer_request', { id: 'm1', answer: 'keep', text: 'no' }],
  ['beta', 'send_message', { to: 'alpha', subject: 'hello', priority: 'urgent', checklist: ['look', 'answer'] }], ['alpha', 'read_messages', {}], ['alpha', 'acknowledge', { id: 'm3' }], ['alpha', 'tick_checklist', { id: 'm3', done: [1] }], ['alpha', 'tick_checklist', { id: 'm3', done: [9] }, false], ['beta', 'read_messages', { tick: ['m3:2'] }], ['alpha', 'reply', { id: 'm3', body: 'well' }],
  ['beta', 'request_help', { to: 'alpha', subject: 'which port?' }], ['alpha', 'list_help_requests', {}], ['alpha', 'close_help', { id: 'm5', answer: '3000' }], ['alpha', 'close_help', { id: 'm5', answer: '3000' }, false],
  ['alpha', 'log_decision', { title: 'tabs' }], ['alpha', 'implement_decision', { id: 'D-1' }, false], ['bob', 'review_decision', { id: 'D-1', verdict: 'approved' }], ['alpha', 'implement_decision', { id: 'D-1' }],
  ['alpha', 'log_decision', { title: 'spaces' }], ['bob', 'supersede_decision', { id: 'D-1', by: 'D-2' }], ['alpha', 'list_decisions', {}],
  ['alpha', 'next_task', {}, false], ['alpha', 'add_task', { title: 'one', resources: ['src/a.ts'], acceptance: ['works'] }], ['alpha', 'add_task', { title: 'two', dependsOn: ['T-1'] }], ['alpha', 'next_task', {}],
  ['alpha', 'start_task', { id: 'T-2' }, false], ['alpha', 'start_task', { id: 'T-1' }], ['beta', 'start_task', { id: 'T-1' }, false], ['alpha', 'complete_task', { id: 'T-1' }], ['alpha', 'change_task', { id: 'T-2', title: 'second' }], ['alpha', 'list_tasks', {}],
  ['alpha', 'checkpoint', { done: 'x', next: 'y', files: ['src/a.ts'], verify: 'npm test' }], ['alpha', 'list_checkpoints', {}], ['alpha', 'update_document', { path: 'STATE.md', find: '', replace: 'one' }], ['alpha', 'update_document', { path: 'STATE.md', find: 'one', replace: 'two' }], ['alpha', 'log_work', { text: 'did it' }], ['alpha', 'write_daily_summary', { completed: 'x' }],
  ['alpha', 'deliver', { title: 'it', files: ['src/a.ts'], integrationReady: true }], ['alpha', 'integrate', { id: 'V-1', verdict: 'accepted' }, false], ['beta', 'integrate', { id: 'V-1', verdict: 'accepted' }], ['alpha', 'list_deliverables', {}],
  ['alpha', 'advance_phase', {}, false], ['alpha', 'change_plan', { project: 'p', phases: [{ name: 'one', acceptance: ['x'] }, { name: 'two' }], milestones: [{ name: 'm', phase: 'one' }], checklists: [{ name: 'v1', items: ['y'] }], deliverable: 'it' }], ['alpha', 'change_plan', { tick: [{ list: 'one', step: 3 }] }, false], ['alpha', 'advance_phase', {}, false], ['alpha', 'change_plan', { tick: [{ list: 'one', step: 1 }] }], ['alpha', 'set_tests', { passed: 3, total: 4 }], ['alpha', 'advance_phase', {}], ['alpha', 'get_plan', {}], ['alpha', 'correct_decision', { id: 'D-2', title: 'x' }, false], ['bob', 'correct_decision', { id: 'D-2', title: 'x' }],
  ['alpha', 'add_task', { title: 'three', resources: ['src/c/'] }], ['alpha', 'make_ticket', { worker: 'One', task: 'T-3', brief: 'all of it' }], ['alpha', 'make_ticket', { worker: 'two', task: 'T-2', scopes: ['src/c/d.ts'] }, false], ['alpha', 'integrate_worker', { worker: 'one', verdict: 'accepted' }, false], ['alpha', 'save_output', { worker: 'one' }, false], ['alpha', 'save_output', { worker: 'one', text: 'all done' }], ['alpha', 'list_tickets', {}], ['alpha', 'integrate_worker', { worker: 'one', verdict: 'partial', note: 'half' }],
  ['alpha', 'log_error', { message: 'broken' }], ['alpha', 'list_errors', {}], ['alpha', 'resolve_error', { id: 'E-1', resolution: 'mended' }], ['alpha', 'resolve_error', { id: 'E-1', resolution: 'mended' }, false],
  ['alpha', 'plan_run', { name: 'sweep', parameters: ['grid=20'] }], ['alpha', 'start_run', { name: 'sweep', total: 4 }], ['beta', 'start_run', { name: 'sweep' }, false], ['alpha', 'report_run', { run: 'sweep', done: 1, metrics: ['loss=0.5'], save: true }], ['beta', 'report_run', { run: 'sweep', done: 2 }, false],
  ['alpha', 'finish_run', { run: 'sweep', metrics: ['loss=0.25'] }], ['alpha', 'start_run', { name: 'sweep' }, false], ['alpha', 'validate_run', { run: 'sweep' }, false], ['alpha', 'start_run', { name: 'check' }], ['alpha', 'fail_run', { run: 'check', error: 'no data' }], ['alpha', 'compare_runs', { first: 'sweep', second: 'check' }],
  ['alpha', 'list_runs', {}], ['alpha', 'follow_runs', {}], ['alpha', 'recover_runs', {}], ['alpha', 'recover_runs', { run: 'sweep' }, false], ['alpha', 'start_run', { name: 'good' }], ['alpha', 'finish_run', { run: 'good', metrics: ['x=1'] }], ['alpha', 'validate_run', { run: 'good' }],
  ['alpha', 'hand_off', { to: 'beta', message: 'go on' }], ['alpha', 'hand_off', { to: 'beta' }, false], ['bob', 'force_release', { resource: 'src/a.ts', reason: 'stuck' }], ['alpha', 'release', { resources: ['src/a.ts'] }, false], ['beta', 'release', { resources: ['name:build'] }],
  ['alpha', 'recovery_summary', {}], ['alpha', 'resume_agent', { id: 'beta' }, false], ['alpha', 'resume_agent', { id: 'gamma' }], ['alpha', 'clear_recovery', {}, false], ['bob', 'clear_recovery', { agent: 'gamma' }],
  ['alpha', 'recover_session', {}, false], ['alpha', 'save_session', {}], ['alpha', 'list_sessions', {}], ['alpha', 'session_status', {}], ['alpha', 'recover_session', {}],
  ['alpha', 'deploy', { name: 'worker', brief: 'stay' }], ['alpha', 'deploy', { name: 'worker', brief: 'again' }, false], ['alpha', 'agent_log', { id: 'worker', lines: 3 }], ['alpha', 'restart_agent', { id: 'worker' }], ['alpha', 'stop_agent', { id: 'worker', reason: 'enough' }], ['alpha', 'stop_agent', { id: 'worker' }, false],
  ['alpha', 'fail_agent', { id: 'beta', error: 'gave up' }], ['alpha', 'complete_agent', { id: 'alpha' }], ['alpha', 'check_in', { status: 'blocked' }, false], ['alpha', 'remove_agent', { id: 'beta' }, false], ['alpha', 'remove_agent', { id: 'delta' }], ['alpha', 'clean_up', { dryRun: true, keepDays: 0 }],
]

describe('what tools answer', () => {
  it('is what their schemas say, each its own: no field is left out, and none has another type', async () => {
    const sandbox = new Sandbox()
    const root = sandbox.repository()
    const supervisor = processSupervisor({ program: ownProgram, config: async () => deployConfig.parse({ commands: { stay: [process.execPath, '-e', 'setInterval(() => {}, 1000)', '{brief}'] }, graceSeconds: 1 }) })
    const open = (agent: string, kind: 'agent' | 'person', attached = true): Promise<Muster> => openMuster({ folder: `${root}/.muster`, agent, kind, root, watch: false, attached }, supervisor)
    const by = { alpha: await open('alpha', 'agent'), beta: await open('beta', 'agent'), bob: await open('bob', 'person') }
    const tools = catalogue('all')
    const answered = new Set<string>()
    try {
      for (const gone of ['gamma', 'delta']) {
        const left = await open(gone, 'agent')
        await left.checkIn(null, { status: 'working' })
        if (gone === 'gamma') await left.checkpoint({ done: 'a', next: 'b', files: [], verify: '', notes: '' })
        await left.close()
      }
      for (const [who, name, input, ok = true] of story) {
        const { structuredContent } = answerOf(name, await callTool(tools.get(name)!, by[who], input), input)
        const answer = structuredContent as Answer
        assert.equal(answer['ok'], ok, `${who} ${name} ${JSON.stringify(answer)}`)
        resultOf(name).parse(answer)
        const listed = Object.keys(resultOf(name).shape)
        assert.deepEqual(Object.keys(answer).filter((key) => !listed.includes(key)), [], `${name}: ${JSON.stringify(answer)}`)
        if (ok) answered.add(name)
      }
    } finally {
      await Promise.all(Object.values(by).map((muster) => muster.close()))
      sandbox.dispose()
    }
    assert.deepEqual([...tools.keys()].filter((name) => !answered.has(name)), [])
  })

  it('is described for each tool; there is none for what is no tool', () => {
    for (const name of catalogue('all').keys()) assert.ok(Object.keys(resultOf(name).shape).length > 4, name)
    assert.throws(() => resultOf('constructor'))
  })
})
