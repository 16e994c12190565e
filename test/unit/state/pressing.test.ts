import assert from 'node:assert/strict'
import { markRule, sendRule } from '../../../src/core/rules/message.js'
import { askRule } from '../../../src/core/rules/request.js'
import { StateWorld } from '../../../src/core/state/world.js'
import { file, RuleTable } from '../rules/table.js'

describe('messages that somebody may have to be told of', () => {
  let table: RuleTable
  const world = (agent: string): StateWorld => new StateWorld(table.state, table.context(agent), {} as never)
  const pressing = (agent: string): string[] => world(agent).pressing.map(({ subject, about }) => about?.act ?? subject)
  const send = (subject: string, fields: object = {}): string => (table.run('beta', sendRule, { to: 'alpha', subject, body: 'b', priority: 'normal', kind: 'note', ...fields } as never) as { id: string }).id

  beforeEach(() => {
    table = new RuleTable()
    for (const name of ['alpha', 'beta']) table.join(name)
  })

  it('are unread ones about a lock, requests for help and urgent ones, and no others', () => {
    table.claim('alpha', file('a.ts'))
    send('a note')
    send('important', { priority: 'high' })
    const help = send('help', { kind: 'help' })
    table.run('beta', askRule, { resource: file('a.ts'), text: 'please' })
    send('urgent', { priority: 'urgent', deadlineMinutes: 5 })
    assert.deepEqual(pressing('alpha'), ['help', 'ask', 'urgent'])
    assert.deepEqual(pressing('beta'), [], 'what one sent presses nobody here')
    table.run('alpha', markRule, { messages: [help], status: 'seen' })
    assert.deepEqual(pressing('alpha'), ['ask', 'urgent'])
  })

  it('are shown as in the list of all messages', () => {
    send('urgent', { priority: 'urgent' })
    const { messages, pressing } = world('alpha')
    assert.deepEqual(pressing, messages.filter(({ unread }) => unread))
  })
})
