import assert from 'node:assert/strict'
import type { Resource } from '../../../src/core/model/resource.js'
import { exactClaim } from '../../../src/core/rules/conflicts.js'
import { claimRule } from '../../../src/core/rules/claim.js'
import { handOffRule } from '../../../src/core/rules/handOff.js'
import { stopWaitingRule } from '../../../src/core/rules/queue.js'
import { takeInRule } from '../../../src/core/rules/takeIn.js'
import type { Said } from '../../../src/core/model/takenIn.js'
import { checkInRule } from '../../../src/core/rules/release.js'
import { claimView } from '../../../src/core/state/views.js'
import { file, isRefusal, MINUTE, RuleTable } from './table.js'

function two(): RuleTable {
  const table = new RuleTable()
  table.join('alpha')
  table.join('beta')
  return table
}

function granted(result: object): { token: number; claims: { token: number; overlaps: unknown[]; renewed?: true; tookOverFrom?: string }[] } {
  assert.ok(!isRefusal(result), JSON.stringify(result))
  return result as never
}

function refused(result: object, reason: string): { heldBy?: string; hint: string; stale?: boolean; queued?: number } {
  assert.ok(isRefusal(result), `expected a refusal, got ${JSON.stringify(result)}`)
  assert.equal(result.reason, reason)
  return result
}

describe('claiming', () => {
  it('refuses what somebody else holds, and says who, since when and what to do', () => {
    const table = two()
    granted(table.claim('alpha', file('src/a.ts')))
    table.checkIn('alpha', file('src/a.ts'), { progress: 60 })
    table.pass(2 * MINUTE)
    const refusal = refused(table.claim('beta', file('src/a.ts')), 'HELD')
    assert.equal(refusal.heldBy, 'alpha')
    assert.equal(refusal.stale, false)
    assert.match(refusal.hint, /alpha has held src\/a.ts for 2 min, 60 % done/)
  })

  it('grants a fresh, larger token each time a resource changes hands', () => {
    const table = two()
    const first = granted(table.claim('alpha', file('a'))).token
    table.release('alpha', file('a'))
    const second = granted(table.claim('beta', file('a'))).token
    table.release('beta', file('a'))
    const third = granted(table.claim('alpha', file('a'))).token
    assert.ok(first < second && second < third)
  })

  it('renews a claim of the same agent with the same token', () => {
    const table = two()
    const { token } = granted(table.claim('alpha', file('a')))
    table.pass(MINUTE)
    const again = granted(table.claim('alpha', file('a')))
    assert.equal(again.token, token)
    assert.equal(again.claims[0]!.renewed, true)
  })

  it('is expected to be done when its holder said last: locking it, checking in about it, or handing it on', () => {
    const table = two()
    const start = table.now
    const shown = () => [...table.state.claims.values()].map((claim) => claimView(table.state, claim, table.context('beta')))[0]!
    const eta = (): number => (Date.parse(shown().eta!) - start) / MINUTE
    table.claim('alpha', file('a'))
    assert.equal(shown().eta, undefined)
    table.pass(10 * MINUTE)
    table.run('alpha', checkInRule, { resource: file('a'), fields: { eta: new Date(start + 22 * MINUTE).toISOString() }, work: true })
    assert.equal(eta(), 22)
    table.run('alpha', checkInRule, { resource: file('a'), fields: { progress: 50, eta: 'soon' }, work: true })
    assert.equal(eta(), 22)
    table.run('alpha', claimRule, { resources: [file('a')], grant: { mode: 'exclusive', attached: true, ttl: MINUTE, estimatedMinutes: 30 }, wait: false, takeOver: false, force: false, priority: 'normal', dirtyFiles: [] })
    assert.equal(eta(), 40)
    table.run('alpha', handOffRule, { to: 'beta', message: 'go on', priority: 'normal', claims: [file('a')] })
    assert.deepEqual([shown().heldBy, eta()], ['beta', 40])
  })

  it('lets readers share and keeps a writer out', () => {
    const table = two()
    granted(table.claim('alpha', file('a'), { mode: 'shared' }))
    granted(table.claim('beta', file('a'), { mode: 'shared' }))
    table.join('gamma')
    refused(table.claim('gamma', file('a')), 'HELD')
    refused(table.claim('alpha', file('a')), 'HELD')
    table.release('beta', file('a'))
    granted(table.claim('alpha', file('a')))
  })

  const pairs: [string, Resource, Resource, boolean][] = [
    ['a folder and a file in it', { kind: 'folder', tree: '', path: 'src' }, file('src/a.ts'), true],
    ['a folder and a file whose name starts like it', { kind: 'folder', tree: '', path: 'src' }, file('src2/a.ts'), false],
    ['the root and any file', { kind: 'folder', tree: '', path: '' }, file('deep/in/a.ts'), true],
    ['a pattern and a file it matches', { kind: 'glob', tree: '', path: 'src/*.ts' }, file('src/a.ts'), true],
    ['a pattern and a file it does not match', { kind: 'glob', tree: '', path: 'src/*.ts' }, file('src/a.md'), false],
    ['a pattern with brackets in its folder and a file there', { kind: 'glob', tree: '', path: 'app/(shop)/[id]/*.tsx' }, file('app/(shop)/[id]/page.tsx'), true],
    ['two patterns for different extensions', { kind: 'glob', tree: '', path: 'src/*.ts' }, { kind: 'glob', tree: '', path: 'src/*.md' }, false],
    ['a symbol and its file', { kind: 'symbol', tree: '', path: 'a.ts', symbol: 'Router' }, file('a.ts'), true],
    ['a symbol and one inside it', { kind: 'symbol', tree: '', path: 'a.ts', symbol: 'Router' }, { kind: 'symbol', tree: '', path: 'a.ts', symbol: 'Router.handle' }, true],
    ['two symbols of one file', { kind: 'symbol', tree: '', path: 'a.ts', symbol: 'Router' }, { kind: 'symbol', tree: '', path: 'a.ts', symbol: 'RouterTest' }, false],
    ['a pattern with a slash in its braces and a file it matches', { kind: 'glob', tree: '', path: 'src/{core/a,cli}/x.ts' }, file('src/core/a/x.ts'), true],
    ['what is not there yet and a file in it', file('src/new'), file('src/new/index.ts'), true],
    ['a path as a file and as a folder', file('src/new'), { kind: 'folder', tree: '', path: 'src/new' }, true],
    ['what may become a folder and a pattern in it', file('src/new'), { kind: 'glob', tree: '', path: 'src/new/*.ts' }, true],
    ['a name and the same name', { kind: 'name', name: 'port:3000' }, { kind: 'name', name: 'port:3000' }, true],
    ['a name and a file of that name', { kind: 'name', name: 'name:a' }, file('a'), false],
    ['case twins where the file system folds', { kind: 'file', tree: '', path: 'A.ts', fold: 'a.ts' }, { kind: 'file', tree: '', path: 'a.TS', fold: 'a.ts' }, true],
    ['case twins where it does not', file('A.ts'), file('a.ts'), false],
  ]
  for (const [what, one, other, collide] of pairs) {
    it(`${what} ${collide ? 'collide' : 'do not collide'}, whichever comes first`, () => {
      for (const [first, second] of [[one, other], [other, one]] as const) {
        const table = two()
        granted(table.claim('alpha', first, { force: true }))
        const result = table.claim('beta', second, { force: true })
        assert.equal(isRefusal(result), collide, JSON.stringify(result))
      }
    })
  }

  it('grants the same path in another working tree and reports the overlap', () => {
    const table = two()
    granted(table.claim('alpha', file('a.ts')))
    const result = granted(table.claim('beta', file('a.ts', 'feat-x')))
    assert.equal(result.claims[0]!.overlaps.length, 1)
    assert.deepEqual(table.holderOf('a.ts', 'feat-x'), ['beta'])
  })

  it('claims several resources all or none', () => {
    const table = two()
    granted(table.claim('alpha', file('b')))
    refused(table.claim('beta', [file('a'), file('b')]), 'HELD')
    assert.deepEqual(table.holderOf('a'), [])
    table.release('alpha', file('b'))
    granted(table.claim('beta', [file('a'), file('b')]))
    assert.deepEqual([table.holderOf('a'), table.holderOf('b')], [['beta'], ['beta']])
  })

  it('takes the token of several claimed together for each of them, also where one was held before; an older one for none', () => {
    const table = two()
    const before = granted(table.claim('alpha', file('a')))
    const { token, claims } = granted(table.claim('alpha', [file('a'), file('b')]))
    assert.deepEqual(claims.map((claim) => claim.token), [before.token, token])
    assert.ok(token > before.token)
    assert.equal(table.checkIn('alpha', file('a'), { token }).ok, true)
    assert.equal(table.release('alpha', file('a'), token).ok, true)
    assert.equal((table.release('alpha', file('b'), before.token) as { reason: string }).reason, 'NOT_HELD')
    assert.equal((table.release('alpha', file('b'), 1_000_000) as { reason: string }).reason, 'NOT_HELD')
    assert.equal(table.release('alpha', file('b'), token).ok, true)
  })

  it('names files with unsaved changes of others, also where they are gone, and no other', () => {
    const table = two()
    table.checkIn('alpha', null, { unsaved: ['src/a', 'src/b'] })
    const texts = (agent: string, resource: ReturnType<typeof file>): string[] => granted(table.claim(agent, resource)).claims[0]!.overlaps.map((overlap) => `${(overlap as { resource: string }).resource}: ${(overlap as { text: string }).text}`)
    assert.deepEqual(texts('beta', { kind: 'folder', tree: '', path: 'src' }), ['src/a: alpha has unsaved changes in it', 'src/b: alpha has unsaved changes in it'])
    table.release('beta', { kind: 'folder', tree: '', path: 'src' })
    assert.deepEqual(texts('alpha', file('src/a')), [])
    table.checkIn('alpha', null, { unsaved: ['src/b'] })
    assert.deepEqual(texts('beta', file('src/c')), [])
    // Its editor gives the text back when it starts again.
    table.kill('alpha')
    assert.deepEqual(texts('beta', file('src/b')), ['src/b: alpha has unsaved changes in it'])
  })

  it('names files with unsaved changes in the tree that is claimed in: the same path in another one is another file', () => {
    const table = two()
    const texts = (path: string, tree: string): string[] => {
      const found = granted(table.claim('beta', { ...file(path), tree } as Resource)).claims[0]!.overlaps.map((overlap) => `${(overlap as { resource: string }).resource}: ${(overlap as { text: string }).text}`)
      table.release('beta', { ...file(path), tree } as Resource)
      return found
    }
    table.checkIn('alpha', null, { unsaved: ['feat-x//src/a', 'one.git/main//src/b', 'src/c'] })
    assert.deepEqual([['src/a', 'feat-x'], ['src/b', 'one.git/main'], ['src/c', '']].map(([path, tree]) => texts(path!, tree!)), ['src/a', 'src/b', 'src/c'].map((path) => [`${path}: alpha has unsaved changes in it`]))
    assert.deepEqual([texts('src/a', ''), texts('src/a', 'feat-y'), texts('src/c', 'feat-x')], [[], [], []])
  })

  it('asks for force before a pattern that covers everything', () => {
    const table = two()
    const globs = ['**', '*', '**/*.ts', '*/index.ts', '*.*', '?*', '?**', '{**,x}', '{src,*}/**', '{a,{b,*}}', `${'{a,b}'.repeat(20)}/x`].map((path): Resource => ({ kind: 'glob', tree: '', path }))
    for (const resource of [...globs, { kind: 'folder' as const, tree: '', path: '' }]) {
      assert.match(refused(table.claim('alpha', resource), 'TOO_BROAD').hint, /covers nearly everything/)
      granted(table.claim('alpha', resource, { force: true }))
    }
    for (const path of ['src/**', '{src,docs}/**', '*.md', 'test*/*', '?.ts']) granted(table.claim('alpha', { kind: 'glob', tree: '', path }))
  })
})

describe('taking over', () => {
  it('is refused while the holder lives, whatever is asked', () => {
    const table = two()
    granted(table.claim('alpha', file('a')))
    refused(table.claim('beta', file('a'), { takeOver: true, force: true }), 'NOT_STALE')
  })

  it('follows at once when the process of the holder is gone, and the holder is told', () => {
    const table = two()
    const { token } = granted(table.claim('alpha', file('a')))
    table.kill('alpha')
    assert.equal(refused(table.claim('beta', file('a')), 'HELD').stale, true)
    const taken = granted(table.claim('beta', file('a'), { takeOver: true }))
    assert.ok(taken.token > token)
    assert.equal(taken.claims[0]!.tookOverFrom, 'alpha')
    const told = [...table.state.messages.values()].find((message) => message.about?.act === 'taken')
    assert.deepEqual(told?.recipients, ['alpha'])
    assert.equal((table.release('alpha', file('a'), token) as { reason: string }).reason, 'TAKEN_OVER')
    assert.equal((table.checkIn('alpha', file('a'), { token }) as { reason: string }).reason, 'TAKEN_OVER')
    assert.deepEqual(table.holderOf('a'), ['beta'])
  })

  it('leaves a reloading window alone until its minute is over', () => {
    const table = two()
    granted(table.claim('alpha', file('a')))
    table.leave('alpha', MINUTE)
    table.kill('alpha')
    refused(table.claim('beta', file('a'), { takeOver: true }), 'NOT_STALE')
    table.pass(MINUTE)
    granted(table.claim('beta', file('a'), { takeOver: true }))
  })

  it('needs an unanswered challenge where the holder may live', () => {
    const table = two()
    granted(table.claim('alpha', file('a'), { ttl: MINUTE }))
    table.pass(2 * MINUTE)
    refused(table.claim('beta', file('a'), { takeOver: true }), 'CHALLENGED')
    const claims = table.challenge('beta', file('a'))
    assert.equal(claims.length, 1)
    refused(table.claim('beta', file('a'), { takeOver: true }), 'CHALLENGED')
    table.graceOver(claims)
    granted(table.claim('beta', file('a'), { takeOver: true }))
  })

  it('is off when the holder worked after the challenge', () => {
    const table = two()
    granted(table.claim('alpha', file('a'), { ttl: MINUTE }))
    table.pass(2 * MINUTE)
    const claims = table.challenge('beta', file('a'))
    table.checkIn('alpha', null)
    table.graceOver(claims)
    refused(table.claim('beta', file('a'), { takeOver: true }), 'NOT_STALE')
    table.pass(2 * MINUTE)
    refused(table.claim('beta', file('a'), { takeOver: true }), 'CHALLENGED')
  })

  it('of a command’s claim waits for lease and grace, with nobody to ask', () => {
    const table = two()
    granted(table.claim('alpha', file('a'), { ttl: 10 * MINUTE, attached: false }))
    table.pass(10.5 * MINUTE)
    assert.equal(refused(table.claim('beta', file('a'), { takeOver: true }), 'NOT_STALE').stale, true)
    table.pass(0.5 * MINUTE)
    granted(table.claim('beta', file('a'), { takeOver: true }))
  })

  it('of changes that are not committed needs a person or force', () => {
    const table = two()
    granted(table.claim('alpha', file('a')))
    table.kill('alpha')
    refused(table.claim('beta', file('a'), { takeOver: true, dirtyFiles: ['a'] }), 'DIRTY')
    table.join('maria', { kind: 'person' })
    granted(table.claim('maria', file('a'), { takeOver: true, dirtyFiles: ['a'] }))
  })

  it('does not happen by a timer’s sign of life: that shows presence, and renews nothing', () => {
    const table = two()
    granted(table.claim('alpha', file('a'), { ttl: MINUTE }))
    table.pass(2 * MINUTE)
    table.checkIn('alpha', null, { work: false })
    refused(table.claim('beta', file('a'), { takeOver: true }), 'CHALLENGED')
  })

  it('leaves the same token to a holder that comes back before anybody took over', () => {
    const table = two()
    const { token } = granted(table.claim('alpha', file('a'), { ttl: MINUTE }))
    table.pass(60 * MINUTE)
    assert.equal(granted(table.claim('alpha', file('a'))).token, token)
  })

  it('counts what its holder wrote into a file from when it wrote it, and not from when somebody read that', () => {
    const table = two()
    granted(table.claim('alpha', file('a'), { ttl: 30 * MINUTE, attached: false }))
    const say = (said: Omit<Said, 'agent'>) => table.run('alpha', takeInRule, { said: { agent: 'alpha', ...said } })
    table.pass(20 * MINUTE)
    const wrote = table.now
    table.pass(20 * MINUTE)
    const view = () => claimView(table.state, [...table.state.claims.values()][0]!, table.context('beta'))
    // Read twenty minutes later: its lease goes on from then.
    say({ fields: { progress: 40 }, at: wrote })
    assert.equal(Date.parse(view().expiresAt), wrote + 30 * MINUTE)
    assert.equal(view().stale, false)
    for (const late of [{ fields: { progress: 50 } }, { log: 'half of it' }, { message: { to: 'beta', subject: 's', body: 'b', priority: 'normal', kind: 'note' } }] as const) {
      table.pass(60 * MINUTE)
      say({ ...late, at: wrote })
      assert.equal(view().stale, true, JSON.stringify(late))
    }
    // Nor does it take anything off what is newer.
    granted(table.claim('alpha', file('a'), { attached: false }))
    const renewed = table.now
    table.pass(10 * MINUTE)
    say({ log: 'long ago', at: wrote })
    assert.equal(Date.parse(view().expiresAt), renewed + 30 * MINUTE)
    say({ fields: { progress: 60 } })
    assert.equal(Date.parse(view().expiresAt), table.now + 30 * MINUTE)
  })

  it('is not made impossible by a renewal dated in the future', () => {
    const table = two()
    const honest = table.now
    table.boot = 'other/1'
    table.now = honest + 45 * 365 * 24 * 60 * MINUTE
    granted(table.claim('alpha', file('a'), { ttl: MINUTE, attached: false }))
    table.boot = 'boot/1'
    table.now = honest
    refused(table.claim('beta', file('a'), { takeOver: true }), 'CHALLENGED')
    table.graceOver(table.challenge('beta', file('a')))
    granted(table.claim('beta', file('a'), { takeOver: true }))
  })

  it('does not follow from a clock that is off, for the claim of a command on another machine', () => {
    const table = two()
    table.boot = 'other/1'
    table.now += 90_000
    granted(table.claim('alpha', file('a'), { ttl: 10 * MINUTE, attached: false }))
    table.boot = 'boot/1'
    table.now -= 90_000
    refused(table.claim('beta', file('a'), { takeOver: true }), 'CHALLENGED')
    const claims = table.challenge('beta', file('a'))
    table.checkIn('alpha', file('a'))
    table.graceOver(claims)
    assert.ok(isRefusal(table.claim('beta', file('a'), { takeOver: true })))
  })

  it('of a process’s claim is not made easier by a command of the same agent', () => {
    const table = two()
    granted(table.claim('alpha', file('a'), { ttl: MINUTE }))
    granted(table.claim('alpha', file('a'), { ttl: MINUTE, attached: false }))
    table.pass(60 * MINUTE)
    refused(table.claim('beta', file('a'), { takeOver: true }), 'CHALLENGED')
  })

  it('waits for one challenge, whoever asked first, each for a grace period of its own', () => {
    const table = two()
    table.join('gamma')
    granted(table.claim('alpha', file('a'), { ttl: MINUTE }))
    table.pass(2 * MINUTE)
    const claims = table.challenge('beta', file('a'))
    const before = table.commits.length
    assert.deepEqual(table.challenge('gamma', file('a')), claims)
    assert.equal(table.commits.length, before)
  })
})

describe('waiting', () => {
  it('grants to the first living waiter in the releasing commit, and tells it', () => {
    const table = two()
    table.join('gamma')
    table.join('delta')
    granted(table.claim('alpha', file('a')))
    for (const agent of ['beta', 'gamma', 'delta']) table.claim(agent, file('a'), { wait: true })
    table.kill('beta')
    const before = table.commits.length
    assert.deepEqual(table.release('alpha', file('a')), { ok: true, resource: 'a', grantedTo: ['gamma'] })
    assert.equal(table.commits.length, before + 1)
    assert.deepEqual(table.holderOf('a'), ['gamma'])
    assert.deepEqual([...table.state.waits.values()].map((wait) => wait.agent), ['delta'])
    assert.equal([...table.state.messages.values()].filter((message) => message.about?.act === 'granted' && message.to === 'gamma').length, 1)
  })

  it('serves urgent requests first, then in the order they came', () => {
    const table = two()
    table.join('gamma')
    granted(table.claim('alpha', file('a')))
    table.claim('beta', file('a'), { wait: true })
    table.claim('gamma', file('a'), { wait: true, priority: 'urgent' })
    table.release('alpha', file('a'))
    assert.deepEqual(table.holderOf('a'), ['gamma'])
  })

  it('grants a set at once and holds nothing of it before', () => {
    const table = two()
    table.join('gamma')
    granted(table.claim('alpha', file('a')))
    granted(table.claim('gamma', file('b')))
    table.claim('beta', [file('a'), file('b')], { wait: true })
    table.release('alpha', file('a'))
    assert.deepEqual(table.holderOf('a'), [])
    table.join('delta')
    refused(table.claim('delta', file('a')), 'QUEUED')
    table.release('gamma', file('b'))
    assert.deepEqual([table.holderOf('a'), table.holderOf('b')], [['beta'], ['beta']])
  })

  it('refuses a cycle', () => {
    const table = two()
    granted(table.claim('alpha', file('a')))
    granted(table.claim('beta', file('b')))
    table.claim('alpha', file('b'), { wait: true })
    refused(table.claim('beta', file('a'), { wait: true }), 'DEADLOCK')
  })

  it('gives up its places in line for whatever a lock keeps it waiting for, and the next is served', () => {
    const table = two()
    table.join('gamma')
    table.claim('alpha', file('a'))
    table.claim('beta', [file('a'), file('b')], { wait: true })
    table.claim('gamma', file('b'), { wait: true })
    assert.equal(refused(table.run('gamma', stopWaitingRule, { resource: file('a') }), 'NOT_WAITING').hint, 'You are not in line for a.')
    assert.deepEqual(table.run('beta', stopWaitingRule, { resource: file('a') }), { ok: true, resource: 'a', left: 1 })
    assert.equal(table.state.waits.size, 0)
    assert.ok(exactClaim(table.state, 'gamma', file('b')))
  })

  it('gives a grant from the queue half a minute to be taken up', () => {
    const table = two()
    table.join('gamma')
    granted(table.claim('alpha', file('a')))
    table.claim('beta', file('a'), { wait: true, attached: false })
    table.release('alpha', file('a'))
    table.pass(29_000)
    refused(table.claim('gamma', file('a')), 'HELD')
    table.checkIn('beta', file('a'))
    table.pass(31_000)
    assert.equal(refused(table.claim('gamma', file('a')), 'HELD').stale, false)
  })

  it('leaves nothing in anybody’s way that was not taken up in time, but for those next in line', () => {
    const table = two()
    for (const name of ['gamma', 'delta']) table.join(name)
    const first = granted(table.claim('alpha', file('a'))).token
    table.claim('beta', file('a'), { wait: true, attached: false })
    table.release('alpha', file('a'))
    assert.deepEqual(table.holderOf('a'), ['beta'])
    table.claim('delta', file('a/b'), { wait: true })
    table.pass(31_000)
    table.checkIn('beta', null)
    refused(table.claim('gamma', file('a')), 'QUEUED')
    table.kill('delta')
    assert.ok(granted(table.claim('gamma', file('a'))).token > first + 1)
    assert.deepEqual(table.holderOf('a'), ['gamma'])
    assert.equal([...table.state.messages.values()].some(({ about }) => about?.act === 'taken'), false)
  })

  it('is over with the process that stands by, whatever its agent says meanwhile', () => {
    const table = two()
    table.join('gamma')
    granted(table.claim('alpha', file('a')))
    const place = { pid: 7, start: '1', boot: table.boot, machine: 'm' }
    table.claim('beta', file('a'), { wait: true, attached: false, patience: 90_000, process: place })
    table.claim('gamma', file('a'), { wait: true })
    table.ended.add(7)
    table.checkIn('beta', null)
    assert.equal(refused(table.claim('beta', file('a'), { wait: true, attached: false, patience: 90_000, process: { ...place, pid: 8 } }), 'QUEUED').queued, 2)
    assert.deepEqual(table.release('alpha', file('a')), { ok: true, resource: 'a', grantedTo: ['gamma'] })
    table.release('gamma', file('a'))
    assert.deepEqual(table.holderOf('a'), ['beta'])
  })

  it('passes on what was granted to somebody who did not take it up', () => {
    const table = two()
    table.join('gamma')
    granted(table.claim('alpha', file('a')))
    table.claim('beta', file('a'), { wait: true, attached: false })
    table.claim('gamma', file('a'), { wait: true })
    table.release('alpha', file('a'))
    assert.deepEqual(table.holderOf('a'), ['beta'])
    table.pass(31_000)
    table.sweep()
    assert.deepEqual(table.holderOf('a'), ['gamma'])
  })

  it('is not new to who shares what it held alone, though another gets it by that', () => {
    const table = two()
    const { token } = granted(table.claim('alpha', file('a')))
    table.claim('beta', file('a'), { wait: true, mode: 'shared' })
    const again = granted(table.claim('alpha', file('a'), { mode: 'shared' }))
    assert.deepEqual([again.token, again.claims[0]!.renewed, table.state.claims.size], [token, true, 2])
  })

  it('lets others in when the first in line leaves, dies, or a claim becomes shared', () => {
    for (const change of ['cancel', 'kill', 'share'] as const) {
      const table = two()
      table.join('gamma')
      granted(table.claim('alpha', file('a'), { mode: change === 'share' ? 'exclusive' : 'shared' }))
      if (change !== 'share') table.claim('beta', file('a'), { wait: true })
      table.claim('gamma', file('a'), { wait: true, mode: 'shared' })
      assert.deepEqual(table.holderOf('a'), ['alpha'])
      if (change === 'cancel') table.cancelWait('beta', file('a'))
      if (change === 'share') table.claim('alpha', file('a'), { mode: 'shared' })
      if (change === 'kill') {
        table.kill('beta')
        table.sweep()
      }
      assert.deepEqual(table.holderOf('a'), ['alpha', 'gamma'], change)
    }
  })

  it('is lost by a command that no longer stands by, whatever else its agent does', () => {
    const table = two()
    granted(table.claim('alpha', file('a')))
    table.claim('beta', file('a'), { wait: true, attached: false, patience: 90_000 })
    table.pass(91_000)
    table.checkIn('beta', null)
    table.release('alpha', file('a'))
    assert.deepEqual(table.holderOf('a'), [])
  })

  it('refuses a cycle through those ahead in line', () => {
    const table = two()
    table.join('gamma')
    granted(table.claim('alpha', file('g')))
    granted(table.claim('gamma', file('h')))
    table.claim('beta', [file('f'), file('g')], { wait: true })
    refused(table.claim('alpha', file('f'), { wait: true }), 'DEADLOCK')
  })

  it('counts those who wait for the same, and no others', () => {
    const table = two()
    granted(table.claim('alpha', [file('x'), file('y'), file('z')]))
    for (const name of ['gamma', 'delta', 'epsilon']) table.join(name)
    const place = (agent: string, ...paths: string[]): number | undefined => refused(table.claim(agent, paths.map((path) => file(path)), { wait: true }), 'QUEUED').queued
    assert.deepEqual([place('beta', 'x'), place('gamma', 'y'), place('delta', 'y'), place('epsilon', 'x', 'z')], [1, 1, 2, 2])
    assert.equal(place('delta', 'y'), 2)
    table.release('alpha', file('y'))
    assert.equal(place('delta', 'y'), 1)
  })

  it('is shown with a lock: who waits in the order they are served, each once, and the reader\'s own place among those who want the same', () => {
    const table = two()
    for (const name of ['gamma', 'delta']) table.join(name)
    granted(table.claim('alpha', { kind: 'folder', tree: '', path: 'src' }))
    refused(table.claim('beta', file('src/x'), { wait: true }), 'QUEUED')
    refused(table.claim('beta', file('src/y'), { wait: true }), 'QUEUED')
    refused(table.claim('gamma', file('src/y'), { wait: true }), 'QUEUED')
    refused(table.claim('delta', file('src/y'), { wait: true, priority: 'urgent' }), 'QUEUED')
    const shown = (agent: string): { waiters: string[]; place?: number } => {
      const { waiters, place } = claimView(table.state, [...table.state.claims.values()][0]!, table.context(agent))
      return { waiters, ...(place !== undefined && { place }) }
    }
    const waiters = ['delta', 'beta', 'gamma']
    assert.deepEqual(['delta', 'beta', 'gamma', 'alpha'].map(shown), [{ waiters, place: 1 }, { waiters, place: 1 }, { waiters, place: 3 }, { waiters }])
  })

  it('may be asked for together with taking over', () => {
    const table = two()
    granted(table.claim('alpha', file('a')))
    assert.ok(!('hint' in table.claim('beta', file('a'), { wait: true, takeOver: true })) || table.state.waits.size === 1)
    assert.equal(table.state.waits.size, 1)
  })

  it('for what one shares already ends when it is one’s own alone, and is told like any other grant', () => {
    const table = two()
    const { token } = granted(table.claim('alpha', file('a'), { mode: 'shared' }))
    granted(table.claim('beta', file('a'), { mode: 'shared' }))
    assert.equal(refused(table.claim('alpha', file('a'), { wait: true }), 'QUEUED').queued, 1)
    assert.equal(refused(table.claim('alpha', file('a'), { wait: true }), 'QUEUED').queued, 1)
    assert.deepEqual([...table.state.claims.values()].map(({ mode }) => mode), ['shared', 'shared'])
    refused(table.claim('beta', file('a'), { wait: true }), 'DEADLOCK')
    assert.deepEqual(table.release('beta', file('a')), { ok: true, resource: 'a', grantedTo: ['alpha'] })
    assert.deepEqual([...table.state.claims.values()].map((claim) => [claim.holder, claim.mode, claim.token]), [['alpha', 'exclusive', token]])
    assert.equal([...table.state.messages.values()].filter((message) => message.about?.act === 'granted' && message.to === 'alpha').length, 1)
    assert.equal(table.state.waits.size, 0)
  })

  it('for what one shares already goes on when somebody hands on his share of it', () => {
    const table = two()
    table.join('gamma')
    for (const agent of ['alpha', 'beta', 'gamma']) granted(table.claim(agent, file('a'), { mode: 'shared' }))
    table.claim('alpha', file('a'), { wait: true })
    assert.ok(!isRefusal(table.run('beta', handOffRule, { to: 'alpha', claims: [file('a')], message: '', priority: 'normal' })))
    assert.equal(table.state.waits.size, 1)
    table.release('gamma', file('a'))
    assert.deepEqual([...table.state.claims.values()].map((claim) => [claim.holder, claim.mode]), [['alpha', 'exclusive']])
  })

  it('can be left', () => {
    const table = two()
    granted(table.claim('alpha', file('a')))
    table.claim('beta', file('a'), { wait: true })
    assert.equal(table.cancelWait('beta', file('a')), true)
    table.release('alpha', file('a'))
    assert.deepEqual(table.holderOf('a'), [])
  })
})
