import assert from 'node:assert/strict'
import { closeHelpRule } from '../../../src/core/rules/help.js'
import { markRule, replyRule, sendRule, type SendCommand } from '../../../src/core/rules/message.js'
import { setAgentRule } from '../../../src/core/rules/agent.js'
import { RAISE_AFTER_MS, unacknowledged, worksFor } from '../../../src/core/rules/unacknowledged.js'
import { StateWorld } from '../../../src/core/state/world.js'
import { MINUTE, RuleTable } from './table.js'

describe('urgent messages that nobody acknowledges', () => {
  let table: RuleTable
  beforeEach(() => {
    table = new RuleTable()
    for (const name of ['alpha', 'beta', 'gamma']) table.join(name)
  })

  const send = (fields: Partial<SendCommand> = {}): string => {
    const result = table.run('alpha', sendRule, { to: 'beta', subject: `s${table.now}`, body: 'b', priority: 'urgent', kind: 'note', ...fields })
    assert.ok(result.ok)
    return result.id
  }
  const raisedTo = (agent: string): string[] => unacknowledged(table.state, (sender) => sender === agent, table.stamp()).map(({ id }) => id)

  it('are raised to their sender after ten minutes, and to nobody else', () => {
    const id = send()
    table.pass(RAISE_AFTER_MS - 1)
    assert.deepEqual(raisedTo('alpha'), [])
    table.pass(1)
    assert.deepEqual([raisedTo('alpha'), raisedTo('beta'), raisedTo('gamma')], [[id], [], []])
    table.run('beta', markRule, { messages: [id], status: 'seen' })
    assert.deepEqual(raisedTo('alpha'), [id])
    table.run('beta', markRule, { messages: [id], status: 'acknowledged' })
    assert.deepEqual(raisedTo('alpha'), [])
  })

  it('are settled by an answer, by one of several, by being closed, and by their deadline', () => {
    const [answered, shared, closed, late] = [send({ body: '1' }), send({ body: '2', to: 'all' }), send({ body: '3', kind: 'help' }), send({ body: '4', deadlineMinutes: 20 })]
    table.pass(RAISE_AFTER_MS)
    assert.deepEqual(raisedTo('alpha'), [answered, shared, closed, late])
    table.run('beta', replyRule, { message: answered!, body: 'yes' })
    table.run('gamma', markRule, { messages: [shared!], status: 'acknowledged' })
    table.run('alpha', closeHelpRule, { request: closed!, answer: '' })
    assert.deepEqual(raisedTo('alpha'), [late])
    table.pass(10 * MINUTE)
    assert.deepEqual(raisedTo('alpha'), [])
    // A reply that is urgent because its question was asks for nothing.
    assert.deepEqual(raisedTo('beta'), [])
  })

  it('are nothing to raise where they are not urgent', () => {
    send({ priority: 'high' })
    table.pass(60 * MINUTE)
    assert.deepEqual(raisedTo('alpha'), [])
  })

  it('of an agent come to the one it works for, through all levels and out of circles', () => {
    const under = (agent: string, parent: string): unknown => table.run(agent, setAgentRule, { agent, identity: { parent }, fields: {} })
    under('alpha', 'beta')
    under('beta', 'gamma')
    assert.deepEqual(['beta', 'gamma', 'alpha'].map((whom) => worksFor(table.state, 'alpha', whom)), [true, true, false])
    const id = send({ to: 'delta' })
    table.pass(RAISE_AFTER_MS)
    const seenBy = (agent: string): string[] => new StateWorld(table.state, table.context(agent), { kind: 'memory', id: 'l', head: 1, synced: 1, junk: 0, void: 0 }).unacknowledged.map((message) => message.id)
    assert.deepEqual([seenBy('gamma'), seenBy('alpha'), seenBy('delta'), seenBy('')], [[id], [id], [], []])
  })
})
