import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addressOf, inEditor, Overlaps, pathOf, resourceOf, treeRoot } from '../../../src/vscode/resources.js'
import { overlaps as meet } from '../../../src/core/model/overlap.js'
import { claim } from './fakes.js'

describe('places of locks', () => {
  let base: string
  let main: string
  let tree: string

  before(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'muster-places-')))
    main = join(base, 'main')
    tree = join(base, 'elsewhere')
    const git = (...args: string[]): unknown => execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: base, stdio: 'ignore' })
    git('init', main)
    git('-C', main, 'commit', '--allow-empty', '-m', 'x')
    git('-C', main, 'worktree', 'add', tree)
  })
  after(() => rmSync(base, { recursive: true, force: true }))

  it('finds working trees by their id from any of them', () => {
    assert.equal(treeRoot(main, ''), main)
    assert.equal(treeRoot(main, 'elsewhere'), tree)
    assert.equal(treeRoot(tree, 'elsewhere'), tree)
    assert.equal(treeRoot(tree, ''), main)
    assert.equal(treeRoot(main, 'gone'), undefined)
    assert.equal(treeRoot(base, ''), base)
  })

  it('names a lock so that it is the same one from any tree', () => {
    assert.equal(addressOf(claim({ resource: 'src/a.ts', tree: 'elsewhere' }), main), join(tree, 'src/a.ts'))
    assert.equal(addressOf(claim({ resource: 'port:3000', kind: 'name' }), main), 'port:3000')
  })

  it('knows the file of a lock, if it has one', () => {
    assert.equal(pathOf(claim({ resource: 'src/', kind: 'folder' }), main), join(main, 'src'))
    assert.equal(pathOf(claim({ resource: 'src/a.ts#Router.handle', kind: 'symbol' }), main), join(main, 'src/a.ts'))
    assert.equal(pathOf(claim({ resource: 'src/*.ts', kind: 'glob' }), main), undefined)
    assert.equal(pathOf(claim({ resource: 'name:build', kind: 'name' }), main), undefined)
    assert.equal(inEditor('C:\\Work\\A.ts'), 'c:\\Work\\A.ts')
    for (const path of ['c:\\Work', '/home/C:/a.ts', '\\\\server\\share']) assert.equal(inEditor(path), path)
    for (const resource of ['../outside.ts', 'src/../../outside.ts', '../main-other/a.ts', '..']) assert.equal(pathOf(claim({ resource }), main), undefined, resource)
  })

  it('reads resources back from how they are shown', () => {
    assert.deepEqual(resourceOf(claim({ resource: './', kind: 'folder' })), { kind: 'folder', tree: '', path: '' })
    assert.deepEqual(resourceOf(claim({ resource: 'a#b.ts#C', kind: 'symbol' })), { kind: 'symbol', tree: '', path: 'a#b.ts', symbol: 'C' })
  })

  it('finds overlaps in other trees only, by others only', () => {
    const mine = claim({ resource: 'src/a.ts', heldBy: 'me' })
    const others = [claim({ resource: 'src/', kind: 'folder', tree: 'x' }), claim({ resource: 'src/a.ts', tree: 'x', heldBy: 'me' }), claim({ resource: 'src/a.ts', mode: 'shared' }), claim({ resource: 'b.ts', tree: 'x' })]
    assert.deepEqual(new Overlaps([mine, ...others]).of(mine).map((one) => one.resource), ['src/'])
  })

  it('finds the same overlaps by place as by comparing each with each', () => {
    const kinds = { 'src/a.ts': 'file', 'src/': 'folder', 'src/*.ts': 'glob', '**': 'glob', 'src/a.ts#A.b': 'symbol', './': 'folder', 'lib/b.ts': 'file', 'port:1': 'name' } as const
    const claims = ['', 'x', 'y'].flatMap((tree) => Object.entries(kinds).map(([resource, kind], index) => claim({ resource, kind, tree, heldBy: `h${index}${tree}` })))
    const overlaps = new Overlaps(claims)
    const key = (one: { tree: string; resource: string }): string => `${one.tree} ${one.resource}`
    for (const one of claims) {
      const expected = claims.filter((other) => other.tree !== one.tree && one.kind !== 'name' && other.kind !== 'name' && meet(resourceOf(one), resourceOf(other)))
      assert.deepEqual(overlaps.of(one).map(key).sort(), expected.map(key).sort(), key(one))
    }
  })
})
