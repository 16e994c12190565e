import assert from 'node:assert/strict'
import { agentIdOf } from '../../../src/core/model/agentId.js'
import { agentPresence, claimPresence } from '../../../src/core/rules/presence.js'
import { joinRule } from '../../../src/core/rules/join.js'
import { checkInRule } from '../../../src/core/rules/release.js'
import type { ProcessName, Worker } from '../../../src/core/rules/worker.js'
import { file, MINUTE, RuleTable } from './table.js'

const window = { kind: 'person', workspace: 'w', anyFreeName: true } as const

describe('identity', () => {
  it('is held by one living connection at a time', () => {
    const table = new RuleTable()
    table.join('alpha')
    assert.throws(() => table.join('Alpha', { session: 's2' }), /held by a running process/)
    table.kill('alpha')
    assert.equal(table.join('alpha', { session: 's2' }), 'alpha')
    assert.deepEqual([...table.state.sessionsOf.ids('alpha')], ['s2'])
  })

  it('may be spoken for by a command while a process holds it', () => {
    const table = new RuleTable()
    table.join('alpha')
    assert.equal(table.join('alpha', { attached: false }), 'alpha')
  })

  it('is gone at once when its last process ends in good order, and is there again by its next sign', () => {
    const table = new RuleTable()
    table.join('alpha')
    table.checkIn('alpha', null)
    const presence = (): string => agentPresence(table.state, table.state.agents.get('alpha')!, table.context('beta'))
    assert.equal(presence(), 'live')
    table.leave('alpha')
    assert.equal(presence(), 'gone')
    table.run('alpha', checkInRule, { resource: null, fields: {}, work: true }, true)
    assert.equal(presence(), 'live')
  })

  it('whose process ended goes on by commands: present again, its locks by their lease', () => {
    const table = new RuleTable()
    table.join('alpha')
    table.claim('alpha', file('a'))
    table.kill('alpha')
    const presence = (): string => agentPresence(table.state, table.state.agents.get('alpha')!, table.context('beta'))
    const claim = () => [...table.state.claims.values()][0]!
    assert.equal(presence(), 'gone')
    table.run('alpha', checkInRule, { resource: null, fields: {}, work: true }, true)
    assert.equal(presence(), 'live')
    assert.equal(claimPresence(table.state, claim(), table.context('beta')), 'gone')
    table.run('alpha', checkInRule, { resource: file('a'), fields: {}, work: true }, true)
    assert.equal(claimPresence(table.state, claim(), table.context('beta')), 'live')
    table.pass(31 * MINUTE)
    assert.deepEqual([presence(), claimPresence(table.state, claim(), table.context('beta'))], ['gone', 'overdue'])
  })

  it('differs between two windows of one person', () => {
    const table = new RuleTable()
    assert.equal(table.join('Maria', { ...window, session: 'w1' }), 'maria')
    assert.equal(table.join('Maria', { ...window, session: 'w2' }), 'maria-2')
    assert.equal(table.state.agents.get('maria-2')?.name, 'Maria 2')
  })

  it('is given back to a window after a crash, the one present last first', () => {
    const table = new RuleTable()
    table.join('Maria', { ...window, session: 'w1' })
    table.join('Maria', { ...window, session: 'w2' })
    table.kill('maria')
    assert.equal(table.join('Maria', { ...window, session: 'w3' }), 'maria')
    table.kill('maria')
    table.kill('maria-2')
    table.join('maria-2', { kind: 'person', session: 'x' })
    table.kill('maria-2')
    table.checkIn('maria-2', null)
    assert.equal(table.join('Maria', { ...window, session: 'w4' }), 'maria-2')
  })

  it('of an agent is not a person\'s, also not that of the workspace', () => {
    const table = new RuleTable()
    table.join('gamma')
    table.kill('gamma')
    assert.throws(() => table.join('Gamma', { kind: 'person', session: 'w1' }), /"gamma" is an agent here/)
    assert.equal(table.state.agents.get('gamma')?.kind, 'agent')
    table.join('Maria', { ...window, kind: 'agent', anyFreeName: false, session: 'w2' })
    table.kill('maria')
    assert.equal(table.join('Maria', { ...window, session: 'w3' }), 'maria-2')
  })

  it('of a person is a person\'s again when an agent\'s program that was given it has ended', () => {
    const table = new RuleTable()
    table.join('Ada', { ...window, session: 'w1' })
    table.kill('ada')
    assert.equal(table.join('ada', { kind: 'agent', session: 'mcp' }), 'ada')
    assert.equal(table.state.agents.get('ada')?.kind, 'person')
    table.kill('ada')
    assert.equal(table.join('Ada', { ...window, session: 'w2' }), 'ada')
  })

  it('that only commands, runs or files had is free for a window and its person, not that of what had a process', () => {
    for (const client of ['cli', 'run', 'file']) {
      const table = new RuleTable()
      for (const name of ['ada', 'bea']) table.join(name, { attached: false, client })
      assert.equal(table.join('Ada', { ...window, session: 'w1' }), 'ada')
      assert.throws(() => table.join('Bea', { kind: 'person', session: 'w2' }), /is an agent here/, 'a name that is given to a window')
      assert.deepEqual(['ada', 'bea'].map((id) => table.state.agents.get(id)?.kind), ['person', 'agent'])
    }
    const table = new RuleTable()
    table.join('gamma', { client: 'cli' })
    table.kill('gamma')
    assert.throws(() => table.join('Gamma', { kind: 'person', session: 'w1' }), /is an agent here/)
    assert.equal(table.join('Gamma', { ...window, session: 'w2' }), 'gamma-2')
  })

  it('is free for a window that reloads, and for no other name than its own', () => {
    const table = new RuleTable()
    table.join('Maria', { ...window, session: 's-maria' })
    table.claim('maria', file('a'))
    table.leave('maria', MINUTE)
    table.kill('maria')
    assert.equal(agentPresence(table.state, table.state.agents.get('maria')!, table.context('x')), 'live', 'a window that reloads is there')
    assert.throws(() => table.join('maria', { session: 'thief' }), /held by a running process/)
    assert.equal(table.join('Maria', { ...window, session: 'w2' }), 'maria')
    assert.deepEqual(table.holderOf('a'), ['maria'])
  })

  it('of another workspace is not taken up', () => {
    const table = new RuleTable()
    table.join('Maria', { ...window, session: 'w1' })
    table.kill('maria')
    assert.equal(table.join('Maria', { ...window, workspace: 'other', session: 'w2' }), 'maria-2')
  })

  it('of an agent is never given to a window of the same name', () => {
    const table = new RuleTable()
    table.join('maria', { attached: false })
    assert.equal(table.join('Maria', { ...window, session: 'w1' }), 'maria-2')
  })

  it('is one for all spellings, and never a path or a device', () => {
    assert.equal(agentIdOf('Ålpha Two'), agentIdOf('ålpha  two'))
    assert.equal(agentIdOf('L2.2.1'), 'l2.2.1')
    assert.match(agentIdOf('../../etc/passwd'), /^etc-passwd-\w{7}$/)
    assert.match(agentIdOf('CON'), /^con-\w{7}$/)
    assert.match(agentIdOf('con.ts'), /^con-ts-\w{7}$/)
    assert.match(agentIdOf('a\u0000b'), /^a-b-\w{7}$/)
    assert.equal(agentIdOf('///'), '')
    assert.ok(agentIdOf('x'.repeat(10_000)).length <= 64)
  })
})

describe('the agent of a conversation', () => {
  const program = (pid: number): ProcessName => ({ pid, start: '5', boot: 'boot/1' })

  function speak(table: RuleTable, worker: Worker, session?: string): string {
    const fields = { ...program(worker.process?.pid ?? 1), machine: 'm', host: 'h', client: 'claude-code', ttl: MINUTE }
    const joined = table.run('', joinRule, {
      name: 'claude',
      identity: { kind: 'agent' },
      anyFreeName: false,
      worker,
      session: session === undefined ? { id: `p${worker.process?.pid}`, fields, shared: true } : { id: session, fields },
    })
    assert.ok(!('reason' in joined))
    return joined.agent
  }

  it('is the same for every process that speaks for it, and another for another conversation', () => {
    const table = new RuleTable()
    assert.equal(speak(table, { conversation: 'a' }, 'server'), 'claude-1')
    assert.equal(speak(table, { conversation: 'a', process: program(7) }), 'claude-1')
    assert.equal(speak(table, { conversation: 'b', process: program(8) }), 'claude-2')
    assert.deepEqual([...table.state.sessionsOf.ids('claude-1')], ['server', 'p7.claude-1'])
  })

  it('writes nothing for coming again', () => {
    const table = new RuleTable()
    speak(table, { conversation: 'a', process: program(7) })
    const commits = table.commits.length
    assert.equal(speak(table, { conversation: 'a', process: program(7) }), 'claude-1')
    assert.equal(speak(table, { process: program(7) }), 'claude-1', 'a shell command of the same program')
    assert.equal(table.commits.length, commits)
  })

  it('is known by its program until its client tells an id', () => {
    const table = new RuleTable()
    assert.equal(speak(table, { process: program(7) }, 'server'), 'claude-1')
    assert.equal(speak(table, { conversation: 'a', process: program(7) }), 'claude-1')
    assert.equal(table.state.agents.get('claude-1')?.conversation, 'a')
    assert.equal(speak(table, { process: program(7) }), 'claude-1')
    assert.equal(table.state.agents.get('claude-1')?.conversation, 'a')
  })

  it('is a new one when a program begins another conversation, and the newest speaks where none is told', () => {
    const table = new RuleTable()
    assert.equal(speak(table, { conversation: 'a', process: program(7) }), 'claude-1')
    assert.equal(speak(table, { conversation: 'b', process: program(7) }), 'claude-2')
    assert.equal(speak(table, { process: program(7) }), 'claude-2')
    assert.equal(speak(table, { conversation: 'a', process: program(7) }), 'claude-1')
  })

  it('is not mistaken when a pid is used again', () => {
    const table = new RuleTable()
    assert.equal(speak(table, { process: program(7) }), 'claude-1')
    assert.equal(speak(table, { process: { ...program(7), start: '6' } }), 'claude-2')
  })
})
