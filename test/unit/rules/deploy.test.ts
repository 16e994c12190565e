import assert from 'node:assert/strict'
import type { DeploymentFields, HostedProcess } from '../../../src/core/model/deployment.js'
import type { DeployRefusal } from '../../../src/core/model/deployOperations.js'
import { claimRule } from '../../../src/core/rules/claim.js'
import { askRule, attendRule, beginRule, deployRule, lostRule, reportRule, type DeployCommand, type KeeperRefusal, type ReportCommand } from '../../../src/core/rules/deploy.js'
import { markRule } from '../../../src/core/rules/message.js'
import { agentPresence, claimPresence, hasProcess } from '../../../src/core/rules/presence.js'
import { recoverySummary } from '../../../src/core/rules/recovery.js'
import { unacknowledged } from '../../../src/core/rules/unacknowledged.js'
import { agentView } from '../../../src/core/state/views.js'
import { file, MINUTE, RuleTable } from './table.js'

/** Deployments on rules alone: each agent's keeper has pid 1000 + n and its process 2000 + n. */
class Deployments extends RuleTable {
  private readonly numbers = new Map<string, number>()

  constructor() {
    super()
    this.join('ada', { kind: 'person' })
  }

  process(pid: number): HostedProcess {
    return { pid, start: String(pid), boot: this.boot, machine: 'm', host: 'h' }
  }

  deploy(name: string, fields: Partial<DeploymentFields> = {}, by = 'ada'): { ok: true; agent: string; number: number } | DeployRefusal {
    const command: DeployCommand = {
      name,
      identity: { parent: by },
      fields: { by, background: true, scopes: [], readOnly: false, restart: 'never', maxRestarts: 3, graceSeconds: 10, pool: { kind: 'claude', size: 2, total: 3 }, ...fields },
    }
    const made = this.run(by, deployRule, command, true)
    if (made.ok) this.numbers.set(made.agent, made.number)
    return made
  }

  own(agent: string, keeper: number): { agent: string; number: number; keeper: HostedProcess } {
    return { agent, number: this.numbers.get(agent)!, keeper: this.process(keeper) }
  }

  begin(agent: string, keeper: number): true | KeeperRefusal['reason'] {
    const answer = this.run(agent, beginRule, this.own(agent, keeper), true)
    if (answer.ok) return true
    if (answer.reason === 'FULL') this.run(agent, attendRule, this.own(agent, keeper), true)
    return answer.reason
  }

  report(agent: string, keeper: number, report: Omit<ReportCommand, 'agent' | 'number' | 'keeper'>): true | string {
    const answer = this.run(agent, reportRule, { ...this.own(agent, keeper), ...report }, true)
    return answer.ok || answer.reason
  }

  runs(agent: string, keeper: number, pid: number): void {
    assert.equal(this.begin(agent, keeper), true)
    assert.equal(this.report(agent, keeper, { changes: { phase: 'running', process: this.process(pid) }, status: 'working' }), true)
  }

  status(agent: string): string | undefined {
    return this.state.agents.get(agent)?.status
  }

  reasonOf(name: string, fields: Partial<DeploymentFields>): string {
    const made = this.deploy(name, fields)
    return made.ok ? 'made' : made.reason
  }
}

const exit = (code: number | null, known = true): { code: number | null; signal: null; known: boolean; tail: string[] } => ({ code, signal: null, known, tail: [] })

describe('deployed agents', () => {
  it('go from waiting to starting, working and done; what they say themselves goes before what their keeper sees', () => {
    const table = new Deployments()
    table.deploy('alpha')
    assert.equal(table.status('alpha'), 'waiting')
    assert.equal(table.begin('alpha', 1001), true)
    assert.equal(table.status('alpha'), 'starting')
    table.report('alpha', 1001, { changes: { phase: 'running', process: table.process(2001) }, status: 'working' })
    assert.equal(table.status('alpha'), 'working')
    assert.equal(agentPresence(table.state, table.state.agents.get('alpha')!, table.context('ada')), 'live')
    table.report('alpha', 1001, { changes: { phase: 'ended', exit: exit(0) }, ending: 'done' })
    assert.equal(table.status('alpha'), 'done')
    assert.equal(agentPresence(table.state, table.state.agents.get('alpha')!, table.context('ada')), 'gone')
    assert.equal(table.report('alpha', 1001, { changes: { phase: 'running' } }), 'REPLACED')
  })

  it('stay blocked when they leave saying so, and fail with the reason', () => {
    const table = new Deployments()
    table.deploy('alpha')
    table.runs('alpha', 1001, 2001)
    table.run('alpha', { decide: () => ({ events: [{ type: 'agent.checkedIn' as const, agent: 'alpha', fields: { status: 'blocked' as const, blocker: 'no key' }, work: true }] }), answer: () => 0 }, undefined, true)
    table.report('alpha', 1001, { changes: { phase: 'ended', exit: exit(0) }, ending: 'done' })
    assert.equal(table.status('alpha'), 'blocked')
    table.deploy('beta')
    table.runs('beta', 1002, 2002)
    table.report('beta', 1002, { changes: { phase: 'ended', exit: exit(3) }, ending: 'failed', error: 'code 3' })
    assert.deepEqual([table.status('beta'), table.state.agents.get('beta')!.error], ['failed', 'code 3'])
  })

  it('begin when there is room in their part of the pool and in all of it, those who were there first', () => {
    const table = new Deployments()
    const codex = { pool: { kind: 'codex', size: 2, total: 3 } }
    for (const name of ['a', 'b', 'c']) table.deploy(name)
    table.deploy('d', codex)
    table.deploy('e', codex)
    table.runs('a', 1, 11)
    table.runs('b', 2, 12)
    assert.equal(table.begin('c', 3), 'FULL')
    // c cannot begin, so it is in nobody's way.
    table.runs('d', 4, 14)
    assert.equal(table.begin('e', 5), 'FULL', 'three of all run')
    table.report('a', 1, { changes: { phase: 'ended', exit: exit(0) }, ending: 'done' })
    assert.equal(table.begin('e', 5), 'FULL', 'c was there before it')
    assert.equal(table.begin('c', 3), true)
  })

  it('take no room when they and their keepers were killed', () => {
    const table = new Deployments()
    for (const name of ['a', 'b', 'c']) table.deploy(name)
    table.runs('a', 1, 11)
    table.runs('b', 2, 12)
    table.ended.add(1)
    assert.equal(table.begin('c', 3), 'FULL', 'a still runs without its keeper')
    table.ended.add(11)
    assert.equal(table.begin('c', 3), true)
  })

  it('take no room once they cannot be asked about and are not heard of, and are over when somebody stops them', () => {
    const table = new Deployments()
    for (const [n, name] of ['a', 'b', 'c'].entries()) table.deploy(name, { scopes: [file(`${name}.ts`)] }, n === 0 ? 'ada' : 'ada')
    for (const [n, name] of ['a', 'b'].entries()) table.runs(name, 1000 + n, 2000 + n)
    table.boot = 'another boot, of a system that cannot say of which machine'
    assert.equal(table.begin('c', 1002), 'FULL')
    table.run('ada', lostRule, { agent: 'a', number: table.own('a', 1).number, silent: true }, true)
    assert.equal(table.state.deployments.get('a')?.phase, 'running', 'it was heard of just now')
    table.pass(12 * MINUTE)
    assert.equal(table.begin('c', 1002), true)
    assert.equal(table.reasonOf('d', { scopes: [file('a.ts')] }), 'SCOPE_TAKEN', 'who may write is not forgotten by itself')
    table.run('ada', lostRule, { agent: 'a', number: table.own('a', 1).number }, true)
    assert.equal(table.state.deployments.get('a')?.phase, 'running')
    table.run('ada', lostRule, { agent: 'a', number: table.own('a', 1).number, silent: true }, true)
    assert.equal(table.state.deployments.get('a')?.phase, 'ended')
    assert.equal(table.reasonOf('d', { scopes: [file('a.ts')] }), 'made')
  })

  it('are refused where their kind is switched off, their name is taken, or is a person’s', () => {
    const table = new Deployments()
    assert.equal(table.reasonOf('x', { pool: { kind: 'gemini', size: 0, total: 15 } }), 'KIND_OFF')
    assert.equal(table.reasonOf('Ada', {}), 'NOT_AN_AGENT')
    table.deploy('alpha')
    assert.equal(table.reasonOf('Alpha', {}), 'AGENT_IN_USE')
    table.runs('alpha', 1, 11)
    table.report('alpha', 1, { changes: { phase: 'ended', exit: exit(1) }, ending: 'failed' })
    assert.equal(table.reasonOf('alpha', {}), 'made', 'it has ended and may go on')
  })

  it('have scopes that do not overlap, unless one only reads or works in another tree; the refusal names the other', () => {
    const table = new Deployments()
    const glob = (path: string, tree = ''): DeploymentFields['scopes'] => [{ kind: 'glob', tree, path }]
    table.deploy('alpha', { scopes: glob('src/auth/**') })
    const refused = table.deploy('beta', { scopes: [file('src/auth/login.ts')] })
    assert.deepEqual(!refused.ok && [refused.reason, refused.heldBy], ['SCOPE_TAKEN', 'alpha'])
    assert.match(refused.ok ? '' : refused.hint, /alpha/)
    assert.equal(table.reasonOf('reader', { scopes: glob('src/**'), readOnly: true }), 'made')
    assert.equal(table.reasonOf('tree', { scopes: glob('src/auth/**', 'feat') }), 'made')
    table.ended.add(1)
    table.runs('alpha', 7, 17)
    table.report('alpha', 7, { changes: { phase: 'ended', exit: exit(0) }, ending: 'done' })
    assert.equal(table.reasonOf('beta', { scopes: [file('src/auth/login.ts')] }), 'made')
  })

  it('get no locks while they only read', () => {
    const table = new Deployments()
    table.deploy('reader', { readOnly: true })
    table.runs('reader', 1, 11)
    const answer = table.run('reader', claimRule, { resources: [file('a.ts')], grant: { mode: 'exclusive', attached: false, ttl: MINUTE }, wait: true, priority: 'normal', takeOver: false, force: true, dirtyFiles: [] }, true)
    assert.equal('reason' in answer && answer.reason, 'READ_ONLY')
  })

  it('have one keeper at a time: another one follows only when the first has ended', () => {
    const table = new Deployments()
    table.deploy('alpha')
    table.runs('alpha', 1, 11)
    const attend = (pid: number): true | string => {
      const answer = table.run('alpha', attendRule, table.own('alpha', pid), true)
      return answer.ok || answer.reason
    }
    assert.equal(attend(2), 'KEPT')
    table.ended.add(1)
    assert.equal(attend(2), true)
    assert.equal(attend(3), 'KEPT')
    assert.equal(table.report('alpha', 1, { changes: { phase: 'ended' } }), 'KEPT', 'the first one, were it back, is refused')
    assert.equal(table.report('alpha', 2, { changes: { phase: 'ended', exit: exit(null, false) }, ending: 'lost' }), true)
    assert.equal(table.status('alpha'), 'working', 'nobody knows how it ended')
  })

  it('count as there while their keeper or their process is, and are to be resumed when both are gone', () => {
    const table = new Deployments()
    table.deploy('alpha')
    const there = (): boolean => hasProcess(table.state, 'alpha', table.context('ada'))
    assert.ok(there(), 'its keeper is about to come')
    table.runs('alpha', 1, 11)
    table.ended.add(1)
    assert.ok(there())
    table.ended.add(11)
    assert.ok(!there())
    const summary = recoverySummary(table.state, table.context('ada'))
    assert.deepEqual([summary.total, summary.gone, summary.byStatus], [1, 1, { working: 1 }])
    const number = table.state.deployments.get('alpha')!.made.seq
    table.run('ada', lostRule, { agent: 'alpha', number })
    assert.equal(table.state.deployments.get('alpha')!.exit?.known, false)
    assert.equal(recoverySummary(table.state, table.context('ada')).total, 1)
    const commits = table.commits.length
    table.run('ada', lostRule, { agent: 'alpha', number })
    assert.equal(table.commits.length, commits, 'said once')
  })

  it('take their locks with them: what a command of theirs locked is free once their process is gone', () => {
    const table = new Deployments()
    table.deploy('alpha')
    table.runs('alpha', 1, 11)
    table.run('alpha', claimRule, { resources: [file('a.ts')], grant: { mode: 'exclusive', attached: false, ttl: 30 * MINUTE }, wait: false, priority: 'normal', takeOver: false, force: false, dirtyFiles: [] }, true)
    const [claim] = [...table.state.claims.values()]
    assert.equal(claimPresence(table.state, claim!, table.context('ada')), 'live')
    table.ended.add(1).add(11)
    assert.equal(claimPresence(table.state, claim!, table.context('ada')), 'gone')
  })

  it('are stopped and begun again by persons and those they work for, once, and are told', () => {
    const table = new Deployments()
    table.join('boss')
    table.join('stranger')
    const asked = (by: string, what: 'stop' | 'restart' = 'stop'): string => {
      const answer = table.run(by, askRule, { agent: 'Alpha', what, reason: 'enough' })
      return answer.ok ? 'ok' : answer.reason
    }
    assert.equal(asked('ada'), 'NOT_FOUND')
    assert.equal(table.run('ada', askRule, { agent: 'boss', what: 'stop', reason: '' }).ok, false)
    table.deploy('alpha', {}, 'boss')
    table.runs('alpha', 1, 11)
    assert.equal(asked('stranger'), 'PERSON_ONLY')
    assert.equal(asked('boss', 'restart'), 'ok')
    assert.equal(asked('ada'), 'ok')
    const commits = table.commits.length
    assert.equal(asked('ada', 'restart'), 'ok')
    assert.equal(table.commits.length, commits, 'a stop is not taken back')
    assert.equal(table.state.unreadOf.count('alpha'), 2)
    assert.equal(agentView(table.state, table.state.agents.get('alpha')!, table.context('ada')).deployment?.asked?.what, 'stop')
    table.report('alpha', 1, { changes: { phase: 'ended' } })
    assert.equal(asked('ada'), 'NOT_RUNNING')
  })

  it('are not told of a former stop when their process has ended or begins again, and nobody is told that they did not listen', () => {
    const table = new Deployments()
    table.deploy('alpha')
    table.runs('alpha', 1, 11)
    const asks = (what: 'stop' | 'restart'): void => void table.run('ada', askRule, { agent: 'alpha', what, reason: '' })
    const steps = (): (string | undefined)[] => [...table.state.messages.values()].map(({ delivery }) => delivery['alpha']?.status)
    asks('restart')
    table.report('alpha', 1, { changes: { phase: 'restarting' } })
    assert.deepEqual(steps(), ['sent'])
    table.report('alpha', 1, { changes: { phase: 'running', process: table.process(12) } })
    assert.deepEqual([steps(), table.state.unreadOf.count('alpha')], [['expired'], 0], 'it has begun again')
    asks('stop')
    table.run('alpha', markRule, { messages: [[...table.state.messages.values()].at(-1)!.id], status: 'seen' })
    table.report('alpha', 1, { changes: { phase: 'running', process: table.process(13) } })
    assert.deepEqual(steps(), ['expired', 'seen'], 'it is still to stop')
    table.report('alpha', 1, { changes: { phase: 'ended' } })
    assert.deepEqual(steps(), ['expired', 'expired'])
    table.deploy('alpha')
    table.runs('alpha', 2, 21)
    asks('stop')
    table.ended.add(2).add(21)
    table.run('ada', lostRule, { agent: 'alpha', number: table.state.deployments.get('alpha')!.made.seq })
    assert.deepEqual([steps().at(-1), table.state.unreadOf.count('alpha')], ['expired', 0])
    assert.deepEqual(unacknowledged(table.state, () => true, { ...table.context('ada').stamp, up: 1e12, at: 1e12 }), [])
  })

  it('do not begin when they were stopped while they stood in line', () => {
    const table = new Deployments()
    table.deploy('alpha')
    table.run('ada', askRule, { agent: 'alpha', what: 'stop', reason: '' })
    assert.equal(table.begin('alpha', 1), 'STOPPED')
  })
})
