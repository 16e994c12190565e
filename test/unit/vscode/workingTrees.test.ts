import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { Emitter } from '../../../src/core/emitter.js'
import type { ClaimView } from '../../../src/core/model/operations.js'
import type * as Keys from '../../../src/vscode/contextKeys.js'
import type * as Marks from '../../../src/vscode/fileMarks.js'
import { posixOnly } from '../posixOnly.js'
import { Screen, Uri, withEditor } from './editor.js'
import { claim, world } from './fakes.js'

/** Claims that count how often somebody goes through all of them. */
class Counted extends Array<ClaimView> {
  static times = 0

  override [Symbol.iterator](): ArrayIterator<ClaimView> {
    Counted.times++
    return super[Symbol.iterator]()
  }
}

/** A repository with a second working tree, of both of which folders are open. */
describe('several folders of one repository', () => {
  let base: string
  let locks: Marks.FileLocks
  let claims: ClaimView[]
  let told: (readonly Uri[] | undefined)[]
  let window: { muster: { root: string } }
  const folders: { opened: string; window: unknown }[] = []
  const failed = (error: unknown): void => assert.fail(String(error))
  const changed = new Emitter<void>(failed)
  const others = new Emitter<unknown>(failed)
  const at = (...path: string[]): never => Uri.file(join(base, ...path)) as never
  /** @returns how often all locks were gone through */
  const update = (...now: ClaimView[]): number => {
    claims = Counted.from(now)
    Counted.times = 0
    told = []
    changed.fire()
    return Counted.times
  }
  const open = (...paths: string[]): void => {
    for (const path of paths) folders.push({ opened: join(base, path), window })
    folders.sort((a, b) => b.opened.length - a.opened.length)
  }

  beforeEach(async () => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'muster-trees-')))
    mkdirSync(join(base, 'shop'))
    const git = (...args: string[]): void => void execFileSync('git', ['-c', 'user.name=m', '-c', 'user.email=m@e.org', ...args], { cwd: join(base, 'shop') })
    git('init', '--quiet')
    git('commit', '--quiet', '--allow-empty', '-m', 'first')
    git('worktree', 'add', '--quiet', join(base, 'feat-x'))
    for (const name of ['a', 'b', 'c', 'd']) for (const tree of ['shop', 'feat-x']) mkdirSync(join(base, tree, name))
    const { FileLocks } = await withEditor<typeof Marks>('fileMarks.ts', new Screen())
    const root = join(base, 'shop')
    const one = { muster: { root }, state: { kind: 'on', place: { root } }, world: () => world({ claims }), onDidChange: changed.event }
    window = one
    folders.length = 0
    claims = []
    const folderOf = (file: string): unknown => folders.find(({ opened }) => file.startsWith(`${opened}/`))
    locks = new FileLocks({ folders, folderOf, onDidChange: others.event, each: (make: (one: unknown) => unknown) => make(one) } as never)
    locks.onDidChange((uris) => told.push(uris as readonly Uri[] | undefined))
  })
  afterEach(() => {
    locks.dispose()
    removeFolder(base)
  })

  it('have their locks filed once for each working tree, and are told of once', () => {
    open('shop', 'shop/a', 'shop/b', 'shop/c', 'feat-x', 'feat-x/a', 'feat-x/b', 'feat-x/c')
    assert.equal(update(claim({ resource: 'a/one.ts' }), claim({ resource: 'b/two.ts', tree: 'feat-x' })), 2)
    // Two more times where something changed: once for each tree, however many folders of it are open.
    assert.equal(update(claim({ resource: 'a/one.ts' }), claim({ resource: 'b/two.ts', tree: 'feat-x' }), claim({ resource: 'c/three.ts' })), 2)
    assert.deepEqual(told.map((uris) => uris?.map(({ fsPath }) => fsPath).sort()), [['feat-x', 'shop'].map((tree) => join(base, tree, 'c/three.ts'))])
    assert.deepEqual(['shop/a/one.ts', 'feat-x/b/two.ts', 'shop/c/three.ts'].map((file) => locks.on(at(file))?.others.length), [1, 1, 1])
    assert.deepEqual(['feat-x/a/one.ts', 'shop/b/two.ts', 'feat-x/c/three.ts'].map((file) => locks.on(at(file))?.elsewhere.length), [1, 1, 1])
    Counted.times = 0
    open('shop/d', 'feat-x/d')
    others.fire(undefined)
    assert.deepEqual([locks.pathOf(at('shop/d/x.ts')), locks.on(at('feat-x/d/one.ts'))], ['d/x.ts', undefined])
    assert.equal(Counted.times, 0, 'of a folder that is opened later the tree is known')
  })

  posixOnly('are marked through a link as well', () => {
    symlinkSync(join(base, 'shop'), join(base, 'link'))
    open('shop', 'link', 'feat-x')
    update(claim({ resource: 'a/one.ts' }))
    assert.deepEqual([locks.on(at('link/a/one.ts'))?.others.length, told.flat().map((uri) => uri?.fsPath).sort()], [1, ['feat-x', 'link', 'shop'].map((tree) => join(base, tree, 'a/one.ts'))])
  })

  posixOnly('have menus on what is locked through a link as well', async () => {
    symlinkSync(join(base, 'shop'), join(base, 'link'))
    open('shop', 'link')
    claims = [claim({ resource: 'a/one.ts', mine: true }), claim({ resource: 'b/', kind: 'folder' })]
    const screen = new Screen()
    Object.assign(screen.window.tabGroups, { onDidChangeTabs: others.event })
    const { keepContextKeys } = await withEditor<typeof Keys>('contextKeys.ts', screen)
    keepContextKeys({ shown: window, all: [window], folders, onDidChange: others.event } as never, locks).dispose()
    await new Promise((resolve) => setImmediate(resolve))
    const known = (key: string): string[] => Object.keys(screen.ran.find(([, name]) => name === key)?.[2] ?? {}).sort()
    assert.deepEqual([known('muster.filesMine'), known('muster.filesHeld')], [['link/a/one.ts', 'shop/a/one.ts'], ['link/b', 'shop/b']].map((paths) => paths.map((path) => join(base, path))))
  })

  it('name a file to the others by its working tree, where that is another than the window\'s', () => {
    open('shop', 'feat-x', 'feat-x/a')
    update()
    const named = (path: string): string | undefined => locks.nameOf(at(path), window as never)
    assert.deepEqual([named('shop/a/one.ts'), named('feat-x/a/one.ts'), named('feat-x/two.ts'), named('elsewhere.ts')], ['a/one.ts', 'feat-x//a/one.ts', 'feat-x//two.ts', undefined])
    assert.equal(locks.nameOf(at('shop/a/one.ts'), { muster: {} } as never), undefined, 'not to those of another repository')
    // As agents' clients make them: within the first, and not open by itself.
    execFileSync('git', ['worktree', 'add', '--quiet', '.trees/feat-y'], { cwd: join(base, 'shop') })
    mkdirSync(join(base, 'shop/.trees/feat-y/a'))
    assert.deepEqual([named('shop/.trees/feat-y/a/one.ts'), named('shop/.trees/none.ts')], ['feat-y//a/one.ts', '.trees/none.ts'])
  })
})
