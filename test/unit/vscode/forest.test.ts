import assert from 'node:assert/strict'
import { agentRows } from '../../../src/vscode/views/agentRows.js'
import { Forest, type Redraw, type RowNode } from '../../../src/vscode/views/forest.js'
import { idOf, type Row } from '../../../src/vscode/views/row.js'
import { lockRows } from '../../../src/vscode/views/lockRows.js'
import { agent, claim, now, world } from './fakes.js'

const ids = (redraw: Redraw): string[] | 'all' => (redraw === 'all' ? 'all' : redraw.map((node) => node.row.label).sort())

describe('rows laid over those shown', () => {
  const locks = ['a.ts', 'b.ts', 'c.ts'].map((resource) => claim({ resource }))
  let forest: Forest

  beforeEach(() => {
    forest = new Forest()
    forest.update(lockRows(world({ claims: locks }), now))
  })

  it('asks for nothing where all looks as before', () => {
    assert.deepEqual(forest.update(lockRows(world({ claims: locks.map((one) => ({ ...one })) }), now)), [])
  })

  it('asks for the one row whose text, icon or tooltip changed, and it stays the same row', () => {
    const b = forest.roots[1]
    for (const change of [{ progress: 60 }, { presence: 'live', mode: 'shared' }, { note: 'only in the tooltip' }] as const) {
      const redraw = forest.update(lockRows(world({ claims: locks.map((one) => (one.resource === 'b.ts' ? { ...one, ...change } : one)) }), now))
      assert.deepEqual([ids(redraw), forest.roots[1] === b], [['b.ts'], true], JSON.stringify(change))
    }
    assert.match(b!.row.tooltip.lines.map(([name]) => name).join(), /Note/)
  })

  it('asks for the list when rows came, went or moved, and keeps those that stayed', () => {
    const [a, , c] = forest.roots
    assert.equal(forest.update(lockRows(world({ claims: [locks[0]!, locks[2]!] }), now)), 'all')
    assert.deepEqual([forest.roots[0] === a, forest.roots[1] === c], [true, true])
    assert.equal(forest.update(lockRows(world({ claims: locks }), now)), 'all')
    assert.equal(forest.update(lockRows(world({ claims: locks.map((one) => (one.resource === 'c.ts' ? { ...one, mine: true } : one)) }), now)), 'all')
    assert.equal(forest.roots[0], c)
  })

  it('asks for a row whose children came or went, and for children alone when only they changed', () => {
    const me = agent({ id: 'me', me: true })
    const subs = [agent({ id: 'sub-1', parent: 'me' }), agent({ id: 'sub-2', parent: 'me' })]
    forest.update(agentRows(world({ agents: [me, ...subs] }), now))
    assert.deepEqual(ids(forest.update(agentRows(world({ agents: [me, subs[0]!, { ...subs[1]!, progress: 5 }] }), now))), ['sub-2'])
    assert.deepEqual(ids(forest.update(agentRows(world({ agents: [me, subs[0]!] }), now))), ['me'])
  })

  it('keeps a row that gets its first details, or loses them: whoever has chosen it goes on having it', () => {
    const [me, bea] = [agent({ id: 'me', me: true }), agent({ id: 'bea' })]
    const withLock = world({ agents: [me, { ...bea, claims: ['a.ts'] }], claims: [claim({ resource: 'a.ts' })] })
    forest.update(agentRows(world({ agents: [me, bea] }), now))
    const before = forest.roots[1]
    assert.deepEqual(ids(forest.update(agentRows(withLock, now))), ['bea'])
    assert.deepEqual([forest.roots[1] === before, before!.children.length, idOf(before!.row)], [true, 1, 'bea'])
    forest.update(agentRows(world({ agents: [me, bea] }), now))
    assert.equal(forest.roots[1], before)
    // Gone with a lock: what it left is found out when somebody opens the row.
    const gone = world({ agents: [me, { ...bea, presence: 'gone', claims: ['b.ts'] }] })
    forest.update(agentRows(world({ agents: [me, { ...bea, presence: 'gone' }] }), now))
    assert.notDeepEqual(forest.update(agentRows(gone, now)), [])
  })

  it('makes a row that gets its first children another one, which opens', () => {
    const [me, sub] = [agent({ id: 'me', me: true }), agent({ id: 'sub-1', parent: 'me' })]
    forest.update(agentRows(world({ agents: [me] }), now))
    const [before] = forest.roots
    assert.equal(forest.update(agentRows(world({ agents: [me, sub] }), now)), 'all')
    assert.notEqual(forest.roots[0], before)
  })

  it('keeps a row that is chosen when it gets its first children, and says that it is to be opened', () => {
    const [me, sub] = [agent({ id: 'me', me: true }), agent({ id: 'sub-1', parent: 'me' })]
    const [alone, both] = [[me], [me, sub]].map((agents) => agentRows(world({ agents }), now)) as [Row[], Row[]]
    forest.update(alone)
    const [before] = forest.roots
    const chosen = (node: RowNode): boolean => node === before
    assert.deepEqual(ids(forest.update(both, chosen)), ['me'])
    assert.deepEqual([forest.roots[0] === before, before!.id, forest.toOpen.map(({ row }) => row.id)], [true, 'me', ['me']])
    // Opened once: whoever closes it has it closed, and it stays who it is when something else is chosen.
    assert.deepEqual([forest.update(both, chosen), forest.toOpen, forest.update(both), forest.toOpen], [[], [], [], []])
    forest.update(alone, chosen)
    assert.deepEqual([forest.roots[0] === before, forest.toOpen], [true, []])
    forest.update(both)
    assert.deepEqual([forest.roots[0] === before, forest.roots[0]!.id, forest.toOpen], [false, 'me/open', []])
  })

  it('gives a row that opens once more another id than the one that was closed', () => {
    const [me, sub] = [agent({ id: 'me', me: true }), agent({ id: 'sub-1', parent: 'me' })]
    const [alone, both] = [[me], [me, sub]].map((agents) => agentRows(world({ agents }), now)) as [Row[], Row[]]
    forest.update(both)
    const [open] = forest.roots
    forest.update(alone, (node) => node === open)
    assert.equal(forest.roots[0]!.id, 'me/open')
    forest.update(both)
    assert.equal(forest.roots[0]!.id, 'me')
  })

  it('makes a row that is to open for whom it now shows another one, though it had details below', () => {
    const [me, sub] = [agent({ id: 'me', me: true, claims: ['a.ts'] }), agent({ id: 'sub-1', parent: 'me' })]
    const claims = [claim({ resource: 'a.ts', heldBy: 'me', mine: true })]
    forest.update(agentRows(world({ agents: [me], claims }), now))
    const [before] = forest.roots
    assert.equal(before!.row.expanded, false)
    assert.equal(forest.update(agentRows(world({ agents: [me, sub], claims }), now)), 'all')
    assert.notEqual(forest.roots[0], before)
    assert.equal(forest.roots[0]!.row.expanded, true)
  })

  it('asks for the list where very many rows changed', () => {
    const many = Array.from({ length: 150 }, (_, index) => claim({ resource: `${index}.ts` }))
    forest.update(lockRows(world({ claims: many }), now))
    assert.equal(forest.update(lockRows(world({ claims: many.map((one) => ({ ...one, progress: 5 })) }), now)), 'all')
  })

  it('finds one change among 10,000 locks in several working trees', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => claim({ resource: `src/${index % 100}/${index}.ts`, tree: index % 3 === 0 ? 'feat-x' : '', heldBy: `agent-${index % 20}` }))
    forest.update(lockRows(world({ claims: many }), now))
    const changed = many.map((one, index) => (index === 5_000 ? { ...one, progress: 50 } : one))
    assert.deepEqual(ids(forest.update(lockRows(world({ claims: changed }), now))), ['5000.ts'])
  })
})
