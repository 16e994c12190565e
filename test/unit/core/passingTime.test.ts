import assert from 'node:assert/strict'
import { Emitter } from '../../../src/core/emitter.js'
import { tellOfTime } from '../../../src/core/passingTime.js'
import { leaveRule } from '../../../src/core/rules/join.js'
import { sendRule } from '../../../src/core/rules/message.js'
import { RAISE_AFTER_MS } from '../../../src/core/rules/unacknowledged.js'
import { StateWorld } from '../../../src/core/state/world.js'
import { file, MINUTE, RuleTable } from '../rules/table.js'

const SECOND = 1_000

describe('what time alone changes', () => {
  let table: RuleTable
  let told: number
  let looks: number
  let ticks: Emitter<void>

  beforeEach(() => {
    table = new RuleTable()
    told = looks = 0
    ticks = new Emitter<void>()
    table.join('me', { kind: 'person' })
    table.join('beta')
  })

  function follow(attached = true): void {
    const { claims } = table.state
    const values = claims.values.bind(claims)
    claims.values = () => {
      looks++
      return values()
    }
    const parts = { connection: { attached, onDidTick: ticks.event, context: () => table.context('me') }, ledger: { peek: () => table.state } }
    tellOfTime(parts as unknown as Parameters<typeof tellOfTime>[0], () => told++)
    looks = 0
  }

  function pass(ms: number, step = 4 * SECOND): void {
    for (let left = ms; left > 0; left -= step) {
      table.pass(Math.min(step, left))
      ticks.fire()
    }
  }

  const look = (): unknown => {
    const { agents, claims, messages, processes, unacknowledged } = new StateWorld(table.state, table.context('me'), {} as never)
    return [agents.map(({ presence }) => presence), claims.map(({ presence }) => presence), messages.map(({ status, delivery }) => [status, delivery]), processes, unacknowledged.map(({ id }) => id)]
  }

  it('is nothing while nothing runs out: nobody is told, and no lock is looked at', () => {
    for (let i = 0; i < 100; i++) table.claim('beta', file(`src/${i}.ts`))
    follow()
    pass(20 * MINUTE)
    assert.equal(told, 0)
    assert.equal(looks, 0)
  })

  it('is told whenever people see something else, and seldom otherwise', () => {
    const send = (fields: object): unknown => table.run('me', sendRule, { to: 'beta', subject: `s${Math.random()}`, body: 'b', priority: 'urgent', kind: 'note', ...fields })
    table.claim('beta', file('a.ts'), { ttl: 3 * MINUTE })
    table.pass(10 * SECOND)
    table.claim('beta', file('b.ts'), { ttl: 5 * MINUTE, attached: false })
    table.join('gamma', { attached: false })
    table.join('far', { boot: 'another/1' })
    table.join('back')
    table.run('back', leaveRule, { session: 's-back', reloadMs: MINUTE })
    table.kill('back')
    send({})
    send({ deadlineMinutes: 12 })
    follow()
    let [changes, before] = [0, JSON.stringify(look())]
    for (let seconds = 0; seconds < 45 * 60; seconds += 4) {
      if (seconds === 7 * 60) table.kill('beta')
      const toldBefore = told
      pass(4 * SECOND)
      const now = JSON.stringify(look())
      if (now === before) continue
      changes++
      before = now
      assert.equal(told, toldBefore + 1, `${seconds} s: ${now}`)
    }
    assert.ok(changes >= 7, `${changes} changes`)
    assert.ok(told <= changes + 6, `told ${told} times of ${changes} changes`)
  })

  it('is found after a commit, too, and after the clock was set', () => {
    table.claim('beta', file('a.ts'))
    follow()
    table.claim('beta', file('b.ts'), { ttl: MINUTE })
    pass(MINUTE)
    assert.equal(told, 1)
    table.boot = 'boot/2'
    table.now += RAISE_AFTER_MS * 10
    ticks.fire()
    assert.equal(told, 2)
  })

  it('is found after the clock was set forward, and back', () => {
    table.claim('beta', file('a.ts'), { attached: false })
    // From then on, how old it is follows from the time of day alone.
    table.boot = 'boot/2'
    const presence = (): unknown => new StateWorld(table.state, table.context('me'), {} as never).claims[0]?.presence
    follow()
    assert.equal(presence(), 'live')
    table.set += 60 * MINUTE
    ticks.fire()
    assert.equal(told, 1)
    assert.equal(presence(), 'overdue')
    pass(4 * MINUTE)
    assert.equal(told, 1)
    table.set -= 60 * MINUTE
    ticks.fire()
    assert.equal(told, 2)
    assert.equal(presence(), 'live')
    looks = 0
    pass(4 * MINUTE)
    assert.deepEqual([told, looks], [2, 0])
  })

  it('is no concern of a connection that comes and goes', () => {
    follow(false)
    assert.equal(looks, 0)
    pass(60 * MINUTE)
    assert.equal(told, 0)
  })
})
