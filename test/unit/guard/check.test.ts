import assert from 'node:assert/strict'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentView, ClaimView } from '../../../src/core/model/operations.js'
import { exactNames } from '../../../src/core/names.js'
import { pushedChanges, stagedChanges } from '../../../src/guard/changes.js'
import { heldByOthers, type GuardFacts, type Held } from '../../../src/guard/check.js'
import { Sandbox, git } from '../system/sandbox.js'

const since = '2026-03-01T12:00:00.000Z'
const lock = (resource: string, more: Partial<ClaimView> = {}): ClaimView => ({
  resource, kind: 'file', tree: '', heldBy: 'claude-1', holderName: 'claude-1', mine: false, mode: 'exclusive', token: 1, since, expiresAt: since, presence: 'live', stale: false, waiters: [], ...more,
})
const agent = (id: string, parent?: string): AgentView => ({ id, ...(parent !== undefined && { parent }) }) as AgentView

function held(claims: readonly ClaimView[], paths: readonly string[], facts: Partial<GuardFacts> = {}): string[] {
  const found = heldByOthers({ changes: paths.map((path) => ({ path })), claims, agents: [agent('ada'), agent('claude-1')], tree: '', me: 'ada', names: exactNames, ...facts })
  return found.map(({ file, heldBy }: Held) => `${file} ${heldBy}`)
}

describe('what a commit may not touch', () => {
  it('is what others hold in its tree: files, folders, patterns and parts of files', () => {
    const claims = [lock('a.ts'), lock('lib/', { kind: 'folder' }), lock('docs/**/*.md', { kind: 'glob' }), lock('src/r.ts#Router.handle', { kind: 'symbol' })]
    assert.deepEqual(held(claims, ['a.ts', 'b.ts', 'lib/x/y.ts', 'library.ts', 'docs/a/b.md', 'docs/a.txt', 'src/r.ts']), ['a.ts claude-1', 'lib/x/y.ts claude-1', 'docs/a/b.md claude-1', 'src/r.ts claude-1'])
    assert.deepEqual(held([lock('./', { kind: 'folder', resource: '.' })], ['any/thing']), ['any/thing claude-1'])
  })

  it('is not what is shared, in another tree, a name, or one\'s own', () => {
    assert.deepEqual(held([lock('a.ts', { mode: 'shared' }), lock('a.ts', { tree: 'feat' }), lock('a.ts', { kind: 'name' }), lock('a.ts', { heldBy: 'ada' })], ['a.ts']), [])
  })

  it('tells what agents under the one who commits hold, however deep, even if the parents go round', () => {
    const under = (facts: Partial<GuardFacts>): boolean[] => heldByOthers({ changes: [{ path: 'a.ts' }, { path: 'b.ts' }], claims: [lock('a.ts'), lock('b.ts', { heldBy: 'sub' })], agents: [], tree: '', me: 'ada', names: exactNames, ...facts }).map((one) => one.under)
    assert.deepEqual(under({ agents: [agent('ada', 'sub'), agent('claude-1', 'ada'), agent('sub', 'claude-1')] }), [true, true])
    assert.deepEqual(under({ agents: [agent('claude-1', 'x'), agent('x', 'claude-1')] }), [false, false])
    assert.deepEqual(under({ agents: [agent('claude-1', 'ada'), agent('sub', 'claude-1')], me: '' }), [false, false])
    assert.deepEqual(under({ agents: [agent('sub', 'claude-1')], me: 'claude-1' }), [true])
  })

  it('is judged by how the file system takes names', () => {
    assert.deepEqual(held([lock('Src/A.ts')], ['src/a.ts']), [])
    assert.deepEqual(held([lock('Src/A.ts')], ['src/a.ts'], { names: { letters: 'full', forms: 'exact' } }), ['src/a.ts claude-1'])
  })

  it('is, of what was committed already, only what was locked before', () => {
    const at = Date.parse(since)
    const changes = [{ path: 'a.ts', committed: at - 1 }, { path: 'b.ts', committed: at }]
    assert.deepEqual(held([lock('a.ts'), lock('b.ts')], [], { changes }), ['b.ts claude-1'])
  })

  it('names a file once, however many commits touch it', () => {
    const at = Date.parse(since)
    const changes = [{ path: 'a.ts', committed: at - 1 }, { path: 'a.ts', committed: at + 1 }, { path: 'b.ts', committed: at + 1 }, { path: 'a.ts', committed: at + 2 }]
    assert.deepEqual(held([lock('a.ts'), lock('b.ts')], [], { changes }), ['a.ts claude-1', 'b.ts claude-1'])
  })
})

describe('what git is about to commit and push', () => {
  let sandbox: Sandbox
  let root: string
  beforeEach(() => {
    sandbox = new Sandbox()
    root = sandbox.repository()
  })
  afterEach(() => sandbox.dispose())
  const staged = (): string[] => stagedChanges(root).map(({ path }) => path).sort()

  it('names both ends of a rename, and what is deleted, with any name', () => {
    writeFileSync(join(root, 'src', 'a.ts'), 'one\ntwo\nthree\n')
    mkdirSync(join(root, 'docs'))
    writeFileSync(join(root, 'docs', 'ä "quoted"\tname\n.md'), 'x')
    git(root, 'add', '.')
    assert.deepEqual(staged(), ['docs/ä "quoted"\tname\n.md', 'src/a.ts'])
    git(root, 'commit', '-qm', 'two')
    git(root, 'mv', 'src/a.ts', 'src/b.ts')
    rmSync(join(root, 'docs'), { recursive: true })
    git(root, 'add', '-A')
    assert.deepEqual(staged(), ['docs/ä "quoted"\tname\n.md', 'src/a.ts', 'src/b.ts'])
  })

  it('works before the first commit, and when nothing is staged', () => {
    assert.deepEqual(staged(), [])
    git(sandbox.base, 'init', '-q', 'new')
    sandbox.put('new/first.ts', '1')
    git(sandbox.path('new'), 'add', '.')
    assert.deepEqual(stagedChanges(sandbox.path('new')), [{ path: 'first.ts' }])
  })

  it('names of a merge what it changes itself, and not what it only brings in', () => {
    const commit = (text: string, ...files: string[]): void => {
      for (const file of files) writeFileSync(join(root, file), text)
      git(root, 'add', '.')
      git(root, 'commit', '-qm', text)
    }
    git(root, 'checkout', '-qb', 'side')
    commit('side', 'side.ts')
    git(root, 'checkout', '-q', 'main')
    commit('main', 'main.ts')
    git(root, 'merge', '-q', '--no-ff', '--no-commit', 'side')
    assert.deepEqual(staged(), ['side.ts'])
    commit('slipped in', 'src/a.ts', 'main.ts')
    git(root, 'update-ref', 'refs/remotes/origin/main', 'HEAD^1')
    git(root, 'update-ref', 'refs/remotes/origin/side', 'HEAD^2')
    assert.deepEqual(pushedChanges(root, `refs/heads/main HEAD refs/heads/main ${'0'.repeat(40)}\n`, 0).map(({ path }) => path).sort(), ['main.ts', 'src/a.ts'])
  })

  it('lists what the remote does not have, since a time', () => {
    git(sandbox.base, 'clone', '-q', '--bare', root, 'remote.git')
    git(root, 'remote', 'add', 'origin', sandbox.path('remote.git'))
    git(root, 'fetch', '-q', 'origin')
    const line = (): string => `refs/heads/main HEAD refs/heads/main ${'0'.repeat(40)}\n`
    assert.deepEqual(pushedChanges(root, line(), 0), [])
    writeFileSync(join(root, 'b.ts'), '1')
    git(root, 'add', '.')
    git(root, 'commit', '-qm', 'two')
    git(root, 'mv', 'b.ts', 'c.ts')
    git(root, 'commit', '-qm', 'three')
    const changed = pushedChanges(root, line(), 0)
    assert.deepEqual(changed.map(({ path }) => path).sort(), ['b.ts', 'b.ts', 'c.ts'])
    for (const { committed } of changed) assert.ok(committed !== undefined && committed % 1000 === 0)
    assert.deepEqual(pushedChanges(root, line(), Date.now() + 60_000), [])
    assert.deepEqual(pushedChanges(root, `(delete) ${'0'.repeat(40)} refs/heads/old ${'1'.repeat(40)}\n`, 0), [])
    assert.deepEqual(pushedChanges(root, '', 0), [])
  })
})
