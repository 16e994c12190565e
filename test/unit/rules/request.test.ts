import assert from 'node:assert/strict'
import { closeHelpRule, openHelp } from '../../../src/core/rules/help.js'
import { markRule, replyRule, selectMessages, sendRule, type SendCommand } from '../../../src/core/rules/message.js'
import { answerRule, askRule } from '../../../src/core/rules/request.js'
import { messageView } from '../../../src/core/state/views.js'
import { file, isRefusal, MINUTE, RuleTable } from './table.js'

function team(): RuleTable {
  const table = new RuleTable()
  for (const name of ['alpha', 'beta', 'gamma']) table.join(name)
  return table
}

function ask(table: RuleTable, agent: string, path: string, text = 'please') {
  const asked = table.run(agent, askRule, { resource: file(path), text })
  assert.ok(asked.ok, JSON.stringify(asked))
  return asked
}

function answer(table: RuleTable, agent: string, request: string, how: 'release' | 'narrow' | 'keep', keep: string[] = []) {
  return table.run(agent, answerRule, { request, answer: how, text: '', keep: keep.map((path) => file(path)) })
}

describe('a request for a lock', () => {
  it('goes to everybody who shares it, once each', () => {
    const table = team()
    table.claim('alpha', file('a'), { mode: 'shared' })
    table.claim('beta', file('a'), { mode: 'shared' })
    const asked = ask(table, 'gamma', 'a')
    assert.deepEqual(asked.asked.map(({ to }) => to), ['alpha', 'beta'])
    assert.deepEqual([asked.id, asked.to], [asked.asked[0]!.id, 'alpha'])
    assert.deepEqual(ask(table, 'gamma', 'a'), asked)
    assert.equal(table.state.messages.size, 2)
    table.pass(11 * MINUTE)
    assert.notEqual(ask(table, 'gamma', 'a').id, asked.id)
  })

  it('is answered with a release: free or granted to the first in line, and told to who asked', () => {
    const table = team()
    table.claim('alpha', file('a'))
    table.claim('beta', file('a'), { wait: true })
    const { id } = ask(table, 'gamma', 'a')
    const answered = answer(table, 'alpha', id, 'release')
    assert.ok(answered.ok)
    assert.deepEqual([answered.released, answered.grantedTo, answered.to], [true, ['beta'], 'gamma'])
    assert.deepEqual(table.holderOf('a'), ['beta'])
    const told = selectMessages(table.state, 'gamma', { unread: true }, table.stamp()).at(-1)!
    assert.deepEqual([told.replyTo, told.about?.act, told.about?.answer], [id, 'answer', 'release'])
    const again = answer(table, 'alpha', id, 'keep')
    assert.equal(isRefusal(again) && again.reason, 'WRONG_STATUS')
  })

  it('is answered with keep, which changes no lock', () => {
    const table = team()
    table.claim('alpha', file('a'))
    const { id } = ask(table, 'beta', 'a')
    const answered = answer(table, 'alpha', id, 'keep')
    assert.ok(answered.ok && !answered.released)
    assert.deepEqual(table.holderOf('a'), ['alpha'])
  })

  it('is answered by narrowing the lock to parts of it, each with a new token', () => {
    const table = team()
    const whole = table.claim('alpha', { kind: 'folder', tree: '', path: 'src' })
    const { id } = ask(table, 'beta', 'src/b')
    const outside = answer(table, 'alpha', id, 'narrow', ['other'])
    assert.equal(isRefusal(outside) && outside.reason, 'NOT_NARROWER')
    assert.deepEqual(table.holderOf('src'), ['alpha'], 'a refused answer changes nothing')
    const answered = answer(table, 'alpha', id, 'narrow', ['src/a', 'src/c'])
    assert.ok(answered.ok && answered.released)
    assert.deepEqual(answered.kept.map(({ resource }) => resource), ['src/a', 'src/c'])
    assert.ok(!isRefusal(whole) && answered.kept.every(({ token }) => token > whole.token))
    assert.ok(!isRefusal(table.claim('beta', file('src/b'))))
    assert.ok(isRefusal(table.claim('beta', file('src/a'))))
  })

  it('is none of others, and none where nobody asked', () => {
    const table = team()
    table.claim('alpha', file('a'))
    const { id } = ask(table, 'beta', 'a')
    for (const [who, request] of [['gamma', id], ['beta', id], ['alpha', 'm99'], ['alpha', '__proto__']] as const) {
      const refused = answer(table, who, request, 'release')
      assert.equal(isRefusal(refused) && refused.reason, 'NOT_FOUND')
    }
    assert.deepEqual(table.holderOf('a'), ['alpha'])
  })

  it('for a lock that has ended meanwhile can still be answered', () => {
    const table = team()
    table.claim('alpha', file('a'))
    const { id } = ask(table, 'beta', 'a')
    table.release('alpha', file('a'))
    table.claim('alpha', file('a'))
    const answered = answer(table, 'alpha', id, 'release')
    assert.ok(answered.ok && !answered.released, 'the lock asked for is another one')
    assert.deepEqual(table.holderOf('a'), ['alpha'])
  })
})

describe('a request for help', () => {
  function help(table: RuleTable, from: string, to: string, fields: Partial<SendCommand> = {}): string {
    const sent = table.run(from, sendRule, { to, subject: 's', body: 'b', priority: 'normal', kind: 'help', ...fields })
    assert.ok(sent.ok)
    return sent.id
  }

  it('stays open when it was read and replied to, until it is closed with an answer', () => {
    const table = team()
    const id = help(table, 'alpha', 'beta')
    table.run('beta', markRule, { messages: [id], status: 'acknowledged' })
    table.run('beta', replyRule, { message: id, body: 'which one?' })
    assert.deepEqual(openHelp(table.state, 'beta', false).map((message) => message.id), [id])
    const closed = table.run('beta', closeHelpRule, { request: id, answer: 'the second' })
    assert.ok(closed.ok)
    assert.equal(table.state.messages.get(closed.reply)!.body, 'the second')
    assert.deepEqual([openHelp(table.state, 'beta', true), table.state.openHelp.size], [[], 0])
    const again = table.run('beta', closeHelpRule, { request: id, answer: '' })
    assert.equal(isRefusal(again) && again.reason, 'WRONG_STATUS')
  })

  it('is listed by urgency, to those asked and those who ask', () => {
    const table = team()
    const [first, urgent, other] = [help(table, 'alpha', 'beta'), help(table, 'gamma', 'beta', { priority: 'urgent' }), help(table, 'beta', 'gamma')]
    assert.deepEqual(openHelp(table.state, 'beta', false).map((message) => message.id), [urgent, first])
    assert.deepEqual(openHelp(table.state, 'beta', true).map((message) => message.id), [urgent, first, other])
    assert.ok(isRefusal(table.run('alpha', closeHelpRule, { request: urgent, answer: '' })), 'none of alpha\'s')
    assert.ok(!isRefusal(table.run('alpha', closeHelpRule, { request: first, answer: 'found it' })), 'who asked may close it')
  })

  it('asked again after it was closed is a new one', () => {
    const table = team()
    const id = help(table, 'alpha', 'beta')
    assert.equal(help(table, 'alpha', 'beta'), id)
    table.run('beta', closeHelpRule, { request: id, answer: '' })
    assert.notEqual(help(table, 'alpha', 'beta'), id)
  })
})

describe('the deadline of a message', () => {
  it('makes it expire for those who did nothing, and loses nobody a message', () => {
    const table = team()
    const sent = table.run('alpha', sendRule, { to: 'all', subject: 's', body: 'b', priority: 'normal', kind: 'note', deadlineMinutes: 5 })
    assert.ok(sent.ok)
    table.run('beta', markRule, { messages: [sent.id], status: 'acknowledged' })
    const delivery = () => messageView(table.state, table.state.messages.get(sent.id)!, 'alpha', table.stamp()).delivery
    assert.deepEqual(delivery(), { beta: 'acknowledged', gamma: 'sent' })
    table.pass(6 * MINUTE)
    assert.deepEqual(delivery(), { beta: 'acknowledged', gamma: 'expired' })
    assert.equal(selectMessages(table.state, 'gamma', { unread: true }, table.stamp()).length, 1)
    table.run('gamma', replyRule, { message: sent.id, body: 'late' })
    assert.equal(delivery()['gamma'], 'answered')
  })

  it('a reply given twice is one', () => {
    const table = team()
    const sent = table.run('alpha', sendRule, { to: 'beta', subject: 's', body: 'b', priority: 'normal', kind: 'note' })
    assert.ok(sent.ok)
    const reply = () => table.run('beta', replyRule, { message: sent.id, body: 'ok' })
    const first = reply()
    assert.deepEqual(reply(), first)
    assert.equal(table.state.messages.size, 2)
  })
})
