import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { appliedOf } from '../../../src/core/state/keys.js'
import { fold } from '../../../src/core/state/fold.js'
import { machine } from '../../../src/core/state/machine.js'
import { createState, type State } from '../../../src/core/state/state.js'
import type { Event } from '../../../src/core/model/events.js'

const joined: Event = { type: 'agent.joined', agent: 'alpha', identity: { name: 'alpha', kind: 'agent' } }
const opened = (session: string): Event => ({ type: 'session.opened', session, agent: 'alpha', fields: { pid: 1, start: '1', boot: 'b', machine: 'm', host: 'h', client: 'c', ttl: 1 } })
const beat: Event = { type: 'agent.checkedIn', agent: 'alpha', fields: {}, work: true }

function apply(state: State, key: string, events: Event[], seq: number): void {
  fold(state, { key, by: 'alpha', events }, { seq, at: seq, up: seq, boot: 'b' })
}

describe('idempotency keys', () => {
  it('of a connection are known for 256 operations, then too old, and forgotten when it closes', () => {
    const state = createState()
    apply(state, 's1:1', [joined, opened('s1')], 1)
    for (let n = 2; n <= 300; n++) apply(state, `s1:${n}`, [beat], n)
    assert.equal(appliedOf(state, 's1:44'), 'too-old')
    assert.notEqual(appliedOf(state, 's1:45'), 'too-old')
    assert.equal(typeof appliedOf(state, 's1:300'), 'number')
    assert.equal(appliedOf(state, 's1:301'), undefined)
    assert.equal(state.outcomes.size, 256)
    apply(state, 's1:301', [{ type: 'session.closed', session: 's1' }], 301)
    assert.deepEqual([state.outcomes.size, state.marks.size], [0, 0])
  })

  it('that were applied change nothing when they come again, in whatever line', () => {
    const state = createState()
    apply(state, 's1:1', [joined, opened('s1')], 1)
    const sent: Event = { type: 'message.sent', message: 'm1', fields: { from: 'alpha', recipients: ['alpha'], kind: 'message', body: 'x', priority: 'normal' } as never }
    apply(state, 's1:2', [{ ...beat, fields: { status: 'waiting' } }, sent], 2)
    apply(state, 'alpha/send.it', [{ ...beat, fields: { status: 'working' } }], 3)
    const before = JSON.stringify([...machine.dump(state)])
    apply(state, 's1:2', [{ ...beat, fields: { status: 'waiting' } }, sent], 4)
    apply(state, 'alpha/send.it', [{ ...beat, fields: { status: 'working' } }], 5)
    assert.equal(JSON.stringify([...machine.dump(state)]), before)
  })

  it('chosen by a caller are known for as many as the documentation says', () => {
    const documented = Number(/The last ([\d,]+) names of an agent/.exec(readFileSync(join(projectRoot, 'docs', 'cli.md'), 'utf8'))?.[1]?.replace(',', ''))
    assert.ok(readFileSync(join(projectRoot, 'docs', 'library.md'), 'utf8').includes(`The last ${documented.toLocaleString('en-US')} that an agent used`))
    const state = createState()
    apply(state, 'alpha/addTask.K0', [joined], 1)
    for (let n = 1; n < documented; n++) apply(state, `alpha/addTask.K${n}`, [beat], n + 1)
    assert.deepEqual([appliedOf(state, 'alpha/addTask.K0'), state.outcomes.size], [1, documented])
    apply(state, 'alpha/send.K1', [beat], documented + 1)
    assert.deepEqual([appliedOf(state, 'alpha/addTask.K0'), appliedOf(state, 'alpha/addTask.K1'), state.outcomes.size], [undefined, 2, documented])
  })

  it('chosen by a caller are not pushed out by those that commands make for themselves', () => {
    const state = createState()
    apply(state, 'alpha/send.deploy-1', [joined], 1)
    for (let n = 2; n <= 1000; n++) apply(state, `alpha/~c.${n}`, [beat], n)
    assert.equal(typeof appliedOf(state, 'alpha/send.deploy-1'), 'number')
    assert.ok(state.outcomes.size < 40, String(state.outcomes.size))
  })

  it('with absurd numbers cost nothing', () => {
    const state = createState()
    apply(state, 's1:1', [joined, opened('s1')], 1)
    apply(state, 's1:900719925474099', [beat], 2)
    apply(state, 's1:9007199254740000', [beat], 3)
    assert.equal(state.seen.get('alpha')?.seq, 3)
  })
})

describe('what is read from a ledger', () => {
  const op = (events: unknown): unknown => [{ key: 'a:1', by: 'alpha', events }]

  it('is refused in the same way, new or old, when the fold could not take it', () => {
    for (const events of [[{ type: 'message.sent', message: 'm1', fields: {} }], [{ type: 'future.thing' }], [{ type: 'claim.granted', claim: 'c1', agent: 'a', resource: { kind: 'file' }, grant: {} }], 'none', [null]]) {
      for (const trusted of [true, false]) assert.throws(() => machine.parse(op(events), trusted), (error: { code?: string }) => error.code === 'LEDGER_NEWER', JSON.stringify(events))
    }
  })

  it('may hold members this version does not know', () => {
    assert.ok(machine.parse(op([{ ...joined, mood: 'good' }]), true))
  })
})
