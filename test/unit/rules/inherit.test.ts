import assert from 'node:assert/strict'
import { claimRule, unsavedUnder } from '../../../src/core/rules/claim.js'
import { abandonedBefore, inheritRule } from '../../../src/core/rules/inherit.js'
import type { Resource } from '../../../src/core/model/resource.js'
import { stopWaitingRule } from '../../../src/core/rules/queue.js'
import { file, isRefusal, MINUTE, RuleTable } from './table.js'

const build: Resource = { kind: 'name', name: 'build' }

describe('what somebody who is gone had locked', () => {
  let table: RuleTable
  beforeEach(() => {
    table = new RuleTable()
    for (const name of ['alpha', 'beta', 'gamma', 'delta']) table.join(name)
  })

  const inLine = (agent: string, ...resources: Resource[]): void => {
    const result = table.claim(agent, resources, { wait: true })
    assert.ok(isRefusal(result) && result.reason === 'QUEUED', JSON.stringify(result))
  }
  const keys = (agent: string): string[] => abandonedBefore(table.state, table.context(agent)).map(({ key }) => key)
  const only = (agent: string): string => {
    const found = keys(agent)
    assert.equal(found.length, 1)
    return found[0]!
  }
  /** How many commits it took. */
  const inherit = (agent: string, key: string): number => {
    const { length } = table.commits
    table.run(agent, inheritRule, { key })
    return table.commits.length - length
  }
  const taken = () => [...table.state.messages.values()].filter(({ about }) => about?.act === 'taken')

  it('goes to who is first in line, in whose name its holder is told, whoever noticed', () => {
    table.claim('alpha', file('a'))
    inLine('gamma', file('a'))
    inLine('beta', file('a'))
    table.kill('alpha')
    assert.deepEqual(abandonedBefore(table.state, table.context('beta')).map(({ ahead }) => ahead), [1])
    assert.equal(inherit('beta', only('beta')), 1)
    assert.deepEqual(table.holderOf('a'), ['gamma'])
    assert.deepEqual(taken().map(({ from, to, subject }) => [from, to, subject]), [['gamma', 'alpha', 'gamma waited for a and has it now: you were gone, and had left nothing uncommitted']])
    const ended = table.commits.at(-1)!.events.find(({ type }) => type === 'claim.ended')
    assert.ok(ended?.type === 'claim.ended' && ended.by === 'gamma')
  })

  it('says that its holder was not heard from, where nobody knows that it is gone', () => {
    table.claim('alpha', file('a'), { ttl: 10 * MINUTE })
    inLine('beta', file('a'))
    table.pass(11 * MINUTE)
    table.graceOver(table.challenge('beta', file('a')))
    assert.equal(inherit('beta', only('beta')), 1)
    assert.match(taken()[0]!.subject, /: you were not heard from, and/)
  })

  it('stays where it, or anybody else, has unsaved text in it; names and other files go', () => {
    table.claim('alpha', [file('src/A.ts'), file('b'), build])
    table.checkIn('alpha', null, { unsaved: ['src/A.ts'] })
    inLine('beta', { kind: 'folder', tree: '', path: 'src' })
    inLine('beta', file('b'))
    inLine('beta', build)
    table.kill('alpha')
    assert.equal(keys('beta').length, 2)
    table.checkIn('gamma', null, { unsaved: ['b'] })
    table.kill('gamma')
    const key = only('beta')
    assert.equal(inherit('beta', key), 1)
    assert.deepEqual([...table.state.claims.values()].map(({ holder, resource }) => [holder, resource.kind]), [['alpha', 'file'], ['alpha', 'file'], ['beta', 'name']])
    // In its own editor it may go on.
    table.checkIn('gamma', null, { unsaved: [] })
    table.checkIn('beta', null, { unsaved: ['b'] })
    assert.equal(keys('beta').length, 1)
  })

  it('stays where its holder has more unsaved files than are named, and where the text came after the look', () => {
    table.claim('alpha', file('a'))
    inLine('beta', file('a'))
    table.kill('alpha')
    const key = only('beta')
    table.checkIn('alpha', null, { unsaved: Array.from({ length: 100 }, (_, i) => `other/${i}`) })
    assert.deepEqual(keys('beta'), [])
    table.checkIn('alpha', null, { unsaved: ['a'] })
    assert.equal(inherit('beta', key), 0)
    assert.deepEqual(table.holderOf('a'), ['alpha'])
  })

  it('stays where the place in line was given up, or its holder came back, while git was asked', () => {
    table.claim('alpha', [file('a'), file('b')])
    inLine('beta', file('a'))
    inLine('gamma', file('b'))
    table.kill('alpha')
    const [a, b] = [only('beta'), only('gamma')]
    table.run('beta', stopWaitingRule, { resource: file('a') })
    assert.equal(inherit('beta', a), 0)
    table.join('alpha', { session: 's-again' })
    assert.equal(inherit('gamma', b), 0)
    assert.deepEqual([table.holderOf('a'), table.holderOf('b'), taken()], [['alpha'], ['alpha'], []])
  })

  it('stays where nobody would get it: who is first in line waits for something else as well', () => {
    table.claim('alpha', file('a'))
    table.claim('delta', file('c'))
    inLine('gamma', file('a'), file('c'))
    inLine('beta', file('a'))
    table.kill('alpha')
    assert.equal(inherit('beta', only('beta')), 0)
    assert.deepEqual(table.holderOf('a'), ['alpha'])
    table.release('delta', file('c'))
    assert.equal(inherit('gamma', only('gamma')), 1)
    assert.deepEqual([table.holderOf('a'), table.holderOf('c')], [['gamma'], ['gamma']])
  })

  it('stays where part of it would end for nobody', () => {
    table.claim('alpha', [file('a'), file('b')])
    inLine('gamma', file('a'))
    inLine('beta', file('a'), file('b'))
    table.kill('alpha')
    assert.equal(inherit('beta', only('beta')), 0)
    assert.equal(inherit('gamma', only('gamma')), 1)
    assert.deepEqual([table.holderOf('a'), table.holderOf('b')], [['gamma'], ['alpha']])
  })

  it('is named to who claims it, with its unsaved text', () => {
    table.checkIn('alpha', null, { unsaved: ['src/A.ts', 'b.ts'] })
    table.kill('alpha')
    const src: Resource = { kind: 'file', tree: '', path: 'src/A.ts', fold: 'src/a.ts' }
    assert.deepEqual(unsavedUnder(table.state, src, table.context('beta')).map(({ text }) => text), ['alpha has unsaved changes in it'])
    const result = table.run('beta', claimRule, { resources: [src], grant: { mode: 'exclusive', attached: true, ttl: MINUTE }, wait: false, takeOver: false, force: false, priority: 'normal', dirtyFiles: [] })
    assert.ok(!isRefusal(result) && result.claims[0]!.overlaps.length === 1)
  })
})
