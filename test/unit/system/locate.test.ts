import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MusterError } from '../../../src/core/errors.js'
import { openMuster } from '../../../src/core/open.js'
import { isTreeForgotten, locateFolder, rootOfTree, treeOf } from '../../../src/core/system/locate.js'
import { posixOnly } from '../posixOnly.js'
import { git, Sandbox } from './sandbox.js'

let sandbox: Sandbox
let base: string
beforeEach(() => {
  sandbox = new Sandbox()
  base = sandbox.base
})
afterEach(() => sandbox.dispose())

describe('the coordination folder', () => {
  it('of any directory of a repository is in the main working tree, shared by all worktrees', () => {
    const root = sandbox.repository()
    git(root, 'worktree', 'add', '-q', join(base, 'feat'), '-b', 'feat-x')
    const expected = join(root, '.muster')
    assert.deepEqual(locateFolder(join(root, 'src'), {}), { folder: expected, root, exists: false })
    assert.deepEqual(locateFolder(join(base, 'feat', 'src'), {}), { folder: expected, root: join(base, 'feat'), exists: false })
    mkdirSync(expected)
    assert.equal(locateFolder(root, {}).exists, true)
  })

  it('of a bare repository is beside its git directory', () => {
    sandbox.repository('seed')
    mkdirSync(join(base, 'project'))
    git(base, 'clone', '-q', '--bare', 'seed', 'project/.bare')
    git(join(base, 'project/.bare'), 'worktree', 'add', '-q', join(base, 'project/main'), 'main')
    for (const directory of ['project/main', 'project/.bare', 'project/.bare/hooks']) assert.equal(locateFolder(join(base, directory), {}).folder, join(base, 'project/.muster'), directory)
  })

  it('is one for a repository, whichever of its trees asks', () => {
    const shared = (from: string, expected: string): void => {
      git(from, 'worktree', 'add', '-q', '-b', 'feat-x', join(base, 'feat'))
      for (const directory of [from, join(base, 'feat'), join(base, 'feat/src')]) assert.equal(locateFolder(directory, {}).folder, join(expected, '.muster'), directory)
      rmSync(join(base, 'feat'), { recursive: true })
      git(from, 'worktree', 'prune')
    }
    const sub = sandbox.submodule()
    shared(sub, sub)

    const root = sandbox.repository()
    git(root, 'clone', '-q', `--separate-git-dir=${join(base, 'elsewhere')}`, root, join(base, 'separate'))
    shared(join(base, 'separate'), join(base, 'elsewhere'))

    git(join(base, 'separate'), 'branch', '-D', 'feat-x')
    git(join(base, 'separate'), 'config', 'core.worktree', join(base, 'separate'))
    shared(join(base, 'separate'), join(base, 'separate'))

    mkdirSync(join(base, 'linked'))
    symlinkSync(join(root, '.git'), join(base, 'linked/.git'))
    git(join(base, 'linked'), 'reset', '-q', '--hard')
    shared(join(base, 'linked'), root)

    git(base, 'clone', '-q', '--bare', 'repo', 'store/repo.git')
    git(join(base, 'store/repo.git'), 'worktree', 'add', '-q', join(base, 'one'), 'main')
    git(join(base, 'store/repo.git'), 'branch', '-D', 'feat-x')
    shared(join(base, 'one'), join(base, 'store'))
  })

  it('of a submodule stays where it is when git moves the setting to the main tree\'s own file', () => {
    const sub = sandbox.submodule()
    git(sub, 'worktree', 'add', '-q', '-b', 'feat-x', join(base, 'feat'))
    git(sub, 'sparse-checkout', 'init')
    assert.equal(locateFolder(join(base, 'feat'), {}).folder, join(sub, '.muster'))
    assert.equal(locateFolder(sub, {}).folder, join(sub, '.muster'))
  })

  it('is found by settings however they are written', () => {
    const sub = sandbox.submodule()
    git(sub, 'worktree', 'add', '-q', '-b', 'feat-x', join(base, 'feat'))
    const config = join(base, 'super/.git/modules/sub/config')
    const where = (text: string): string => {
      writeFileSync(config, text)
      return locateFolder(join(base, 'feat'), {}).folder
    }
    mkdirSync(join(base, 'a; "b"'))
    for (const text of ['[CORE]\n\tWorkTree = ../../../sub ; a comment\n', '[core] worktree=../../../sub\n[other]\nworktree = no\n', '[core "x"]\nworktree = no\n[core]\r\n\tworktree = ../../../sub\r\n']) assert.equal(where(text), join(sub, '.muster'), text)
    assert.equal(where('[core]\n\tworktree = "../../../../a; \\"b\\""\n'), join(base, 'a; "b"', '.muster'))
    for (const text of ['[core]\n\tbare\n', '[core]\nbare = Yes # really\n']) assert.equal(where(text), join(base, 'super/.git/modules/.muster'), text)
    for (const text of ['', '[core]\nbare = false\nworktree = ../../../../not-there\n']) assert.equal(where(text), join(base, 'super/.git/modules/sub/.muster'), text)
  })

  it('of a tree whose repository cannot be seen is its own, and that is said', () => {
    const root = sandbox.repository()
    git(root, 'worktree', 'add', '-q', '-b', 'feat-x', join(base, 'feat'))
    renameSync(root, join(base, 'away'))
    const own = { folder: join(base, 'feat/.muster'), root: join(base, 'feat'), exists: false }
    assert.deepEqual(locateFolder(join(base, 'feat/src'), {}), { ...own, unseen: join(root, '.git/worktrees/feat') })
    assert.equal(locateFolder(join(base, 'feat'), { MUSTER_FOLDER: own.folder }).unseen, undefined)
  })

  it('is never started beside one that cannot be seen from here', async () => {
    const root = sandbox.repository()
    const feat = join(base, 'feat')
    git(root, 'worktree', 'add', '-q', '-b', 'feat-x', feat)
    renameSync(root, join(base, 'away'))
    for (const options of [{}, { folder: join(feat, '.muster') }]) {
      await assert.rejects(openMuster({ root: feat, agent: 'a', attached: false, ...options }), (error: MusterError) => error.code === 'FOLDER_UNUSABLE' && /cannot be seen/.test(error.message) && /MUSTER_FOLDER/.test(error.hint ?? ''))
    }
    assert.deepEqual(readdirSync(feat), ['.git', 'src'])
    mkdirSync(join(feat, '.muster'))
    const muster = await openMuster({ root: feat, agent: 'a', attached: false })
    assert.equal((await muster.claim('src/a.ts')).ok, true)
    await muster.close()
  })

  posixOnly('is found past files named .git that are none of git\'s', () => {
    mkdirSync(join(base, 'odd'))
    execFileSync('mkfifo', [join(base, 'odd/.git')])
    assert.equal(locateFolder(join(base, 'odd'), {}).folder, join(base, 'odd/.muster'))
    sandbox.put('text/.git', 'nothing of git')
    assert.equal(locateFolder(join(base, 'text'), {}).folder, join(base, 'text/.muster'))
  })

  it('without git is in the directory itself, or the nearest one upwards that has it', () => {
    mkdirSync(join(base, 'plain/sub'), { recursive: true })
    assert.equal(locateFolder(join(base, 'plain/sub'), {}).folder, join(base, 'plain/sub/.muster'))
    mkdirSync(join(base, 'plain/.muster'))
    assert.deepEqual(locateFolder(join(base, 'plain/sub'), {}), { folder: join(base, 'plain/.muster'), root: join(base, 'plain'), exists: true })
  })

  it('is where MUSTER_FOLDER says', () => {
    assert.equal(locateFolder(sandbox.repository(), { MUSTER_FOLDER: join(base, 'else/.muster') }).folder, join(base, 'else/.muster'))
  })
})

describe('another working tree of the repository', () => {
  it('has the name of its bare repository before its own, where others may stand beside that', () => {
    sandbox.repository('seed')
    for (const name of ['one.git', 'two.git']) {
      git(base, 'clone', '-q', '--bare', 'seed', `bb/${name}`)
      git(join(base, 'bb', name), 'worktree', 'add', '-q', join(base, name.slice(0, 3), 'main'), 'main')
    }
    const [one, two] = [treeOf(join(base, 'one/main'))!, treeOf(join(base, 'two/main'))!]
    assert.deepEqual([one.id, two.id], ['one.git/main', 'two.git/main'])
    for (const tree of [one, two]) {
      assert.equal(locateFolder(tree.root, {}).folder, join(base, 'bb/.muster'))
      assert.deepEqual([rootOfTree(tree, 'one.git/main'), rootOfTree(tree, 'two.git/main'), rootOfTree(tree, '../main'), rootOfTree(tree, 'three.git/main')], [one.root, two.root, undefined, undefined])
      assert.deepEqual([isTreeForgotten(tree, 'one.git/main'), isTreeForgotten(tree, 'one.git/gone')], [false, true])
    }
  })

  it('collides with none of a repository beside it', async () => {
    sandbox.repository('seed')
    const granted: unknown[] = []
    for (const name of ['one.git', 'two.git']) {
      git(base, 'clone', '-q', '--bare', 'seed', `bb/${name}`)
      const root = join(base, name.slice(0, 3), 'main')
      git(join(base, 'bb', name), 'worktree', 'add', '-q', root, 'main')
      const muster = await openMuster({ root, agent: name.slice(0, 3), attached: false })
      granted.push((await muster.claim('src/a.ts')).ok, ...(await muster.listClaims()).map(({ tree }) => tree))
      await muster.close()
    }
    assert.deepEqual(granted, [true, 'one.git/main', true, 'one.git/main', 'two.git/main'])
  })

  it('is found from any of its trees', () => {
    const root = sandbox.repository()
    const [feat, fix] = [join(base, 'feat'), join(base, 'fix')]
    git(root, 'worktree', 'add', '-q', '-b', 'feat-x', feat)
    git(root, 'worktree', 'add', '-q', '-b', 'fix-y', fix)
    for (const from of [root, feat, fix]) {
      const tree = treeOf(from)!
      assert.deepEqual([rootOfTree(tree, ''), rootOfTree(tree, 'feat'), rootOfTree(tree, 'fix')], [root, feat, fix])
    }
    const sub = sandbox.submodule()
    git(sub, 'worktree', 'add', '-q', '-b', 'sub-x', join(base, 'subtree'))
    assert.equal(rootOfTree(treeOf(join(base, 'subtree'))!, ''), sub)
  })

  it('is forgotten once git removed it, and only missing while its folder is away', () => {
    const root = sandbox.repository()
    git(root, 'worktree', 'add', '-q', '-b', 'feat-x', join(base, 'feat'))
    const tree = treeOf(root)!
    renameSync(join(base, 'feat'), join(base, 'away'))
    assert.deepEqual([rootOfTree(tree, 'feat'), isTreeForgotten(tree, 'feat')], [undefined, false])
    git(root, 'worktree', 'prune')
    assert.deepEqual([rootOfTree(tree, 'feat'), isTreeForgotten(tree, 'feat')], [undefined, true])
    assert.deepEqual([rootOfTree(tree, '../../src'), isTreeForgotten(tree, '')], [undefined, false])
  })
})
