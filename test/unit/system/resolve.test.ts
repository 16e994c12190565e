import assert from 'node:assert/strict'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { exactNames, type NameRules } from '../../../src/core/names.js'
import { resourceKey, resourceLabel, type Resource } from '../../../src/core/model/resource.js'
import { branchOf, treeOf } from '../../../src/core/system/locate.js'
import { resolveResource } from '../../../src/core/system/resolve.js'
import { git, Sandbox } from './sandbox.js'

let sandbox: Sandbox
let base: string
beforeEach(() => {
  sandbox = new Sandbox()
  base = sandbox.base
})
afterEach(() => sandbox.dispose())

function at(directory: string, text: string, names = exactNames): Resource {
  const tree = treeOf(directory) ?? { root: directory, id: '', gitDir: undefined, commonDir: undefined }
  return resolveResource(text, { tree, base: directory, names })
}

describe('a resource', () => {
  it('is the same for every spelling of one file', () => {
    const root = sandbox.repository()
    sandbox.put('repo/src/\u00e9.ts')
    symlinkSync('src', join(root, 'link'))
    const spellings: [string, string][] = [
      [root, 'src/a.ts'],
      [root, './src/../src/a.ts'],
      [root, 'link/a.ts'],
      [join(root, 'src'), 'a.ts'],
      [join(root, 'src'), '../src//a.ts'],
      [base, join(root, 'src/a.ts')],
    ]
    const tree = treeOf(root)!
    const keys = spellings.map(([from, text]) => resourceKey(resolveResource(text, { tree, base: from, names: exactNames })))
    assert.equal(new Set(keys).size, 1)
    assert.equal(resourceKey(at(root, 'src/e\u0301.ts')), resourceKey(at(root, 'src/\u00e9.ts')))
    const folding: NameRules = { letters: 'full', forms: 'same' }
    assert.equal(resourceKey(at(root, 'SRC/A.ts', folding)), resourceKey(at(root, 'src/a.TS', folding)))
    assert.equal(resourceKey(at(root, join(base, 'REPO/src/a.ts'), folding)), resourceKey(at(root, 'src/a.ts', folding)))
  })

  it('keeps apart two files whose names differ in their Unicode form only', () => {
    const root = sandbox.repository()
    const [composed, decomposed] = ['d/\u00e9.ts', 'd/e\u0301.ts']
    const keyOf = (text: string): string => resourceKey(at(root, text))
    assert.equal(keyOf(composed), keyOf(decomposed), 'before there is any')
    sandbox.put(`repo/${decomposed}`)
    assert.equal(keyOf(composed), keyOf(decomposed), 'while there is one')
    sandbox.put(`repo/${composed}`)
    assert.notEqual(keyOf(composed), keyOf(decomposed), 'once there are both')
    sandbox.put('repo/\u00e9/x')
    sandbox.put('repo/e\u0301/y')
    assert.notEqual(keyOf('\u00e9/new'), keyOf('e\u0301/new'), 'in folders of which there are both')
  })

  it('is where its symlinks lead, before that is there and above it', () => {
    const root = sandbox.repository()
    sandbox.put('repo/deep/er/b.ts')
    symlinkSync('deep/er', join(root, 'er'))
    symlinkSync('src/new.ts', join(root, 'soon'))
    symlinkSync('../elsewhere', join(root, 'out'))
    symlinkSync('round', join(root, 'round'))
    assert.deepEqual(at(root, 'er/../a.ts'), { kind: 'file', tree: '', path: 'deep/a.ts' })
    assert.deepEqual(at(root, 'soon'), { kind: 'file', tree: '', path: 'src/new.ts' })
    for (const text of ['out', 'out/a', 'er/../../../a']) assert.throws(() => at(root, text), (error: { code?: string }) => error.code === 'OUTSIDE_ROOT', text)
    assert.throws(() => at(root, 'round'), (error: { code?: string }) => error.code === 'INVALID_INPUT')
  })

  it('is different for two files, however alike their names', () => {
    const root = sandbox.repository()
    const texts = ['a', 'A', 'a ', 'a/b', 'a#b', 'name:a', 'port:1', 'a.', '[a]', '(a)', '!a']
    const keys = texts.map((text) => resourceKey(at(root, text)))
    assert.equal(new Set(keys).size, texts.length)
  })

  it('is a file where there is one, whatever its name looks like', () => {
    const root = sandbox.repository()
    for (const name of ['app/[id].tsx', 'app/(shop)/page.tsx', 'a#b.txt', 'what?.md', '{a,b}.md']) {
      sandbox.put(`repo/${name}`)
      assert.deepEqual(at(root, name), { kind: 'file', tree: '', path: name })
    }
  })

  it('is read as folder, pattern, symbol or name', () => {
    const root = sandbox.repository()
    assert.equal(at(root, 'src').kind, 'folder')
    assert.equal(resourceLabel(at(root, 'src')), 'src/')
    assert.equal(at(root, 'new/').kind, 'folder')
    assert.equal(at(root, 'src/*.ts').kind, 'glob')
    assert.deepEqual(at(root, 'src/a.ts#Router.handle'), { kind: 'symbol', tree: '', path: 'src/a.ts', symbol: 'Router.handle' })
    assert.deepEqual(at(root, 'port:3000'), { kind: 'name', name: 'port:3000' })
    assert.equal(resourceLabel(at(root, '.')), './')
  })

  it('is no symbol where the # is in the name of a folder', () => {
    const root = sandbox.repository()
    sandbox.put('repo/F#m/a.ts')
    for (const text of ['F#m/new.ts', 'C#/new.ts']) assert.deepEqual(at(root, text), { kind: 'file', tree: '', path: text })
    assert.deepEqual(at(root, 'F#m/a.ts#Router'), { kind: 'symbol', tree: '', path: 'F#m/a.ts', symbol: 'Router' })
    assert.deepEqual(at(root, 'src/a.ts#GET /users'), { kind: 'symbol', tree: '', path: 'src/a.ts', symbol: 'GET /users' })
  })

  it('is one port however it is written, and a port there can be', () => {
    const root = sandbox.repository()
    for (const text of ['port:3000', 'port:03000', 'port:0000003000']) assert.deepEqual(at(root, text), { kind: 'name', name: 'port:3000' })
    for (const text of ['port:abc', 'port:0', 'port:65536', 'port:-1', 'port:3e3', 'port: 3000', 'port:3000 ']) assert.throws(() => at(root, text), (error: { code?: string }) => error.code === 'INVALID_INPUT', text)
  })

  it('belongs to the working tree it lies in, nested ones included', () => {
    const root = sandbox.repository()
    git(root, 'worktree', 'add', '-q', join(root, '.trees/feat'), '-b', 'feat-x')
    assert.deepEqual(at(root, '.trees/feat/src/a.ts'), { kind: 'file', tree: 'feat', path: 'src/a.ts' })
    assert.deepEqual(at(join(root, '.trees/feat'), 'src/a.ts'), { kind: 'file', tree: 'feat', path: 'src/a.ts' })
    assert.deepEqual(at(join(root, '.trees/feat'), join(root, 'src/a.ts')), { kind: 'file', tree: '', path: 'src/a.ts' })
    assert.equal(branchOf(treeOf(join(root, '.trees/feat'))!), 'feat-x')
  })

  it('in another repository within the tree is that one’s, which is named with what to do', () => {
    const sub = sandbox.submodule()
    const root = join(sub, '..')
    git(root, 'worktree', 'add', '-q', join(root, '.trees/feat'), '-b', 'feat-x')
    for (const place of ['clone', '.trees/feat/clone']) {
      sandbox.put(`super/${place}/x`)
      git(join(root, place), 'init', '-q')
    }
    symlinkSync('sub/src', join(root, 'link'))
    const refused = (repository: string, inside: string) => (error: { code?: string; message: string; hint?: string }): boolean => {
      assert.equal(error.code, 'OUTSIDE_ROOT')
      assert.match(error.message, new RegExp(`another repository, ${repository},`))
      assert.ok(error.hint?.includes(`claim ${inside} (cd ${repository})`), error.hint)
      return true
    }
    for (const text of ['sub/src/a.ts', 'link/a.ts', 'sub/src/a.ts#Router']) assert.throws(() => at(root, text), refused('sub', 'src/a.ts'), text)
    assert.throws(() => at(root, 'sub/src/**'), refused('sub', 'src/**'))
    assert.throws(() => at(root, 'clone/x'), refused('clone', 'x'))
    assert.throws(() => at(root, '.trees/feat/clone/x'), refused('clone', 'x'))
    assert.throws(() => at(sub, '../src/a.ts'), (error: { message: string }) => error.message.includes('outside the working tree'))
    assert.deepEqual([at(root, 'sub'), at(root, 'sub/')], [{ kind: 'folder', tree: '', path: 'sub' }, { kind: 'folder', tree: '', path: 'sub' }])
    assert.deepEqual(at(sub, 'src/a.ts'), { kind: 'file', tree: '', path: 'src/a.ts' })
  })

  it('of a repository in a plain folder is that one’s once it has records', () => {
    const root = sandbox.repository('plain/repo')
    assert.deepEqual(at(join(base, 'plain'), 'repo/src/a.ts'), { kind: 'file', tree: '', path: 'repo/src/a.ts' })
    sandbox.put('plain/repo/.muster/ledger/00000001.jsonl')
    assert.throws(() => at(join(base, 'plain'), 'repo/src/a.ts'), (error: { code?: string }) => error.code === 'OUTSIDE_ROOT')
    assert.deepEqual(at(root, 'src/a.ts'), { kind: 'file', tree: '', path: 'src/a.ts' })
  })

  it('outside the repository is refused, through symlinks too', () => {
    const root = sandbox.repository()
    sandbox.put('elsewhere/secret')
    symlinkSync(join(base, 'elsewhere'), join(root, 'out'))
    for (const text of ['../x', '/etc/passwd', 'out/secret', 'src/../../x', 'out/not-there-yet']) {
      assert.throws(() => at(root, text), (error: { code?: string }) => error.code === 'OUTSIDE_ROOT', text)
    }
    for (const text of ['', '  ', 'a\u0000b', 'a\nb', '\u001b[31ma', '\ud800', 'port:', `name:${'x'.repeat(300)}`]) {
      assert.throws(() => at(root, text), (error: { code?: string }) => error.code === 'INVALID_INPUT', JSON.stringify(text))
    }
  })
})
