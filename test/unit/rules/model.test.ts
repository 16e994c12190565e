import assert from 'node:assert/strict'
import fc from 'fast-check'
import { collides } from '../../../src/core/model/overlap.js'
import { resourceKey, type Resource } from '../../../src/core/model/resource.js'
import { fold } from '../../../src/core/state/fold.js'
import { createState, draftOf } from '../../../src/core/state/state.js'
import { endAgentRule } from '../../../src/core/rules/agent.js'
import { cleanUpRule } from '../../../src/core/rules/cleanUp.js'
import { handOffRule } from '../../../src/core/rules/handOff.js'
import { clearRecoveryRule } from '../../../src/core/rules/recovery.js'
import { answerRule, askRule } from '../../../src/core/rules/request.js'
import { isRefusal, RuleTable } from './table.js'

const agents = ['alpha', 'beta', 'gamma']
const path = fc.constantFrom('a', 'b', 'd', 'd/a', 'd/b', 'd/e/a')
const tree = fc.constantFrom('', 'feat')
const resource: fc.Arbitrary<Resource> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('file' as const), tree, path }) },
  fc.record({ kind: fc.constant('folder' as const), tree, path: fc.constantFrom('d', 'd/e') }),
  fc.record({ kind: fc.constant('glob' as const), tree, path: fc.constantFrom('d/*', 'd/**/a') }),
  fc.record({ kind: fc.constant('symbol' as const), tree, path, symbol: fc.constantFrom('X', 'X.y', 'Z') }),
  fc.record({ kind: fc.constant('name' as const), name: fc.constantFrom('port:1', 'name:x') }),
)
const agent = fc.constantFrom(...agents)

type Step = (table: RuleTable, tokens: Map<string, number>) => void

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ agent, resource, shared: fc.boolean(), wait: fc.boolean(), takeOver: fc.boolean(), attached: fc.boolean() }).map(({ agent, resource, shared, ...options }): Step => (table, tokens) => {
    const result = table.claim(agent, resource, { ...options, mode: shared ? 'shared' : 'exclusive', ttl: 60_000, priority: 'normal' })
    if (isRefusal(result) || result.claims.length === 0 || result.claims[0]!.renewed) return
    const key = resourceKey(resource)
    assert.ok(result.token > (tokens.get(key) ?? 0), 'a token repeats or goes back')
    tokens.set(key, result.token)
  }) },
  { weight: 3, arbitrary: fc.record({ agent, resource }).map(({ agent, resource }): Step => (table) => void table.release(agent, resource)) },
  fc.record({ agent, resource }).map(({ agent, resource }): Step => (table) => void table.checkIn(agent, resource)),
  fc.record({ agent, resource }).map(({ agent, resource }): Step => (table) => table.graceOver(table.challenge(agent, resource))),
  fc.record({ agent, resource }).map(({ agent, resource }): Step => (table) => void table.cancelWait(agent, resource)),
  agent.map((name): Step => (table) => {
    table.kill(name)
    table.join(name, { session: `s-${name}-${table.commits.length}` })
  }),
  agent.map((name): Step => (table) => table.kill(name)),
  fc.record({ agent, other: agent, resource, answer: fc.constantFrom('release' as const, 'narrow' as const, 'keep' as const), keep: fc.array(resource, { maxLength: 2 }) }).map(({ agent, other, resource, answer, keep }): Step => (table) => {
    const asked = table.run(agent, askRule, { resource, text: '' })
    if (!asked.ok) return
    for (const { id, to } of asked.asked) if (to === other) table.run(to, answerRule, { request: id, answer, text: '', keep })
  }),
  fc.record({ agent, to: agent, resource: fc.option(resource, { nil: undefined }) }).map(({ agent, to, resource }): Step => (table, tokens) => {
    const before = new Map([...table.state.claims.values()].filter(({ holder }) => holder === agent).map((claim) => [claim.id, claim]))
    const handed = table.run(agent, handOffRule, { to, message: '', priority: 'normal', ...(resource && { claims: [resource] }) })
    if (isRefusal(handed)) return
    for (const claim of table.state.claims.values()) if (claim.token > Math.max(0, ...tokens.values())) tokens.set(resourceKey(claim.resource), claim.token)
    for (const claim of table.state.claims.values()) assert.ok(claim.holder !== agent || before.has(claim.id), 'the giver got something')
  }),
  agent.map((name): Step => (table) => void table.run('maria', clearRecoveryRule, { agent: name })),
  agent.map((name): Step => (table) => {
    table.run('maria', endAgentRule, { agent: name })
    table.run('maria', cleanUpRule, { keepMs: 0 })
  }),
  fc.integer({ min: 1, max: 90_000 }).map((ms): Step => (table) => table.pass(ms)),
)

/** What must hold in every state: no two exclusive claims collide, and every index says what the records say. */
function check(table: RuleTable): void {
  const { state } = table
  const claims = [...state.claims.values()]
  for (const [i, one] of claims.entries()) {
    for (const other of claims.slice(i + 1)) {
      if (one.holder === other.holder || (one.mode === 'shared' && other.mode === 'shared')) continue
      assert.ok(!collides(one.resource, other.resource), `${one.holder} and ${other.holder} both hold ${resourceKey(one.resource)}`)
    }
  }
  const indexed = idsIn(state.claimsAt)
  assert.deepEqual(indexed, claims.map((claim) => claim.id).sort())
  assert.deepEqual(idsIn(state.claimsOf), indexed)
  const unread = [...state.messages.values()].flatMap((message) => Object.entries(message.delivery).filter(([, step]) => step.status === 'sent').map(([agent]) => `${agent} ${message.id}`))
  assert.deepEqual([...state.unreadOf.entries()].flatMap(([agent, ids]) => ids.map((id) => `${agent} ${id}`)).sort(), unread.sort())
}

function idsIn(index: { entries(): Iterable<[string, string[]]> }): string[] {
  return [...index.entries()].flatMap(([, ids]) => ids).sort()
}

/** Plain data of a state, for comparing two. */
function dump(state: ReturnType<typeof createState>): unknown {
  return Object.fromEntries(Object.entries(state).map(([name, table]) => [name, [...(table as { entries(): Iterable<[string, unknown]> }).entries()].sort(([a], [b]) => (a < b ? -1 : 1))]))
}

describe('the rules, under random histories', () => {
  it('never grant what collides, never repeat a token, and keep their indexes', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
        const table = new RuleTable()
        for (const name of agents) table.join(name)
        table.join('maria', { kind: 'person' })
        const tokens = new Map<string, number>()
        for (const run of steps) {
          run(table, tokens)
          check(table)
        }
      }),
      { numRuns: 400 },
    )
  })

  it('give the same state when their events are folded again, on the state or on a draft of it', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        const table = new RuleTable()
        for (const name of agents) table.join(name)
        table.join('maria', { kind: 'person' })
        const tokens = new Map<string, number>()
        for (const run of steps) run(table, tokens)
        const replay = createState()
        let layered = createState()
        for (const [i, { events, stamp }] of table.commits.entries()) {
          // The key and author are those the table used; any others give the same records but for presence.
          const op = { key: `k:${i + 1}`, by: '', events }
          fold(replay, op, stamp)
          layered = i % 7 === 0 ? draftOf(layered) : layered
          fold(layered, op, stamp)
          fold(layered, op, stamp)
        }
        assert.deepEqual(dump(layered), dump(replay))
        assert.deepEqual([...replay.claims.entries()].map(([id, claim]) => [id, claim.holder, claim.token]), [...table.state.claims.entries()].map(([id, claim]) => [id, claim.holder, claim.token]))
      }),
      { numRuns: 150 },
    )
  })
})
