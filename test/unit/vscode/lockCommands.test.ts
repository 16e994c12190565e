import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import type { Muster } from '../../../src/core/muster.js'
import { openMuster } from '../../../src/core/open.js'
import type * as Claiming from '../../../src/vscode/commands/claiming.js'
import type { Command } from '../../../src/vscode/commands/context.js'
import { LocksOnFiles } from '../../../src/vscode/locksOnFiles.js'
import { messageRows } from '../../../src/vscode/views/messageRows.js'
import { eventually } from '../../vscode/driver/eventually.js'
import { Screen, Uri, withEditor } from './editor.js'

/** Commands on locks, as a person gives them, with real records. */
describe('commands on locks', () => {
  let base: string
  let repo: string
  let screen: Screen
  let opened: Muster[]
  let me: Muster
  const git = (...args: string[]): unknown => execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', '-C', repo, ...args], { stdio: 'ignore' })

  async function open(agent: string, kind: 'agent' | 'person' = 'agent', root = repo): Promise<Muster> {
    const muster = await openMuster({ folder: join(repo, '.muster'), agent, kind, root })
    opened.push(muster)
    return muster
  }

  beforeEach(async () => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'muster-locks-')))
    repo = join(base, 'repo')
    for (const folder of ['src', 'docs', 'packages/app/src']) mkdirSync(join(repo, folder), { recursive: true })
    for (const file of ['src/a.ts', 'src/b.ts', 'docs/x.md', 'packages/app/src/a.ts']) writeFileSync(join(repo, file), 'one\n')
    git('init', '-q')
    git('add', '.')
    git('commit', '-qm', 'one')
    screen = new Screen()
    opened = []
    me = await open('me', 'person')
  })
  afterEach(async () => {
    for (const muster of opened) await muster.close()
    removeFolder(base)
  })

  async function give(name: string, argument: unknown, muster = me, file = 'locks', selection?: unknown): Promise<void> {
    const commands = await withEditor<Record<string, Command>>(`commands/${file}.ts`, screen)
    await muster.refresh()
    await commands[name]!({ window: { muster, writable: true, state: {} } } as unknown as Parameters<Command>[0], argument, selection)
  }
  const lock = (tree: string, resource: string, heldBy: string): unknown => ({ target: { type: 'lock', tree, resource, heldBy } })
  const heldBy = async (): Promise<string[]> => (await me.listClaims()).map(({ tree, resource, heldBy }) => `${tree}:${resource} ${heldBy}`)
  /** Somebody ends with something uncommitted, which keeps the locks, and is reverted. */
  const leaves = async (muster: Muster, file: string): Promise<void> => {
    writeFileSync(join(repo, file), 'two\n')
    await muster.close()
    writeFileSync(join(repo, file), 'one\n')
  }
  const claimed = async (resource: string): Promise<void> => (await withEditor<typeof Claiming>('commands/claiming.ts', screen)).claimResource(me, resource)

  it('find what is held around a file of another working tree, also one within the first', async () => {
    for (const tree of ['feat-x', join('repo', '.trees', 'feat-y')]) {
      const root = join(base, tree)
      git('worktree', 'add', '-q', root)
      const beta = await open(`beta-${tree.slice(-1)}`, 'agent', root)
      await beta.claim('docs/')
      await give('askForRelease', Uri.file(join(root, 'docs', 'x.md')))
      await beta.refresh()
      assert.deepEqual((await beta.readMessages()).map(({ about }) => about?.resource), ['docs/'], tree)
    }
    assert.deepEqual(screen.shown.filter(({ how }) => how === 'pick'), [], 'none is asked for')
  })

  it('say who holds what is in a folder, and that there is nothing to look at where no file is open', async () => {
    await (await open('beta')).claim('src/b.ts')
    await (await open('gamma')).claim('packages/app/src/a.ts#total')
    await me.refresh()
    const index = new LocksOnFiles(me.state().claims, '')
    const at = (uri: Uri): string => relative(repo, uri.fsPath)
    const locks = { on: (uri: Uri) => index.on(at(uri)), below: (uri: Uri) => index.below(at(uri)).map((path) => Uri.file(join(repo, path))), pathOf: at }
    const { showFileLocks } = await withEditor<Record<string, Command>>('commands/fileLocks.ts', screen)
    const ask = async (argument: unknown): Promise<string | undefined> => {
      await showFileLocks!({ window: { muster: me, writable: true, state: {} }, locks } as unknown as Parameters<Command>[0], argument)
      return screen.shown.at(-1)?.text
    }
    assert.equal(await ask(undefined), 'Open a file first, or choose one in the Explorer.')
    assert.equal(await ask(Uri.file(join(repo, 'docs'))), 'Nobody holds this folder.')
    assert.equal(await ask(Uri.file(join(repo, 'src/a.ts'))), 'Nobody holds this file.')
    screen.answers = [0]
    assert.equal(await ask(Uri.file(join(repo, 'src'))), 'Held in src')
    assert.match(screen.shown.at(-1)!.items[0]!.description!, /^held by beta/)
    assert.deepEqual(screen.ran, [['muster.showFileLocks', Uri.file(join(repo, 'src/b.ts'))]])
    assert.deepEqual([index.below('packages'), index.below('')], [['packages/app/src/a.ts'], ['src/b.ts', 'packages/app/src/a.ts']])
  })

  it('offer to wait for what another holds, and to whoever waits already to give that up', async () => {
    await (await open('beta')).claim('src/a.ts', { note: 'login' })
    const offered = async (): Promise<string[]> => {
      await me.refresh()
      const { showLock } = await withEditor<Record<string, Command>>('commands/fileLocks.ts', screen)
      const window = { muster: me, writable: true, state: {}, world: () => me.state() }
      await assert.rejects(showLock!({ window, guard: {} } as unknown as Parameters<Command>[0], lock('', 'src/a.ts', 'beta')) as Promise<unknown>)
      return screen.shown.at(-1)!.items.map(({ label }) => label!)
    }
    assert.deepEqual(await offered(), ['$(comment) Ask to Release', '$(watch) Wait'])
    await me.claim('src/a.ts', { wait: true })
    assert.deepEqual(await offered(), ['$(comment) Ask to Release', '$(close) Give Up Place in Line'])
  })

  it('say what is not committed before they end another\'s lock', async () => {
    const beta = await open('beta')
    await beta.claim('src/new.ts')
    const asked = async (): Promise<string | undefined> => {
      await give('forceRelease', lock('', 'src/new.ts', 'beta'))
      return screen.shown.findLast(({ how }) => how === 'input')?.text
    }
    writeFileSync(join(repo, 'src/new.ts'), 'half done')
    assert.equal(await asked(), 'beta is told this reason. Work that is under way may collide. Not committed: src/new.ts.')
    rmSync(join(repo, 'src/new.ts'))
    await beta.claim('src/new.ts')
    assert.equal(await asked(), 'beta is told this reason. Work that is under way may collide.')
  })

  it('of a working tree that was removed end nobody\'s on the same path here', async () => {
    const [tree, files] = [join(base, 'feat-x'), ['src/a.ts']]
    git('worktree', 'add', '-q', tree)
    await (await open('beta', 'agent', tree)).claimAll(files)
    await (await open('gamma')).claimAll(files)
    git('worktree', 'remove', '--force', tree)
    for (const name of ['takeOver', 'askForRelease', 'wait']) await assert.rejects(give(name, lock('feat-x', 'src/a.ts', 'beta')), { name: 'Error' })
    assert.deepEqual(await heldBy(), ['feat-x:src/a.ts beta', ':src/a.ts gamma'])
    const told = (): string[] => screen.shown.filter(({ how }) => how === 'information').map(({ text }) => text)
    const removed = 'The working tree of src/a.ts was removed. All that can be done about this lock is to end it.'
    assert.deepEqual(told(), Array(3).fill(removed))
    await give('forceRelease', lock('feat-x', 'src/a.ts', 'beta'))
    assert.deepEqual(await heldBy(), [':src/a.ts gamma'])
  })

  it('of a working tree that was removed are let go of by whoever holds them, also from a check-in, which cannot be made', async () => {
    const [tree, resources] = [join(base, 'feat-x'), ['src/a.ts', 'src/b.ts#first', 'docs/', 'src/*.css']]
    git('worktree', 'add', '-q', tree)
    await me.claimAll(resources.map((resource) => join(tree, resource)))
    await (await open('gamma')).claim('src/b.ts#first')
    assert.equal((await heldBy()).length, 5)
    git('worktree', 'remove', '--force', tree)
    screen.answers = [0]
    await assert.rejects(give('checkIn', lock('feat-x', 'src/a.ts', 'me'), me, 'work'))
    await eventually('the way out', () => screen.ran.length === 1)
    assert.deepEqual(screen.ran, [['muster.release', { ...(lock('feat-x', 'src/a.ts', 'me') as object), folder: me.folder }]])
    for (const resource of resources) await give('release', lock('feat-x', resource, 'me'))
    assert.deepEqual(await heldBy(), [':src/b.ts#first gamma'])
  })

  it('say who has locked since what was clicked', async () => {
    await (await open('gamma')).claim('src/a.ts')
    for (const [name, file] of [['release', 'locks'], ['checkIn', 'work']] as const) await assert.rejects(give(name, lock('', 'src/a.ts', me.agent), me, file))
    await assert.rejects(give('release', lock('', 'src/b.ts', 'beta')))
    await assert.rejects(give('release', lock('', 'src/b.ts', me.agent)))
    const since = 'src/a.ts: gamma has locked it since. You can wait for it or ask for it.'
    assert.deepEqual(screen.shown.map(({ text }) => text), [since, since, 'src/b.ts is not locked any more.', 'src/b.ts is not locked any more. Lock it again if you still need it.'])
  })

  it('say what happened to a lock that somebody ended while they were being done, and what to do', async () => {
    const max = await open('max', 'person')
    const ends = async (reason: string): Promise<void> => {
      const ended = await max.forceRelease('src/a.ts', reason)
      assert.ok(ended.ok, reason)
    }
    await me.claim('src/a.ts')
    const { showInputBox } = screen.window
    screen.window.showInputBox = async (given) => {
      screen.window.showInputBox = showInputBox
      await ends('needed it')
      return showInputBox(given)
    }
    await give('checkIn', Uri.file(join(repo, 'src/a.ts')), me, 'work')
    await me.claim('src/a.ts')
    const release = me.release.bind(me)
    me.release = async (...given) => {
      await ends('urgent!')
      await max.claim('src/a.ts')
      return release(...given)
    }
    await give('release', lock('', 'src/a.ts', 'me'))
    assert.deepEqual(screen.shown.filter(({ how }) => how !== 'input').map(({ text }) => text), [
      'max ended your lock on src/a.ts: needed it. Lock it again if you still need it.',
      'max ended your lock on src/a.ts: urgent! You can wait for it or ask for it.',
    ])
  })

  it('on a file below a locked folder wait for that file, and ask for the folder; what is one\'s own above it is not let go of by a click on the file', async () => {
    const [beta, file] = [await open('beta'), Uri.file(join(repo, 'src/a.ts'))]
    await beta.claim('src/')
    await give('wait', file)
    assert.deepEqual(await me.listClaims().then((claims) => claims.map(({ resource, waiters }) => [resource, waiters])), [['src/', ['me']]])
    await give('askForRelease', file)
    assert.equal((await beta.readMessages({ peek: true })).find(({ about }) => about?.act === 'ask')?.about?.resource, 'src/')
    await beta.release('src/')
    assert.deepEqual(await heldBy(), [':src/a.ts me'])
    await me.release('src/a.ts')
    await me.claim('src/')
    screen.answers = [undefined]
    await assert.rejects(give('release', file), { name: 'Error' })
    assert.deepEqual(await heldBy(), [':src/ me'])
  })

  it('that were refused ask for what is in the way, not for another lock of its holder', async () => {
    const beta = await open('beta')
    await beta.claim('docs/x.md')
    await beta.claim('src/a.ts')
    screen.answers = [0]
    await claimed(join(repo, 'src/'))
    const [asked] = await beta.readMessages({ peek: true })
    assert.deepEqual(asked?.about?.resource, 'src/a.ts')
    assert.match(screen.shown[0]!.text, /^beta has locked src\/a\.ts/)
    assert.deepEqual(screen.shown.slice(1).map(({ text }) => text), ['Say why you need it. This may stay empty.', '$(check) Asked beta to release a.ts'])
  })

  it('that were refused for several ask the same, also where the holder has let go meanwhile', async () => {
    const beta = await open('beta')
    await beta.claim('src/a.ts')
    screen.answers = [0]
    const { claimResources } = await withEditor<typeof Claiming>('commands/claiming.ts', screen)
    await claimResources(me, [join(repo, 'docs/'), join(repo, 'src/')])
    assert.equal((await beta.readMessages({ peek: true }))[0]?.about?.resource, 'src/a.ts')
    const { showWarningMessage } = screen.window
    screen.window.showWarningMessage = async (...given) => {
      await beta.release('src/a.ts')
      return showWarningMessage(...given)
    }
    screen.answers = [0]
    await claimed(join(repo, 'src/'))
    await eventually('what is said', () => screen.shown.at(-1)!.text.startsWith('Nobody else holds src/'))
  })

  it('that take over what a refusal names say what is not committed of it', async () => {
    const beta = await open('beta')
    await beta.claim('src/a.ts')
    writeFileSync(join(repo, 'src/a.ts'), 'two\n')
    await beta.close()
    writeFileSync(join(repo, 'src/b.ts'), 'mine\n')
    screen.answers = [0]
    await assert.rejects(claimed(join(repo, 'src/')))
    const { items: [modal] } = screen.shown.at(-1)!
    assert.match((modal as { detail: string }).detail, /^beta left changes that are not committed:\n• src\/a\.ts\n\n/)
    assert.deepEqual(await heldBy(), [':src/a.ts beta'])
  })

  it('that take over what several left in a pattern name all that is not committed', async () => {
    const [ada, ben] = [await open('ada'), await open('ben')]
    await ada.claim('src/a.ts')
    await ben.claim('src/b.ts')
    await ben.claim('docs/')
    await leaves(ada, 'src/a.ts')
    for (const file of ['src/b.ts', 'docs/x.md']) writeFileSync(join(repo, file), 'two\n')
    await ben.close()
    screen.answers = [0]
    await assert.rejects(claimed(`${repo}/src/*.ts`))
    const { text, items: [modal] } = screen.shown.at(-1)!
    assert.equal(text, 'Take over src/*.ts?')
    assert.match((modal as { detail: string }).detail, /^ada, ben left changes that are not committed:\n• src\/b\.ts\n\n/)
    assert.deepEqual(await heldBy(), [':src/a.ts ada', ':src/b.ts ben', ':docs/ ben'])
  })

  it('that take over one in a folder that somebody left name what is not committed in the folder', async () => {
    const ada = await open('ada')
    await ada.claim('src/')
    writeFileSync(join(repo, 'src/b.ts'), 'two\n')
    await ada.close()
    screen.answers = [0]
    await assert.rejects(claimed(`${repo}/src/*.css`))
    assert.match((screen.shown.at(-1)!.items[0] as { detail: string }).detail, /• src\/b\.ts/)
  })

  it('on a file take over the folder around it only when that was agreed to', async () => {
    const [beta, file] = [await open('beta'), Uri.file(join(repo, 'src/a.ts'))]
    await beta.claim('src/')
    await leaves(beta, 'src/b.ts')
    await assert.rejects(give('takeOver', file), { name: 'Error' })
    const { text, items: [modal] } = screen.shown.at(-1)!
    assert.deepEqual([text, (modal as { detail: string }).detail], ['Take over src/?', 'a.ts is only a part of it: all of it would be yours.'])
    assert.deepEqual(await heldBy(), [':src/ beta'])
    screen.answers = [1]
    await give('takeOver', file)
    assert.deepEqual(await heldBy(), [':src/ me'])
  })

  it('that are picked, since nobody holds the file that was clicked, are those that are waited for and taken over', async () => {
    const [beta, file] = [await open('beta'), Uri.file(join(repo, 'src/a.ts'))]
    await beta.claim('docs/x.md')
    screen.answers = [0]
    await give('wait', file)
    assert.deepEqual((await me.listClaims()).map(({ resource, waiters }) => [resource, waiters]), [['docs/x.md', ['me']]])
    await me.stopWaiting('docs/x.md')
    await leaves(beta, 'docs/x.md')
    screen.answers = [0]
    await give('takeOver', file)
    assert.deepEqual(await heldBy(), [':docs/x.md me'])
  })

  it('on nearly everything can be waited for and taken over as others can', async () => {
    const beta = await open('beta')
    await beta.claim('**', { force: true })
    await give('wait', lock('', '**', 'beta'))
    assert.deepEqual((await me.listClaims()).map(({ waiters }) => waiters), [['me']])
    await me.stopWaiting('**')
    await leaves(beta, 'docs/x.md')
    await give('takeOver', lock('', '**', 'beta'))
    assert.deepEqual(await heldBy(), [':** me'])
  })

  it('let go of all that is selected, and of what is on a symbol only where nothing else is', async () => {
    for (const resource of ['src/b.ts#first', 'src/b.ts', 'src/a.ts', 'docs/', 'packages/']) await me.claim(resource)
    const files = ['src/a.ts', 'src/b.ts', 'docs', 'packages/app'].map((file) => Uri.file(join(repo, file)))
    await give('release', files[0], me, 'locks', files)
    assert.deepEqual(await heldBy(), [':src/b.ts#first me', ':packages/ me'])
    assert.deepEqual(screen.shown.map(({ text }) => text), ['$(check) Released a.ts, b.ts, docs/'])
    await me.claim('src/b.ts')
    await give('release', files[1], me, 'locks', [files[1]])
    await give('release', files[1], me, 'locks', [files[1]])
    assert.deepEqual(await heldBy(), [':packages/ me'])
  })

  it('know the file in the editor where its folder was opened through a link', async function () {
    if (process.platform === 'win32') this.skip()
    const link = join(base, 'link')
    symlinkSync(repo, link)
    await me.claim('src/a.ts')
    screen.window.activeTextEditor = { document: { uri: Uri.file(join(link, 'src/a.ts')) } }
    await give('checkIn', undefined, me, 'work')
    assert.equal((await me.listClaims())[0]?.message, 'typed')
  })

  it('answer whoever asks for a lock that it is kept, and why, or let go of all but a part of it', async () => {
    const beta = await open('beta')
    const asks = async (resource: string, why: string): Promise<unknown> => {
      const asked = await beta.askForRelease(resource, why)
      return { target: { type: 'message', id: asked.ok ? asked.id : '' } }
    }
    const answer = async (): Promise<unknown[]> => {
      const { about, body } = (await beta.readMessages({ unread: true })).at(-1)!
      return [about?.act, (about as { answer?: string }).answer, about?.resource, body]
    }
    await me.claim('src/')
    const ask = await asks('src/', 'for the release')
    await give('keepLock', ask, me, 'answering')
    assert.deepEqual(await answer(), ['answer', 'keep', 'src/', 'typed'])
    assert.equal(screen.shown.at(-1)!.text, '$(check) Told beta that you keep src/')
    await give('keepLock', ask, me, 'answering')
    assert.match(screen.shown.at(-1)!.text, /^You have answered m?\d+ already/)

    const again = await asks('src/', 'only a moment')
    const { showInputBox } = screen.window
    screen.window.showInputBox = () => Promise.resolve('docs/x.md')
    await give('narrowLock', again, me, 'answering')
    assert.deepEqual([screen.shown.at(-1)!.text, await heldBy()], ['Only what is within src/ can be kept. Its lock is as it was.', [':src/ me']])
    // What is not committed is offered as what to keep.
    screen.window.showInputBox = showInputBox
    writeFileSync(join(repo, 'src/b.ts'), 'two\n')
    await give('narrowLock', again, me, 'answering')
    assert.deepEqual(await heldBy(), [':src/b.ts me'])
    assert.equal((await answer())[1], 'narrow')
    const last = await asks('src/b.ts', 'please')
    await me.release('src/b.ts')
    screen.window.showInputBox = () => Promise.resolve('src/b.ts#first')
    await give('narrowLock', last, me, 'answering')
    assert.equal(screen.shown.at(-1)!.text, 'src/b.ts is not locked any more. Lock it again if you still need it.')
  })

  it('open the file that a message is about, also one of which its lock has ended; others are about none', async () => {
    await me.claim('src/a.ts')
    const beta = await open('beta')
    await beta.askForRelease('src/a.ts', 'soon')
    await me.release('src/a.ts')
    await beta.sendMessage({ to: 'me', subject: 'Hello', body: '' })
    await me.refresh()
    const [ask, hello] = me.state().messages.map(({ id }) => ({ target: { type: 'message', id } }))
    await give('openAgentFile', ask, me, 'agents')
    await give('openFile', (screen.ran[0] as unknown[])[1])
    assert.deepEqual(screen.ran, [['muster.openFile', lock('', 'src/a.ts', '')], ['vscode.open', Uri.file(join(repo, 'src/a.ts'))]])
    assert.deepEqual(messageRows(me.state(), Date.now()).map(({ kind }) => kind).sort(), ['message.unread', 'message.unread+file'])
    await give('openAgentFile', hello, me, 'agents')
    assert.equal(screen.ran.length, 2)
  })

  it('name a file that is open and locked once among what a message can be about', async () => {
    const beta = await open('beta')
    await me.claim('src/a.ts')
    await beta.claimAll(['src/b.ts', 'docs/x.md'])
    screen.window.activeTextEditor = { document: { uri: Uri.file(join(repo, 'src/a.ts')) } }
    screen.answers = [2, 0, 0]
    await give('sendMessage', { target: { type: 'agent', id: 'beta' } }, me, 'messages')
    const about = screen.shown.filter(({ how }) => how === 'pick')[1]!.items
    assert.deepEqual(about.map(({ label, description }) => [label, description]), [['$(lock) src/a.ts', 'open here · yours'], ['$(lock) src/b.ts', 'locked by beta'], ['$(lock) docs/x.md', 'locked by beta'], ['$(circle-slash) Nothing in particular', '']])
    assert.equal((await beta.readMessages({ peek: true })).at(-1)?.about?.resource, 'src/a.ts')
  })

  it('name so many as what a message can be about as anybody reads, one\'s own first', async () => {
    await (await open('beta')).claimAll(Array.from({ length: 520 }, (_, n) => `src/${n}.ts`))
    await me.claimAll(['src/a.ts', 'docs/x.md'])
    screen.answers = [2, 0, 0]
    await give('sendMessage', { target: { type: 'agent', id: 'beta' } }, me, 'messages')
    const about = screen.shown.filter(({ how }) => how === 'pick')[1]!.items
    assert.equal(about.length, 501, 'and nothing in particular')
    assert.deepEqual(about.slice(0, 3).map(({ label }) => label), ['$(lock) src/a.ts', '$(lock) docs/x.md', '$(lock) src/0.ts'])
  })

  it('that open a file show the lock where it is on none', async () => {
    await (await open('beta')).claimAll(['port:3000', 'src/*.css'])
    for (const resource of ['port:3000', 'src/*.css']) await give('openFile', lock('', resource, 'me'))
    assert.deepEqual(screen.ran, ['port:3000', 'src/*.css'].map((resource) => ['muster.showLock', lock('', resource, 'beta')]))
  })

  it('hand off and give back locks where a folder below the root was opened', async () => {
    const [app, resource] = [await open('max', 'person', join(repo, 'packages/app')), 'packages/app/src/a.ts']
    await app.claim('src/a.ts')
    await app.saveSession()
    await app.release('src/a.ts')
    const given = await app.recoverSession()
    assert.ok(given.ok)
    assert.deepEqual([given.claims.map((one) => [one.resource, one.how]), given.refused], [[[resource, 'anew']], []])
    const again = await app.recoverSession()
    assert.deepEqual(again.ok && again.claims.map(({ how }) => how), ['kept'])
    await open('beta')
    screen.window.showQuickPick = (items) => Promise.resolve(items)
    await give('handOff', { target: { type: 'agent', id: 'beta' } }, app, 'handingOn')
    assert.deepEqual(screen.shown.map(({ text }) => text).at(-1), '$(check) Handed off to beta')
    assert.deepEqual(await heldBy(), [`:${resource} beta`])
  })
})
