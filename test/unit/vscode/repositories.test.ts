import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import type * as Context from '../../../src/vscode/commands/context.js'
import type { Command } from '../../../src/vscode/commands/context.js'
import type * as Keys from '../../../src/vscode/contextKeys.js'
import type * as Guard from '../../../src/vscode/editGuard.js'
import type * as Marks from '../../../src/vscode/fileMarks.js'
import type * as StatusBar from '../../../src/vscode/statusBar.js'
import type * as Routing from '../../../src/vscode/commands/route.js'
import type { Place, Surroundings, WindowState } from '../../../src/vscode/musterWindow.js'
import type * as RepositoriesModule from '../../../src/vscode/repositories.js'
import type * as SurroundingsModule from '../../../src/vscode/surroundings.js'
import { inRepository, statusElsewhere, statusOfWorld, waitingIn, waitingOf } from '../../../src/vscode/statusText.js'
import type * as Work from '../../../src/vscode/work.js'
import { Heard, Screen, Uri, withEditor } from './editor.js'
import { agent, claim, decision, FakeMuster, world } from './fakes.js'

type Found = RepositoriesModule.Found
type Repositories = RepositoriesModule.Repositories

/** A workspace of which tests change the folders, and which of them have records. */
class Workspace {
  readonly folders: Heard<unknown>
  readonly focus = new Heard<{ focused: boolean }>()
  readonly kept = new Map<string, unknown>()
  readonly opened: FakeMuster[] = []
  found: Found[] = []
  /** How often it was looked for all of them, and for one. */
  readonly looks = { all: 0, one: 0 }

  constructor(readonly screen = new Screen()) {
    this.folders = screen.folders
    Object.assign(this.screen.window, { onDidChangeWindowState: this.focus.event })
  }

  /** @param roots of the folders; the first is where its records are */
  add(name: string, exists: boolean, ...roots: string[]): void {
    const [root = ''] = roots
    this.found.push({ place: { folder: `${root}/.muster`, root, exists }, name, folders: roots.map((one, index) => ({ uri: Uri.file(one), name, index })) as unknown as Found['folders'] })
  }

  async open(): Promise<Repositories> {
    const { Repositories } = await withEditor<typeof RepositoriesModule>('repositories.ts', this.screen)
    const surroundings = (locate: () => Place | undefined): Surroundings => ({
      locate, trusted: () => true, workspace: () => 'here', settings: () => ({}),
      open: (options) => {
        const muster = new FakeMuster(options)
        this.opened.push(muster)
        return Promise.resolve(muster.asMuster())
      },
      report: (error) => assert.fail(String(error)),
    })
    const memory = { get: (key: string) => this.kept.get(key), update: (key: string, value: unknown) => Promise.resolve(void this.kept.set(key, value)) }
    return new Repositories({ find: () => (this.looks.all++, [...this.found]), placeOf: ({ uri }) => (this.looks.one++, this.found.find(({ place }) => place.root === uri.fsPath)?.place), surroundings, memory: memory as never, report: (error) => assert.fail(String(error)) })
  }
}

const file = (path: string): never => Uri.file(path) as never
const kinds = (repositories: Repositories): WindowState['kind'][] => repositories.all.map(({ state }) => state.kind)

describe('the repositories of a workspace', () => {
  it('are as ever where there is one: it has no name, and nothing is remembered', async () => {
    const workspace = new Workspace()
    workspace.add('shop', true, '/w/shop')
    const repositories = await workspace.open()
    await repositories.refresh()
    assert.deepEqual([kinds(repositories), repositories.shown.name, repositories.shown.muster?.folder], [['on'], undefined, '/w/shop/.muster'])
    repositories.show(repositories.current)
    assert.deepEqual([workspace.kept.size, repositories.scopes().map(({ folder }) => folder)], [0, [undefined]])
    await repositories.close(false)
  })

  it('each have a connection, and files go to the innermost that they are in', async () => {
    const workspace = new Workspace()
    workspace.add('shop', true, '/w/shop', '/w/shop-feat-x')
    workspace.add('api', true, '/w/shop/api')
    const repositories = await workspace.open()
    await repositories.refresh()
    const [shop, api] = repositories.all
    assert.deepEqual([kinds(repositories), workspace.opened.map(({ folder }) => folder)], [['on', 'on'], ['/w/shop/.muster', '/w/shop/api/.muster']])
    assert.deepEqual(['/w/shop/a.ts', '/w/shop-feat-x/a.ts', '/w/shop/api/a.ts', '/tmp/a.ts'].map((path) => repositories.of(file(path))), [shop, shop, api, undefined])
    assert.deepEqual(repositories.scopes().map(({ window, folder }) => [window.name, folder?.uri.fsPath]), [['shop', '/w/shop'], ['shop', '/w/shop-feat-x'], ['api', '/w/shop/api']])
    await repositories.close(false)
    assert.deepEqual(workspace.opened.map(({ closed }) => closed), ['for good', 'for good'])
  })

  it('have files outside of the folders that are open, by the working tree: that of the inner one, and of the folder in it', async () => {
    const workspace = new Workspace()
    workspace.add('shop', true, '/w/shop/packages/a/very/deep/one', '/w/another/shop-feat-x/packages/a/very/deep/one')
    workspace.add('lib', true, '/w/shop/lib/src')
    workspace.add('all', true, '/w')
    const repositories = await workspace.open()
    await repositories.refresh()
    for (const [at, root] of ['/w/shop', '/w/shop/lib', '/w'].entries()) Object.defineProperty(workspace.opened[at], 'root', { value: root })
    const opened = ['/w/shop/a.ts', '/w/shop/lib/a.ts', '/w/shop/lib/src/a.ts', '/w/a.ts', '/x/a.ts'].map((path) => repositories.folderOf(path)?.opened)
    assert.deepEqual(opened, ['/w/shop/packages/a/very/deep/one', '/w/shop/lib/src', '/w/shop/lib/src', '/w', undefined])
    await repositories.close(false)
  })

  it('remember what is their own, also where another one is the first', async () => {
    const workspace = new Workspace()
    for (const name of ['shop', 'api']) workspace.add(name, true, `/w/${name}`)
    const before = await workspace.open()
    const values = (repositories: Repositories): unknown[] => repositories.all.map((one) => repositories.memoryOf(one).get('unsaved'))
    for (const one of before.all) await before.memoryOf(one).update('unsaved', one.name)
    workspace.found.reverse()
    const after = await workspace.open()
    assert.deepEqual([values(before), values(after)], [['shop', 'api'], ['api', 'shop']])
    workspace.found.pop()
    assert.deepEqual(values(await workspace.open()), ['api'])
  })

  it('shows the first that has records until a person chooses, which is remembered', async () => {
    const workspace = new Workspace()
    workspace.add('shop', false, '/w/shop')
    workspace.add('api', true, '/w/api')
    workspace.add('web', true, '/w/web')
    const repositories = await workspace.open()
    await repositories.refresh()
    const shown: (string | undefined)[] = []
    repositories.shown.onDidChange(() => shown.push(repositories.shown.name))
    assert.deepEqual([kinds(repositories), repositories.shown.name], [['off', 'on', 'on'], 'api'])
    repositories.show(repositories.all[2]!)
    assert.deepEqual([repositories.shown.name, shown, workspace.opened.map(({ closed }) => closed)], ['web', ['web'], ['no', 'no']], 'the other stays connected')
    const again = await workspace.open()
    await again.refresh()
    assert.equal(again.shown.name, 'web')
    repositories.show(repositories.all[0]!)
    assert.deepEqual([repositories.shown.name, repositories.shown.state.kind], ['shop', 'off'], 'also one that is off: there it can be turned on')
    await Promise.all([repositories.close(false), again.close(false)])
  })

  it('come and go while the window runs, each with what it has of its own', async () => {
    const workspace = new Workspace()
    workspace.add('shop', true, '/w/shop')
    const repositories = await workspace.open()
    await repositories.refresh()
    const own: string[] = []
    const each = repositories.each((window) => {
      const name = 'place' in window.state ? window.state.place.root : ''
      own.push(`+${name}`)
      return { dispose: () => own.push(`-${name}`) }
    })
    const called: (string | undefined)[] = []
    repositories.shown.onDidChange(() => called.push(repositories.shown.name))
    workspace.add('api', true, '/w/api')
    workspace.folders.fire(undefined)
    const [shop, api] = repositories.all
    await api?.settled
    assert.deepEqual([kinds(repositories), repositories.shown.name, own], [['on', 'on'], 'shop', ['+/w/shop', '+/w/api']])
    assert.deepEqual(called, ['shop'], 'lists and pages hear that what they show is called something now')
    repositories.show(api!)
    workspace.found.pop()
    workspace.folders.fire(undefined)
    await api?.settled
    assert.deepEqual([repositories.all, repositories.current, repositories.shown.name, own.at(-1), workspace.opened[1]?.closed], [[shop], shop, undefined, '-/w/api', 'for good'])
    each.dispose()
    assert.equal(own.at(-1), '-/w/shop')
    await repositories.close(false)
  })

  it('keep their connections where another one comes to be the first, and are connected once', async () => {
    const workspace = new Workspace()
    workspace.add('api', true, '/w/api')
    workspace.add('web', true, '/w/web')
    const repositories = await workspace.open()
    await repositories.refresh()
    const [api, web] = repositories.all
    const change = async (): Promise<unknown> => {
      workspace.folders.fire(undefined)
      await repositories.refresh()
      return [repositories.all.map(({ muster }) => muster?.folder), workspace.opened.map(({ folder, closed }) => [folder, closed])]
    }
    const [first] = workspace.found.splice(0, 1)
    assert.deepEqual(await change(), [['/w/web/.muster'], [['/w/api/.muster', 'for good'], ['/w/web/.muster', 'no']]])
    assert.deepEqual([repositories.all, repositories.current, repositories.of(file('/w/web/a.ts'))], [[web], web, web])
    workspace.found.unshift(first!)
    assert.deepEqual(await change(), [['/w/api/.muster', '/w/web/.muster'], [['/w/api/.muster', 'for good'], ['/w/web/.muster', 'no'], ['/w/api/.muster', 'no']]])
    assert.deepEqual([repositories.all[1], repositories.all.includes(api!), repositories.all.map(({ name }) => name)], [web, false, ['api', 'web']])
    // The only one there is, with its records elsewhere, and with no folder at all: it is the same window.
    workspace.found.splice(1)
    await change()
    const [only] = repositories.all
    workspace.found[0] = { ...first!, place: { ...first!.place, folder: '/w/records' } }
    assert.deepEqual([((await change()) as string[][])[0], repositories.all], [['/w/records'], [only]])
    workspace.found = []
    await change()
    assert.deepEqual([repositories.all, kinds(repositories), repositories.folders], [[only], ['nothing'], []])
    await repositories.close(false)
  })

  it('are looked for all at once, and at each by itself', async () => {
    const workspace = new Workspace()
    for (let n = 0; n < 9; n++) workspace.add(`r${n}`, true, `/w/r${n}`)
    const repositories = await workspace.open()
    assert.deepEqual(workspace.looks, { all: 1, one: 9 })
    await repositories.refresh()
    assert.equal(workspace.looks.all, 2)
    await repositories.close(false)
  })
})

describe('a repository that is busy', () => {
  /** What an editor shows in its status bar, and one file that is open. */
  class Shown extends Screen {
    readonly items: { id: string; text?: string }[] = []
    readonly tabs = new Heard<unknown>()
    override get vscode(): unknown {
      return { ...(super.vscode as object), StatusBarAlignment: {}, ThemeColor: Object, window: Object.assign(this.window, { tabGroups: { ...this.window.tabGroups, onDidChangeTabs: this.tabs.event }, createStatusBarItem: (id: string) => this.items[this.items.push({ id, show: () => undefined, hide: () => undefined, dispose: () => undefined } as { id: string }) - 1] }) }
    }
  }

  it('makes nothing anew of what the others are: not for marks, menus, the guard and the status bar', async () => {
    const screen = new Shown()
    const workspace = new Workspace(screen)
    for (const name of ['shop', 'api']) workspace.add(name, true, `/w/${name}`)
    const repositories = await workspace.open()
    const { FileLocks, createFileStatus } = await withEditor<typeof Marks>('fileMarks.ts', screen)
    const { keepContextKeys } = await withEditor<typeof Keys>('contextKeys.ts', screen)
    const { createStatusBar } = await withEditor<typeof StatusBar>('statusBar.ts', screen)
    const { EditGuard } = await withEditor<typeof Guard>('editGuard.ts', screen)
    const locks = new FileLocks(repositories)
    const settings = { get: () => 'inform', onDidChange: () => ({ dispose: () => undefined }) } as never
    const parts = [locks, createFileStatus(locks, repositories), keepContextKeys(repositories, locks), createStatusBar(repositories), new EditGuard(repositories, locks, settings, { get: () => undefined } as never, (error) => assert.fail(String(error)))]
    await repositories.refresh()
    const [shop, api] = repositories.all
    const looked: string[] = []
    for (const one of [shop!, api!]) {
      const { world: of } = one
      one.world = () => (looked.push(one.name!), of.call(one))
    }
    const change = async (at: number, shown: ReturnType<typeof world>): Promise<readonly string[]> => {
      const muster = workspace.opened[at]!
      const told = new Promise<unknown>((resolve) => void repositories.onDidChange((one) => one === repositories.all[at] && resolve(one)))
      muster.shown = shown
      muster.status = { ...muster.status, head: muster.status.head + 1 }
      muster.changes.fire({ entries: [] } as never)
      await told
      return [...new Set(looked.splice(0))]
    }
    const held = (...paths: string[]): ReturnType<typeof world> => world({ claims: paths.map((resource) => claim({ resource })) })
    const item = (): string | undefined => screen.items.find(({ id }) => id === 'muster.status')?.text
    // What opening them has changed is told first.
    await Promise.all([change(0, held()), change(1, held())])
    // Whichever is shown, and while somebody holds the file in the editor.
    screen.window.activeTextEditor = { document: { uri: file('/w/api/a.ts') } }
    assert.deepEqual(await change(1, held('a.ts')), ['api'])
    assert.deepEqual(await change(0, held('b.ts')), ['shop'])
    repositories.show(api!)
    looked.splice(0)
    assert.deepEqual(await change(0, world({ decisions: [decision({ number: 1 })] })), ['shop'])
    assert.match(item() ?? '', / · api · 1 to decide in shop$/)
    assert.deepEqual(await change(1, held()), ['api'])
    for (const one of parts) one.dispose()
    await repositories.close(false)
  })
})

describe('a command, where the workspace has several repositories', () => {
  it('is about the repository of its row or file, of the active editor where it is about a file, and else about what is shown', async () => {
    const workspace = new Workspace()
    workspace.add('shop', true, '/w/shop')
    workspace.add('api', true, '/w/api')
    const repositories = await workspace.open()
    await repositories.refresh()
    const { routed } = await withEditor<typeof Routing>('commands/route.ts', workspace.screen)
    const locked: string[] = []
    const [shop, api] = repositories.all
    const supervisions = new Map([[shop, 'of shop'], [api, 'of api']])
    const context = { window: repositories.shown, repositories, supervisions, get supervision() { return supervisions.get(repositories.current) }, locks: { on: ({ fsPath }: Uri) => (locked.includes(fsPath) ? {} : undefined) } } as unknown as Parameters<typeof routed>[0]
    const name = (...[id, argument]: [Parameters<typeof routed>[1], unknown?]): string | undefined => routed(context, id, argument).window.name
    assert.deepEqual([name('muster.claim', file('/w/api/a.ts')), name('muster.claim', file('/elsewhere')), name('muster.release', { folder: '/w/api/.muster' }), name('muster.release', { target: {} })], ['api', 'shop', 'api', 'shop'])
    workspace.screen.window.activeTextEditor = { document: { uri: file('/w/api/a.ts') } }
    assert.deepEqual([name('muster.claim'), name('muster.release'), name('muster.sendMessage')], ['api', 'shop', 'shop'])
    locked.push('/w/api/a.ts')
    assert.deepEqual([name('muster.release'), name('muster.sendMessage')], ['api', 'shop'])
    assert.deepEqual([{ folder: '/w/api/.muster' }, undefined].map((argument) => routed(context, 'muster.deployAgent', argument).supervision), ['of api', 'of shop'])
    const begun = routed(context, 'muster.sendMessage', undefined).window
    repositories.show(api!)
    assert.equal(begun.name, 'shop', 'and stays with it, whatever is shown before it ends')
    await repositories.close(false)
  })
})

describe('what is selected in several repositories', () => {
  it('is locked and released in each of them, also where one cannot be written to, which is told', async () => {
    const workspace = new Workspace()
    for (const name of ['plain', 'shop', 'api']) workspace.add(name, name !== 'plain', `/w/${name}`)
    const repositories = await workspace.open()
    await repositories.refresh()
    const did: [string, unknown][] = []
    for (const muster of workspace.opened) {
      Object.assign(muster, {
        claimAll: (files: unknown) => Promise.resolve({ ok: true, claims: [did.push(['claim', files])] }),
        release: (one: unknown) => Promise.resolve({ ok: true, grantedTo: [did.push(['release', one])] }),
      })
      muster.shown = world({ claims: [claim({ resource: 'a.ts', heldBy: 'me', mine: true })] })
    }
    const locks = await withEditor<Record<'claim' | 'release', Command>>('commands/locks.ts', workspace.screen)
    const selection = ['plain', 'shop', 'api'].map((name) => file(`/w/${name}/a.ts`))
    const context = { window: repositories.all[0], repositories } as unknown as Parameters<Command>[0]
    for (const command of ['claim', 'release'] as const) {
      await assert.rejects(async () => locks[command](context, selection[0], selection), (error: Error) => error.constructor.name === 'CancellationError')
      assert.deepEqual(did.splice(0), ['shop', 'api'].map((name) => [command, command === 'claim' ? [`/w/${name}/a.ts`] : `/w/${name}/a.ts`]))
      assert.deepEqual(workspace.screen.shown.splice(0).flatMap(({ how, text }) => (how === 'done' ? [] : [text])), ['Muster is off here.'])
    }
    await repositories.close(false)
  })
})

describe('a command about what a repository has that was closed', () => {
  it('is about nothing else: the others have a decision 1, too', async () => {
    const workspace = new Workspace()
    for (const name of ['shop', 'api', 'web']) workspace.add(name, true, `/w/${name}`)
    const repositories = await workspace.open()
    await repositories.refresh()
    const { routed } = await withEditor<typeof Routing>('commands/route.ts', workspace.screen)
    const context = { window: repositories.shown, repositories, supervisions: new Map(), locks: { on: () => undefined } } as unknown as Parameters<typeof routed>[0]
    const argument = { target: { type: 'decision', id: 'D-1' }, folder: '/w/web/.muster' }
    assert.equal(routed(context, 'muster.approveDecision', argument).window.name, 'web')
    for (const left of [2, 1]) {
      workspace.found.pop()
      workspace.folders.fire(undefined)
      assert.equal(repositories.all.length, left)
      assert.throws(() => routed(context, 'muster.approveDecision', argument), (error: Error) => error.constructor.name === 'CancellationError')
      assert.deepEqual(workspace.screen.shown.splice(0).map(({ text }) => text), ['That repository is not open in this window any more.'])
      assert.equal(routed(context, 'muster.showLog', argument).repositories, repositories, 'the log is of all')
    }
    assert.equal(routed(context, 'muster.approveDecision', { ...argument, folder: '/w/shop/.muster' }).window.muster?.folder, '/w/shop/.muster')
    await repositories.close(false)
  })
})

describe('a command whose repository is closed while it asks', () => {
  it('says so: what is shown then is another one', async () => {
    const workspace = new Workspace()
    for (const name of ['shop', 'api']) workspace.add(name, true, `/w/${name}`)
    const repositories = await workspace.open()
    await repositories.refresh()
    const [shop, api] = repositories.all
    const { screen } = workspace
    const { writable } = await withEditor<typeof Context>('commands/context.ts', screen)
    const { chooseRepository } = await withEditor<Record<'chooseRepository', Command>>('commands/window.ts', screen)
    const cancelled = (error: Error): boolean => error.constructor.name === 'CancellationError'
    screen.window.showQuickPick = (items) => Promise.resolve(items).then((all) => {
      workspace.found.pop()
      workspace.folders.fire(undefined)
      return all[1]
    })
    await assert.rejects(async () => chooseRepository({ window: repositories.shown, repositories } as unknown as Parameters<Command>[0], undefined), cancelled)
    assert.equal((await writable({ window: shop } as unknown as Parameters<typeof writable>[0])).folder, '/w/shop/.muster')
    await assert.rejects(writable({ window: api } as unknown as Parameters<typeof writable>[0]), cancelled)
    assert.deepEqual(screen.shown.map(({ text }) => text), Array(2).fill('That repository is not open in this window any more.'))
    await repositories.close(false)
  })
})

describe('the folders of a workspace', () => {
  it('are told by what they share: two working trees of one repository are one, and what is not on disk is none', async () => {
    const base = realpathSync(mkdtempSync(join(tmpdir(), 'muster-folders-')))
    try {
      for (const name of ['shop', 'api', 'plain']) mkdirSync(join(base, name))
      const git = (...args: string[]): void => void execFileSync('git', ['-c', 'user.name=m', '-c', 'user.email=m@e.org', ...args], { cwd: join(base, 'shop') })
      git('init', '--quiet')
      git('commit', '--quiet', '--allow-empty', '-m', 'first')
      git('worktree', 'add', '--quiet', join(base, 'shop-x'))
      execFileSync('git', ['init', '--quiet'], { cwd: join(base, 'api') })
      const { firstRoot, repositoriesOf } = await withEditor<typeof SurroundingsModule>('surroundings.ts', new Workspace().screen)
      const folders = ['shop-x', 'api', 'gone', 'shop', 'plain'].map((name) => ({ name, uri: Uri.file(join(base, name)) }))
      const found = (setting: string): unknown => repositoriesOf([...folders, { name: 'far', uri: { scheme: 'vscode-vfs', fsPath: base } }] as never, () => setting).map(({ name, place, folders: own }) => [name, place.folder, place.root, own.length])
      const [shop, api, plain] = ['shop', 'api', 'plain'].map((name) => join(base, name, '.muster'))
      assert.deepEqual(found(''), [['shop-x', shop, join(base, 'shop-x'), 2], ['api', api, join(base, 'api'), 1], ['plain', plain, join(base, 'plain'), 1]])
      assert.deepEqual(found(join(base, 'all')), [['shop-x', join(base, 'all'), join(base, 'shop-x'), 4]], 'one folder for the records of all')
      // What is set for all and relative: one ledger for each repository, not for each folder of it.
      const relative = (found: typeof folders): string[] => repositoriesOf(found as never, (folder) => join(firstRoot(folder, found as never), '.coord')).map(({ place }) => place.folder)
      assert.deepEqual(relative(folders), ['shop-x', 'api', 'plain'].map((name) => join(base, name, '.coord')))
      // One that cannot be looked at (here its link leads round in a circle) keeps nobody from the others.
      symlinkSync(join(base, 'round'), join(base, 'round'))
      assert.deepEqual(repositoriesOf([{ name: 'round', uri: Uri.file(join(base, 'round')) }, folders[1]] as never, () => '').map(({ name }) => name), ['api'])
    } finally {
      removeFolder(base)
    }
  })
})

describe('repositories that are called the same', () => {
  it('have their parents\' names as well', async () => {
    const base = realpathSync(mkdtempSync(join(tmpdir(), 'muster-names-')))
    try {
      const { repositoriesOf } = await withEditor<typeof SurroundingsModule>('surroundings.ts', new Workspace().screen)
      const names = (...paths: string[]): string[] => repositoriesOf(paths.map((path) => {
        mkdirSync(join(base, path), { recursive: true })
        return { name: path.split('/').at(-1), uri: Uri.file(join(base, path)) }
      }) as never, () => '').map(({ name }) => name)
      assert.deepEqual(names('new/api', 'web', 'old/api'), ['new/api', 'web', 'old/api'])
    } finally {
      removeFolder(base)
    }
  })
})

describe('work in a repository that is not shown', () => {
  it('counts there, in a notebook that is saved as well', async () => {
    const screen = new Screen()
    const notebooks = new Heard<{ uri: Uri }>()
    Object.assign(screen.workspace, { onDidSaveNotebookDocument: notebooks.event })
    const worked: string[] = []
    const window = (name: string): never => ({ muster: { noteWork: () => worked.push(name) } }) as never
    const [shop, api] = [window('shop'), window('api')]
    const { WorkTimer } = await withEditor<typeof Work>('work.ts', screen)
    const timer = new WorkTimer({ current: shop, of: (uri) => (uri?.fsPath.startsWith('/w/api/') === true ? api : undefined) }, { get: () => 30, onDidChange: () => ({ dispose: () => undefined }) } as never, (error) => assert.fail(String(error)))
    notebooks.fire({ uri: Uri.file('/w/api/a.ipynb') })
    notebooks.fire({ uri: Uri.file('/elsewhere/b.ipynb') })
    timer.dispose()
    assert.deepEqual(worked, ['api', 'shop'])
  })
})

describe('the status bar, where the workspace has several repositories', () => {
  const state = { kind: 'on', muster: { ledgerStatus: () => ({}) } } as unknown as WindowState

  it('says which is shown, and what waits in the others', () => {
    const here = statusOfWorld(world({ agents: [agent({ id: 'me', name: 'Maria', me: true })] }))
    const waiting = (...others: Parameters<typeof waitingOf>[0][]): ReturnType<typeof waitingIn> => waitingIn(others.map((one) => waitingOf(one)))
    assert.equal(inRepository(here, undefined, waiting()), here)
    assert.deepEqual(inRepository(here, 'shop $(x)', waiting({ name: 'api', state, world: () => world() })).text, `${here.text} · shop $\u200b(x)`)
    const api = world({ agents: [agent({ id: 'me', kind: 'person', me: true, unread: 2 })], claims: [claim({ resource: 'a.ts', heldBy: 'me', mine: true, presence: 'gone' })], decisions: [decision({ number: 1 }), decision({ number: 2, status: 'approved' })] })
    const { text, tooltip, spoken, alarm } = inRepository(here, 'shop', waiting({ name: 'api', state, world: () => api }))
    assert.equal(text, `${here.text} · shop · 2 unread in api · 1 to decide in api · check your locks in api`)
    assert.match(tooltip, /^Repository: shop\n[^]*\n2 unread in api · 1 to decide in api · check your locks in api$/)
    assert.match(spoken, /^Repository: shop\. Muster: this window is Maria\./)
    assert.equal(alarm, true)
  })

  it('says where there is trouble, and is there for others while Muster is off in the one that is shown', () => {
    const place = { folder: '/w/.muster', root: '/w', exists: true }
    const on = (readOnly: object): WindowState => ({ ...state, place, muster: { ledgerStatus: () => ({ readOnly: { message: '', hint: '', ...readOnly } }) } }) as unknown as WindowState
    const problem = { code: 'FOLDER_UNUSABLE' as const, message: 'm', hint: 'h' }
    const other = (name: string, of: WindowState): Parameters<typeof waitingOf>[0] => ({ name, state: of, world: () => undefined })
    const { texts, alarm } = waitingIn([
      other('failed', { kind: 'failed', place, problem }),
      { ...other('offline', on({ code: 'DATABASE_UNUSABLE', since: new Date().toISOString() })), world: () => world() },
      { ...other('damaged', on({ code: 'LEDGER_DAMAGED' })), world: () => world() },
      other('unknown', { kind: 'failed', place, problem: { ...problem, wantsAddress: true } }),
      { ...other('restricted', on({ code: 'OPENED_READ_ONLY' })), world: () => world() },
      other('off', { kind: 'off', place }),
    ].map((one) => waitingOf(one)))
    assert.deepEqual([texts, alarm], [['trouble in failed', 'trouble in offline', 'trouble in damaged', 'trouble in unknown'], false])
    const failed = waitingOf(other('api', { kind: 'failed', place, problem }))
    assert.equal(inRepository(statusElsewhere('shop', failed)!, 'shop', failed).text, '$(account) Muster · shop · trouble in api')
    assert.equal(statusElsewhere('shop', waitingOf(other('api', { kind: 'off', place }))), undefined)
    assert.equal(statusElsewhere(undefined, failed), undefined)
  })
})
