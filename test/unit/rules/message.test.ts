import assert from 'node:assert/strict'
import { proposeRule, reviewRule } from '../../../src/core/rules/decision.js'
import { tickRule } from '../../../src/core/rules/checklist.js'
import { markRule, replyRule, selectMessages, sendRule, type SendCommand } from '../../../src/core/rules/message.js'
import { askRule } from '../../../src/core/rules/request.js'
import { forceReleaseRule } from '../../../src/core/rules/release.js'
import { file, isRefusal, MINUTE, RuleTable } from './table.js'

function three(): RuleTable {
  const table = new RuleTable()
  for (const name of ['alpha', 'beta', 'gamma']) table.join(name)
  return table
}

function send(table: RuleTable, from: string, to: string, fields: Partial<SendCommand> = {}): { id: string; recipients: string[] } {
  const result = table.run(from, sendRule, { to, subject: 's', body: 'b', priority: 'normal', kind: 'note', ...fields })
  assert.ok(result.ok, JSON.stringify(result))
  return result
}

describe('messages', () => {
  it('reach one, a role, or all but the sender', () => {
    const table = three()
    assert.deepEqual(send(table, 'alpha', 'Beta').recipients, ['beta'])
    assert.deepEqual(send(table, 'alpha', 'all').recipients, ['beta', 'gamma'])
    const nobody = table.run('alpha', sendRule, { to: 'role:lead', subject: '', body: '', priority: 'normal', kind: 'note' })
    assert.equal(isRefusal(nobody) && nobody.reason, 'NO_RECIPIENT')
  })

  it('reach several, also by names with a comma in them', () => {
    const table = three()
    const smith = table.join('Smith, John')
    assert.deepEqual(send(table, 'alpha', 'beta, gamma').recipients, ['beta', 'gamma'])
    assert.deepEqual(send(table, 'alpha', 'Smith, John').recipients, [smith])
    assert.deepEqual(send(table, 'alpha', 'beta,Smith, John , gamma, delta').recipients, ['beta', smith, 'gamma', 'delta'])
  })

  it('are one when they are sent again within ten minutes, and only when they say the same in everything', () => {
    const table = three()
    const first = send(table, 'alpha', 'beta').id
    assert.equal(send(table, 'alpha', 'beta').id, first)
    const others: Partial<SendCommand>[] = [{ priority: 'urgent' }, { deadlineMinutes: 5 }, { checklist: ['a'] }, { checklist: ['a', 'b'] }, { kind: 'help' }, { priority: 'urgent', deadlineMinutes: 5 }]
    const ids = others.map((fields) => send(table, 'alpha', 'beta', fields).id)
    assert.equal(new Set([first, ...ids]).size, 1 + others.length)
    assert.deepEqual(others.map((fields) => send(table, 'alpha', 'beta', fields).id), ids)
  })

  it('wait for an agent that has not come yet', () => {
    const table = three()
    send(table, 'alpha', 'delta')
    table.join('delta')
    assert.equal(selectMessages(table.state, 'delta', { unread: true }, table.stamp()).length, 1)
  })

  it('climb the ladder for each recipient alone and never down', () => {
    const table = three()
    const { id } = send(table, 'alpha', 'all')
    table.run('beta', markRule, { messages: [id], status: 'acknowledged' })
    table.run('beta', markRule, { messages: [id], status: 'seen' })
    const delivery = table.state.messages.get(id)!.delivery
    assert.deepEqual([delivery['beta']!.status, delivery['gamma']!.status], ['acknowledged', 'sent'])
    assert.equal(selectMessages(table.state, 'beta', { unread: true }, table.stamp()).length, 0)
    assert.equal(selectMessages(table.state, 'gamma', { unread: true }, table.stamp()).length, 1)
  })

  it('have a checklist that sender and recipients tick off together, each step once', () => {
    const table = three()
    const { id } = send(table, 'alpha', 'beta', { checklist: ['build', 'test', 'ship'] })
    const tick = (agent: string, done: number[], open: number[] = []): unknown => {
      const before = table.commits.length
      const result = table.run(agent, tickRule, { message: id, done, open })
      return !result.ok ? result.reason : [result.ticked, result.steps, table.commits.length - before]
    }
    assert.deepEqual(tick('beta', [3, 1, 3]), [[1, 3], 3, 1])
    assert.deepEqual(tick('beta', [1]), [[1, 3], 3, 0])
    assert.deepEqual(tick('alpha', [2], [1]), [[2, 3], 3, 1])
    assert.deepEqual(tick('alpha', [], [1]), [[2, 3], 3, 0])
    for (const wrong of [0, 4, -1]) assert.equal(tick('beta', [1, wrong]), 'NO_STEP')
    assert.equal(tick('gamma', [1]), 'NOT_FOUND')
    const [view] = selectMessages(table.state, 'alpha', { unread: false }, table.stamp())
    assert.deepEqual(view?.ticked?.map(({ step, by }) => [step, by]), [[2, 'alpha'], [3, 'beta']])
    assert.equal(isRefusal(table.run('beta', tickRule, { message: send(table, 'alpha', 'beta').id, done: [1], open: [] })), true)
  })

  it('are answered by a reply in the same thread', () => {
    const table = three()
    const { id } = send(table, 'alpha', 'beta')
    const reply = table.run('beta', replyRule, { message: id, body: 'done' })
    assert.ok(reply.ok)
    assert.equal(table.state.messages.get(id)!.delivery['beta']!.status, 'answered')
    assert.equal(table.state.messages.get(reply.id)!.thread, id)
    assert.deepEqual(reply.recipients, ['alpha'])
  })

  it('of others can be neither marked nor answered', () => {
    const table = three()
    const { id } = send(table, 'alpha', 'beta')
    assert.ok(isRefusal(table.run('gamma', markRule, { messages: [id], status: 'seen' })))
    assert.ok(isRefusal(table.run('gamma', replyRule, { message: id, body: '' })))
    assert.ok(isRefusal(table.run('gamma', markRule, { messages: ['__proto__'], status: 'seen' })))
  })

  it('sent twice within ten minutes are one', () => {
    const table = three()
    const first = send(table, 'alpha', 'beta')
    assert.equal(send(table, 'alpha', 'beta').id, first.id)
    assert.notEqual(send(table, 'alpha', 'beta', { body: 'else' }).id, first.id)
    const about = { resource: 'src/a.ts', tree: '' }
    const second = send(table, 'alpha', 'beta', { about })
    assert.notEqual(second.id, first.id)
    assert.equal(send(table, 'alpha', 'beta', { about: { tree: '', resource: 'src/a.ts' } }).id, second.id)
    table.pass(11 * MINUTE)
    assert.notEqual(send(table, 'alpha', 'beta').id, first.id)
  })

  it('ask the holder of a resource to release it', () => {
    const table = three()
    assert.ok(isRefusal(table.run('beta', askRule, { resource: file('a'), text: 'please' })))
    table.claim('alpha', file('a'))
    const asked = table.run('beta', askRule, { resource: file('a'), text: 'please' })
    assert.ok(asked.ok)
    assert.equal(asked.to, 'alpha')
    assert.equal(selectMessages(table.state, 'alpha', { unread: true }, table.stamp())[0]?.about?.act, 'ask')
  })
})

describe('what only a person may do', () => {
  const proposal = { category: 'api', title: 'Use JWT', context: '', decision: '', alternatives: [], consequences: [], impact: 'high' as const }

  it('is to approve or reject a decision, once', () => {
    const table = three()
    table.join('maria', { kind: 'person' })
    const proposed = table.run('alpha', proposeRule, proposal)
    assert.ok(proposed.ok)
    assert.equal(proposed.id, 'D-1')
    const review = (agent: string, verdict: 'approved' | 'rejected') => table.run(agent, reviewRule, { decision: 'd-1', verdict, note: '' })
    const [own, other] = [review('alpha', 'approved'), review('beta', 'approved')]
    assert.deepEqual([isRefusal(own) && own.reason, isRefusal(other) && other.reason], ['OWN_DECISION', 'PERSON_ONLY'])
    assert.deepEqual(review('maria', 'approved'), { ok: true, id: 'D-1', number: 1, status: 'approved' })
    assert.deepEqual(review('maria', 'approved'), { ok: true, id: 'D-1', number: 1, status: 'approved' })
    const changed = review('maria', 'rejected')
    assert.equal(isRefusal(changed) && changed.reason, 'WRONG_STATUS')
  })

  it('is to end a living claim, with a reason the holder is told', () => {
    const table = three()
    table.join('maria', { kind: 'person' })
    table.claim('alpha', file('a'))
    const refused = table.run('beta', forceReleaseRule, { resource: file('a'), reason: 'mine' })
    assert.equal(isRefusal(refused) && refused.reason, 'PERSON_ONLY')
    assert.deepEqual(table.run('maria', forceReleaseRule, { resource: file('a'), reason: 'urgent fix' }), { ok: true, resource: 'a', wasHeldBy: 'alpha' })
    assert.deepEqual(table.holderOf('a'), [])
    assert.match(selectMessages(table.state, 'alpha', { unread: true }, table.stamp())[0]!.body, /urgent fix/)
  })
})
