import assert from 'node:assert/strict'
import fc from 'fast-check'
import { builtInTemplate, isUntouched, renderTicket, templateNames, type TicketContent } from '../../../../src/documents/tickets/template.js'
import { isGolden } from '../project/golden.js'

const ticket: TicketContent = { worker: 'Codex-Worker-1', task: 'T-3', title: 'Store orders', priority: 'P0', phase: 'Core', brief: 'Only the store.\n\n- not the API', scope: ['src/orders/', 'db/*.sql'], acceptance: ['orders survive a restart'] }
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('---\nfrom: x\n---', '# Head', '{{scope}}', '<!-- muster:ticket 0 -->', 'a\r\nb', '', '$&', '\\<b>'))

describe('tickets from templates', () => {
  it('are written as agreed', () => {
    const { text, problems } = renderTicket(builtInTemplate, ticket)
    isGolden('ticket.md', text)
    assert.deepEqual(problems, [])
  })

  it('tell of placeholders that nobody knows, with their line, and leave them', () => {
    const { text, problems } = renderTicket('# {{ Worker }}\r\n\r\n{{budget}} {{scope}} {{ }}\r\n', ticket)
    assert.match(text, /^# Codex-Worker-1\n\n\{\{budget\}\} - src\/orders\/\n- db\/\*\.sql \{\{ \}\}\n/)
    assert.deepEqual(problems.map(({ line, reason }) => [line, reason.split('}}')[0]]), [[3, 'Nobody knows {{budget'], [3, 'Nobody knows {{']])
  })

  it('are the same bytes for the same content, whatever is in it, and show whether somebody wrote into them', () => {
    const content = fc.record({ worker: text, task: fc.constant('T-1'), title: text, priority: fc.constant('P1'), phase: text, brief: text, scope: fc.array(text, { maxLength: 3 }), acceptance: fc.array(text, { maxLength: 3 }) })
    fc.assert(fc.property(content, text, (one, template) => {
      const { text: made } = renderTicket(`${template}\n${builtInTemplate}`, one)
      assert.equal(renderTicket(`${template}\n${builtInTemplate}`, one).text, made)
      assert.ok(isUntouched(made) && isUntouched(made.replaceAll('\n', '\r\n')))
      assert.equal(isUntouched(`mine\n${made}`), false)
      assert.equal(isUntouched(`${made}mine\n`), false)
    }), { numRuns: 300 })
  })

  it('are from the worker\'s own template, its kind\'s, or anybody\'s', () => {
    assert.deepEqual(templateNames('Codex-Worker-12', 'codex-worker-12'), ['codex-worker-12', 'codex-12', 'codex', 'worker'])
    assert.deepEqual(templateNames('alpha', 'alpha'), ['alpha', 'worker'])
  })
})
