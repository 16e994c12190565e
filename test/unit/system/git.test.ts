import assert from 'node:assert/strict'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Resource } from '../../../src/core/model/resource.js'
import { uncommittedFiles } from '../../../src/core/system/git.js'
import { treeOf, type Tree } from '../../../src/core/system/locate.js'
import { git, Sandbox } from './sandbox.js'

const file = (path: string, tree = ''): Resource => ({ kind: 'file', tree, path })
const folder = (path: string, tree = ''): Resource => ({ kind: 'folder', tree, path })

describe('uncommitted files', () => {
  let sandbox: Sandbox
  let root: string
  let feat: string
  let tree: Tree
  const path = process.env['PATH']

  beforeEach(() => {
    sandbox = new Sandbox()
    root = sandbox.repository()
    feat = sandbox.path('feat')
    git(root, 'worktree', 'add', '-q', '-b', 'feat-x', feat)
    tree = treeOf(root)!
  })
  afterEach(() => {
    process.env['PATH'] = path
    delete process.env['GIT_DIR']
    sandbox.dispose()
  })

  it('are those under the resources: changed, new, renamed, of files, folders, patterns and symbols', async () => {
    sandbox.put('repo/src/a.ts', 'x')
    sandbox.put('repo/src/new/deep.ts')
    sandbox.put('repo/other.md')
    assert.deepEqual(await uncommittedFiles(tree, [file('src/a.ts')]), ['src/a.ts'])
    assert.deepEqual(await uncommittedFiles(tree, [folder('src')]), ['src/a.ts', 'src/new/deep.ts'])
    assert.deepEqual(await uncommittedFiles(tree, [{ kind: 'glob', tree: '', path: '**/*.md' }]), ['other.md'])
    assert.deepEqual(await uncommittedFiles(tree, [{ kind: 'glob', tree: '', path: 'src/*.ts' }]), ['src/a.ts'])
    assert.deepEqual(await uncommittedFiles(tree, [{ kind: 'symbol', tree: '', path: 'src/a.ts', symbol: 'A' }]), ['src/a.ts'])
    assert.deepEqual(await uncommittedFiles(tree, [file('src/clean.ts'), { kind: 'name', name: 'name:build' }]), [])
    assert.deepEqual(await uncommittedFiles(tree, []), [])
    git(root, 'mv', 'src/a.ts', 'src/b.ts')
    assert.deepEqual(await uncommittedFiles(tree, [file('src/b.ts')]), ['src/b.ts'])
    assert.deepEqual(await uncommittedFiles(tree, [file('src/a.ts')]), ['src/a.ts'])
  })

  it('are looked for in the tree of each resource, and name it', async () => {
    sandbox.put('feat/src/a.ts', 'x')
    assert.deepEqual(await uncommittedFiles(tree, [file('src/a.ts')]), [])
    assert.deepEqual(await uncommittedFiles(tree, [file('src/a.ts', 'feat')]), ['src/a.ts [feat]'])
    sandbox.put('repo/src/a.ts', 'x')
    assert.deepEqual(await uncommittedFiles(tree, [file('src/a.ts'), file('src/a.ts', 'feat')]), ['src/a.ts', 'src/a.ts [feat]'])
    assert.deepEqual(await uncommittedFiles(treeOf(feat)!, [file('src/a.ts'), file('src/a.ts', 'feat')]), ['src/a.ts [main tree]', 'src/a.ts'])
  })

  it('of names that are easily misread are found', async () => {
    const names = ['a b.ts', '[id].tsx', ':(top)x', '-v', 'quo"te', '\u00e9.ts', 'nfd-e\u0301.ts', 'star*', 'what?']
    for (const name of names) sandbox.put(`repo/${name}`)
    for (const name of names) assert.deepEqual(await uncommittedFiles(tree, [file(name.normalize('NFC'))]), [name], name)
    assert.deepEqual(await uncommittedFiles(tree, Array.from({ length: 200 }, (_, index) => file(`file-${index}`)).concat(file('a b.ts'))), ['a b.ts'])
  })

  it('of a repository within the tree are seen as that repository', async () => {
    const sub = sandbox.submodule()
    const above = treeOf(sandbox.path('super'))!
    assert.deepEqual(await uncommittedFiles(above, [file('sub/src/a.ts')]), [])
    writeFileSync(join(sub, 'src/a.ts'), 'x')
    assert.deepEqual(await uncommittedFiles(above, [file('sub/src/a.ts')]), ['sub'])
    mkdirSync(join(root, 'nested'))
    git(join(root, 'nested'), 'init', '-q')
    sandbox.put('repo/nested/x')
    assert.deepEqual(await uncommittedFiles(tree, [file('nested/x')]), ['nested/'])
  })

  it('are not the files of another tree that lies within', async () => {
    git(root, 'worktree', 'add', '-q', '-b', 'inner', join(root, '.trees/inner'))
    sandbox.put('repo/.trees/inner/src/a.ts', 'x')
    assert.deepEqual(await uncommittedFiles(tree, [folder('')]), [])
    assert.deepEqual(await uncommittedFiles(tree, [file('src/a.ts', 'inner')]), ['src/a.ts [inner]'])
  })

  it('are unknown where git cannot be asked or refuses', async () => {
    process.env['PATH'] = sandbox.path('empty')
    assert.equal(await uncommittedFiles(tree, [file('src/a.ts')]), 'unknown')
    process.env['PATH'] = path
    sandbox.put('repo/.git/config', '[core\nbroken')
    assert.equal(await uncommittedFiles(tree, [file('src/a.ts')]), 'unknown')
  })

  it('are unknown while a tree is away, and none once git forgot it', async () => {
    renameSync(feat, sandbox.path('away'))
    assert.equal(await uncommittedFiles(tree, [file('src/a.ts', 'feat')]), 'unknown')
    git(root, 'worktree', 'prune')
    assert.deepEqual(await uncommittedFiles(tree, [file('src/a.ts', 'feat')]), [])
  })

  it('are none outside git', async () => {
    const plain: Tree = { root: sandbox.path('plain'), id: '', gitDir: undefined, commonDir: undefined }
    mkdirSync(plain.root)
    assert.deepEqual(await uncommittedFiles(plain, [file('a'), file('b', 'feat')]), [])
  })

  it('are those of the tree, whatever the variables of a git hook say', async () => {
    sandbox.put('feat/src/a.ts', 'x')
    process.env['GIT_DIR'] = join(root, '.git')
    assert.deepEqual(await uncommittedFiles(treeOf(feat)!, [file('src/a.ts', 'feat')]), ['src/a.ts'])
    rmSync(join(feat, 'src/a.ts'))
    assert.deepEqual(await uncommittedFiles(tree, [file('src/a.ts')]), [])
  })
})
