import assert from 'node:assert/strict'
import fc from 'fast-check'
import { exactClaim, wouldDeadlock } from '../../../src/core/rules/conflicts.js'
import { collides } from '../../../src/core/model/overlap.js'
import { resourceKey, type Resource } from '../../../src/core/model/resource.js'
import { fold } from '../../../src/core/state/fold.js'
import { createState, draftOf } from '../../../src/core/state/state.js'
import { endAgentRule } from '../../../src/core/rules/agent.js'
import { cleanUpRule } from '../../../src/core/rules/cleanUp.js'
import type { DeliveryStatus } from '../../../src/core/model/message.js'
import { implementRule, proposeRule, reviewRule, supersedeRule } from '../../../src/core/rules/decision.js'
import { closeHelpRule } from '../../../src/core/rules/help.js'
import { markRule, replyRule, SAME_MESSAGE_MS, sendRule } from '../../../src/core/rules/message.js'
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
const anybody = fc.constantFrom(...agents, 'maria')
/** Of a message or decision; most are there. */
const number = fc.integer({ min: 1, max: 4 })

type Step = (table: RuleTable, tokens: Map<string, number>) => void

/** What people and agents say to each other. */
const talk: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ agent, to: fc.constantFrom(...agents, 'maria', 'all', 'later'), body: fc.constantFrom('x', 'y'), kind: fc.constantFrom('note' as const, 'help' as const) }).map(({ agent, ...fields }): Step => (table) => void table.run(agent, sendRule, { subject: '', priority: 'normal', ...fields })) },
  { weight: 2, arbitrary: fc.record({ anybody, number, status: fc.constantFrom('seen' as const, 'acknowledged' as const) }).map(({ anybody, number, status }): Step => (table) => void table.run(anybody, markRule, { messages: [`m${number}`], status })) },
  fc.record({ anybody, number, body: fc.constantFrom('yes', 'no') }).map(({ anybody, number, body }): Step => (table) => void table.run(anybody, replyRule, { message: `m${number}`, body })),
  fc.record({ anybody, number }).map(({ anybody, number }): Step => (table) => void table.run(anybody, closeHelpRule, { request: `m${number}`, answer: '' })),
  fc.record({ anybody, title: fc.constantFrom('t', 'u') }).map(({ anybody, title }): Step => (table) => void table.run(anybody, proposeRule, { title, category: 'general', context: '', decision: '', alternatives: [], consequences: [], impact: 'medium' } as never)),
  { weight: 3, arbitrary: fc.record({ anybody: fc.constantFrom('maria', 'maria', 'alpha'), number, verdict: fc.constantFrom('approved' as const, 'rejected' as const) }).map(({ anybody, number, verdict }): Step => (table) => void table.run(anybody, reviewRule, { decision: String(number), verdict, note: '' })) },
  fc.record({ anybody, number }).map(({ anybody, number }): Step => (table) => void table.run(anybody, implementRule, { decision: `D-${number}` })),
  fc.record({ anybody, number, by: number }).map(({ anybody, number, by }): Step => (table) => void table.run(anybody, supersedeRule, { decision: String(number), by: String(by) })),
)

/** Who is answered that it has something has it, in the mode it asked for, and under a token that grows with every grant. */
function claims(resource: fc.Arbitrary<Resource>): fc.Arbitrary<Step> {
  return fc.record({ agent, resource, shared: fc.boolean(), wait: fc.boolean(), takeOver: fc.boolean(), attached: fc.boolean() }).map(({ agent, resource, shared, ...options }): Step => (table, tokens) => {
    const result = table.claim(agent, resource, { ...options, mode: shared ? 'shared' : 'exclusive', ttl: 60_000, priority: 'normal' })
    if (isRefusal(result)) return
    const held = exactClaim(table.state, agent, resource)
    assert.ok(held && (shared || held.mode === 'exclusive'), `${agent} was told that it has ${resourceKey(resource)}`)
    if (result.claims[0]!.renewed) return
    const key = resourceKey(resource)
    assert.ok(result.token > (tokens.get(key) ?? 0), 'a token repeats or goes back')
    tokens.set(key, result.token)
  })
}

/** Three agents at the same two things, alone or together. */
const narrow = fc.constantFrom<Resource>({ kind: 'file', tree: '', path: 'd/a' }, { kind: 'folder', tree: '', path: 'd' })
const contention: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: claims(narrow) },
  { weight: 2, arbitrary: fc.record({ agent, narrow }).map(({ agent, narrow }): Step => (table) => void table.release(agent, narrow)) },
  fc.record({ agent, to: agent, narrow }).map(({ agent, to, narrow }): Step => (table) => void table.run(agent, handOffRule, { to, claims: [narrow], message: '', priority: 'normal' })),
  fc.record({ agent, narrow }).map(({ agent, narrow }): Step => (table) => void table.cancelWait(agent, narrow)),
)

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: talk },
  { weight: 5, arbitrary: claims(resource) },
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

/** How far things had come before a step. */
interface Before {
  delivered: Map<string, number>
  decisions: Map<string, string>
}

const ladder: Record<DeliveryStatus, number> = { expired: 0, sent: 0, seen: 1, acknowledged: 2, answered: 3 }
const next: Record<string, string[]> = { proposed: ['approved', 'rejected', 'superseded'], approved: ['implemented', 'superseded'], implemented: ['superseded'], rejected: [], superseded: [] }

/** Deliveries only climb, one message is sent once, and decisions only go on as they may, by a person where that takes one. */
function checkPassages({ state }: RuleTable, before: Before): void {
  const said = new Map<string, number>()
  for (const message of state.messages.values()) {
    for (const [recipient, { status }] of Object.entries(message.delivery)) {
      const key = `${message.id} ${recipient}`
      assert.ok(ladder[status] >= (before.delivered.get(key) ?? 0), `${key} went down to ${status}`)
      before.delivered.set(key, ladder[status])
    }
    assert.deepEqual(Object.keys(message.delivery).sort(), [...message.recipients].sort())
    assert.equal(state.openHelp.has(message.id), message.kind === 'help' && message.closed === undefined)
    const what = JSON.stringify([message.from, message.to, message.subject, message.body, message.kind, message.replyTo])
    if (message.about || message.closed || message.handed || message.kind === 'help' || message.subject.startsWith('Closed: ')) continue
    assert.ok(message.sent.at - (said.get(what) ?? Number.NEGATIVE_INFINITY) > SAME_MESSAGE_MS, `${what} was sent twice`)
    said.set(what, message.sent.at)
  }
  let number = 0
  for (const decision of state.decisions.values()) {
    assert.equal(decision.number, ++number)
    const earlier = before.decisions.get(decision.id)
    if (earlier === undefined) assert.equal(decision.status, 'proposed')
    else if (earlier !== decision.status) assert.ok(next[earlier]!.includes(decision.status), `${decision.id} went from ${earlier} to ${decision.status}`)
    before.decisions.set(decision.id, decision.status)
    if (decision.review) assert.equal(decision.review.by, 'maria')
    const { superseded } = decision
    if (superseded && superseded.by !== 'maria' && decision.review) assert.ok(state.decisions.get(superseded.replacement)?.review, `${decision.id} was replaced by what nobody approved`)
  }
  for (const id of before.decisions.keys()) assert.ok(state.decisions.has(id), `${id} is gone`)
}

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

/** Who is given something by the act of somebody else, or gets alone what it shared, is told in the same commit. */
function checkTold({ state, commits }: RuleTable, since: number): void {
  for (const { by, events } of commits.slice(since)) {
    const told = new Set(events.flatMap((event) => (event.type === 'message.sent' ? event.fields.recipients : [])))
    for (const event of events) {
      const given = event.type === 'claim.granted' ? event.agent : event.type === 'claim.renewed' && event.mode === 'exclusive' ? state.claims.get(event.claim)?.holder : undefined
      assert.ok(given === undefined || given === by || told.has(given), `${given} was not told`)
    }
  }
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
          const before = table.commits.length
          run(table, tokens)
          check(table)
          checkTold(table, before)
        }
      }),
      { numRuns: 400 },
    )
  })

  it('give what is shared to one alone when nobody else shares it, and only then', () => {
    fc.assert(
      fc.property(fc.array(contention, { minLength: 1, maxLength: 30 }), (steps) => {
        const table = new RuleTable()
        for (const name of agents) table.join(name)
        for (const run of steps) {
          const before = table.commits.length
          run(table, new Map())
          check(table)
          checkTold(table, before)
          for (const wait of table.state.waits.values()) assert.ok(!wouldDeadlock(table.state, wait.agent, wait.resources, wait.mode, table.context(wait.agent), wait), `${wait.agent} waits for itself`)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('bring messages and decisions only forward', () => {
    const pass: fc.Arbitrary<Step> = fc.integer({ min: 1, max: 4 * 60_000 }).map((ms) => (table) => table.pass(ms))
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 9, arbitrary: talk }, pass), { minLength: 1, maxLength: 50 }), (steps) => {
        const table = new RuleTable()
        for (const name of agents) table.join(name)
        table.join('maria', { kind: 'person' })
        const before: Before = { delivered: new Map(), decisions: new Map() }
        for (const run of steps) {
          run(table, new Map())
          check(table)
          checkPassages(table, before)
        }
      }),
      { numRuns: 1000 },
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
