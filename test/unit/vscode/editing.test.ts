import assert from 'node:assert/strict'
import type * as GuardModule from '../../../src/vscode/editGuard.js'
import type * as UnsavedModule from '../../../src/vscode/unsavedFiles.js'
import { eventually } from '../../vscode/driver/eventually.js'
import { Heard, Screen, withEditor } from './editor.js'
import { claim, world } from './fakes.js'

interface Document {
  uri: { scheme: string; fsPath: string; toString(): string }
  isDirty: boolean
}

const file = (path: string, isDirty = false): Document => ({ uri: { scheme: 'file', fsPath: path, toString: () => `file://${path}` }, isDirty })

/** Where a window keeps things; what happens while it does can be given. */
class Memory {
  keeping: () => Promise<void> | void = () => undefined

  constructor(readonly kept = new Map<string, unknown>()) {}

  get(key: string, otherwise?: unknown): unknown {
    return this.kept.get(key) ?? otherwise
  }

  async update(key: string, value: unknown): Promise<void> {
    await this.keeping()
    if (value === undefined) this.kept.delete(key)
    else this.kept.set(key, value)
  }
}

describe('unsaved changes in a window', () => {
  let screen: Screen
  let told: string[][]
  let changed: Heard<void>
  let memory: Memory
  let agent: string

  beforeEach(() => {
    screen = new Screen()
    told = []
    changed = new Heard()
    memory = new Memory()
    agent = 'me'
  })

  async function watched(): Promise<{ dispose(): void }> {
    const { UnsavedFiles } = await withEditor<typeof UnsavedModule>('unsavedFiles.ts', screen)
    const window = { writable: true, onDidChange: changed.event, get muster() { return { agent, checkIn: (_: null, { unsaved }: { unsaved: string[] }) => (told.push(unsaved), Promise.resolve()) } } }
    const locks = { nameOf: ({ fsPath }: Document['uri']) => (fsPath.startsWith('/repo/') ? fsPath.slice(6) : undefined) }
    return new UnsavedFiles(...([window, locks, memory, (error: unknown) => assert.fail(String(error))] as unknown as ConstructorParameters<typeof UnsavedModule.UnsavedFiles>))
  }

  it('are told of, and that they were undone: what is not dirty any more was not saved either', async () => {
    const [a, b, elsewhere] = [file('/repo/a.ts', true), file('/repo/b.ts'), file('/tmp/x.ts', true)]
    screen.workspace.textDocuments = [b, a, elsewhere]
    const files = await watched()
    screen.edited.fire({ document: a })
    await eventually('the file', () => told.length === 1)
    await eventually('that it is remembered', () => memory.kept.get('unsaved') === true)
    a.isDirty = false
    screen.edited.fire({ document: a })
    await eventually('that there is none', () => told.length === 2)
    await eventually('that it is forgotten', () => memory.kept.size === 0)
    // Nothing is told while there is nothing to tell: the next is the other file.
    screen.edited.fire({ document: a })
    screen.saved.fire(a)
    b.isDirty = true
    screen.edited.fire({ document: b })
    await eventually('the other', () => told.length === 3)
    assert.deepEqual(told, [['a.ts'], [], ['b.ts']])
    files.dispose()
  })

  it('are told of in notebooks too, whose cells are no files', async () => {
    const notebook = file('/repo/study.ipynb', true)
    screen.workspace.notebookDocuments = [notebook]
    const files = await watched()
    screen.notebookEdited.fire({ notebook })
    await eventually('the notebook', () => told.length === 1)
    notebook.isDirty = false
    screen.saved.fire(notebook)
    await eventually('that there is none', () => told.length === 2)
    assert.deepEqual(told, [['study.ipynb'], []])
    files.dispose()
  })

  it('that were told before a reload are taken back where it left none', async () => {
    memory.kept.set('unsaved', true)
    const files = await watched()
    changed.fire()
    await eventually('that there is none', () => told.length === 1)
    await eventually('that it is forgotten', () => memory.kept.size === 0)
    assert.deepEqual(told, [[]])
    files.dispose()
  })

  it('are told anew under another identity', async () => {
    const a = file('/repo/a.ts', true)
    screen.workspace.textDocuments = [a]
    const files = await watched()
    screen.edited.fire({ document: a })
    await eventually('the file', () => told.length === 1)
    await eventually('that it is remembered', () => memory.kept.get('unsaved') === true)
    agent = 'other'
    changed.fire()
    await eventually('the file once more', () => told.length === 2)
    assert.deepEqual(told, [['a.ts'], ['a.ts']])
    files.dispose()
  })
})

describe('unsaved changes that were there first', () => {
  it('are told of once Muster is on, and in a folder once it is open', async () => {
    const screen = new Screen()
    const told: string[][] = []
    const changed = new Heard<void>()
    const window: { writable: boolean; onDidChange: unknown; muster?: unknown } = { writable: true, onDidChange: changed.event }
    const open = ['/repo/']
    screen.workspace.textDocuments = [file('/repo/a.ts', true), file('/repo-x/b.ts', true)]
    const locks = { nameOf: ({ fsPath }: Document['uri']) => open.flatMap((root, index) => (fsPath.startsWith(root) ? `${index > 0 ? 'x//' : ''}${fsPath.slice(root.length)}` : []))[0] }
    const { UnsavedFiles } = await withEditor<typeof UnsavedModule>('unsavedFiles.ts', screen)
    const files = new UnsavedFiles(...([window, locks, new Memory(), (error: unknown) => assert.fail(String(error))] as unknown as ConstructorParameters<typeof UnsavedModule.UnsavedFiles>))
    changed.fire()
    window.muster = { checkIn: (_: null, { unsaved }: { unsaved: string[] }) => (told.push(unsaved), Promise.resolve()) }
    changed.fire()
    await eventually('the file', () => told.length === 1)
    open.push('/repo-x/')
    screen.folders.fire(undefined)
    await eventually('the other', () => told.length === 2)
    assert.deepEqual(told, [['a.ts'], ['a.ts', 'x//b.ts']])
    files.dispose()
  })
})

describe('a file that somebody else holds, in a window that closes such files', () => {
  const close = 'workbench.action.files.setActiveEditorReadonlyInSession'
  const open = 'workbench.action.files.resetActiveEditorReadonlyInSession'
  let screen: Screen
  let memory: Memory
  let held: string[]
  let locksChanged: Heard<unknown>
  let logged: unknown[]
  let looks: number

  beforeEach(() => {
    screen = new Screen()
    memory = new Memory()
    looks = 0
    held = ['/repo/a.ts']
    locksChanged = new Heard()
    logged = []
  })

  async function guarded(): Promise<GuardModule.EditGuard> {
    const { EditGuard } = await withEditor<typeof GuardModule>('editGuard.ts', screen)
    const window = { writable: true, world: () => world(), muster: { agent: 'me', state: () => world(), logError: (error: unknown) => (logged.push(error), Promise.resolve()) } }
    const locks = { onDidChange: locksChanged.event, on: ({ fsPath }: Document['uri']) => (looks++, held.includes(fsPath) ? { others: [claim({ resource: fsPath.slice(6) })], elsewhere: [] } : undefined), below: ({ fsPath }: Document['uri']) => held.filter((one) => one.startsWith(`${fsPath}/`)).map((one) => file(one).uri) }
    const settings = { get: () => 'block', onDidChange: new Heard().event }
    return new EditGuard(...([{ of: () => window }, locks, settings, memory, (error: unknown) => assert.fail(String(error))] as unknown as ConstructorParameters<typeof GuardModule.EditGuard>))
  }

  const show = (document: Document | undefined): void => {
    screen.window.activeTextEditor = document && { document }
    screen.activated.fire(undefined)
  }
  const ran = (): string[] => screen.ran.map(([command]) => command)
  const uri = (document: Document): never => document.uri as never

  it('is read-only while it is held, and not where the person decides to edit it anyway', async () => {
    const a = file('/repo/a.ts')
    const guard = await guarded()
    show(a)
    await eventually('it to be closed', () => ran().length === 1)
    assert.equal(guard.isClosed(uri(a)), true)
    held = []
    locksChanged.fire(undefined)
    await eventually('it to be opened', () => ran().length === 2)
    held = ['/repo/a.ts']
    locksChanged.fire(undefined)
    await eventually('it to be closed again', () => ran().length === 3)
    guard.editAnyway(uri(a))
    await eventually('it to be opened again', () => ran().length === 4)
    assert.deepEqual([ran(), guard.isClosed(uri(a))], [[close, open, close, open], false])
    guard.dispose()
  })

  it('is left alone while it has unsaved changes, and closed when it has none', async () => {
    const a = file('/repo/a.ts', true)
    const guard = await guarded()
    show(a)
    await eventually('it to be looked at', () => looks === 1)
    a.isDirty = false
    locksChanged.fire(undefined)
    await eventually('it to be closed', () => ran().length === 1)
    a.isDirty = true
    locksChanged.fire(undefined)
    await eventually('it to be opened', () => ran().length === 2)
    assert.deepEqual(ran(), [close, open])
    guard.dispose()
  })

  it('is the one that was meant: another that has come to the front meanwhile is not closed for it', async () => {
    const [a, b] = [file('/repo/a.ts'), file('/repo/b.ts')]
    const guard = await guarded()
    let comesToFront = false
    memory.keeping = () => {
      if (!comesToFront) screen.window.activeTextEditor = { document: b }
      comesToFront = true
    }
    show(a)
    await eventually('it to be noted, and taken back', () => comesToFront && !guard.isClosed(uri(a)))
    show(a)
    await eventually('it to be closed', () => ran().length === 1)
    assert.deepEqual([ran(), guard.isClosed(uri(a)), guard.isClosed(uri(b))], [[close], true, false])
    guard.dispose()
  })

  it('that a window left closed when it crashed is opened where nobody holds it any more', async () => {
    memory.kept.set('guard.closed', ['file:///repo/a.ts'])
    held = []
    const guard = await guarded()
    show(file('/repo/a.ts'))
    await eventually('it to be opened', () => ran().length === 1)
    assert.deepEqual([ran(), [...memory.kept.keys()]], [[open], []])
    guard.dispose()
  })

  it('is a conflict that everybody reads of when it is saved all the same', async () => {
    const guard = await guarded()
    screen.saved.fire(file('/repo/free.ts'))
    screen.saved.fire(file('/repo/a.ts'))
    await eventually('the conflict', () => logged.length === 1)
    assert.deepEqual(logged, [{ kind: 'conflict', severity: 'medium', resource: '/repo/a.ts', message: 'me saved a.ts while Bea held it' }])
    guard.dispose()
  })

  it('is closed as a notebook too, of which one edits a cell', async () => {
    held = ['/repo/study.ipynb']
    const notebook = file('/repo/study.ipynb')
    const guard = await guarded()
    screen.window.activeNotebookEditor = { notebook }
    show(file('/repo/study.ipynb#cell'))
    await eventually('it to be closed', () => ran().length === 1)
    assert.deepEqual([ran(), guard.isClosed(uri(notebook))], [[close], true])
    guard.dispose()
  })

  it('is one too when it is deleted or moved, also with a folder that it is in', async () => {
    held = ['/repo/a.ts', '/repo/src/b.ts', '/repo/src/deep/c.ts']
    const guard = await guarded()
    screen.deleted.fire({ files: [file('/repo/a.ts').uri, file('/repo/free.ts').uri] })
    screen.renamed.fire({ files: [{ oldUri: file('/repo/src').uri, newUri: file('/repo/lib').uri }] })
    await eventually('the conflicts', () => logged.length === 3)
    assert.deepEqual(logged.map((one) => (one as { message: string }).message).sort(), ['me deleted a.ts while Bea held it', 'me moved src/b.ts while Bea held it', 'me moved src/deep/c.ts while Bea held it'])
    guard.dispose()
  })

  it('is one too when a file is made where somebody holds it, or is moved there; within what they hold it is one', async () => {
    held = ['/repo/new.ts', '/repo/in.ts', '/repo/a.ts', '/repo/b.ts']
    const guard = await guarded()
    screen.created.fire({ files: [file('/repo/new.ts').uri, file('/repo/free.ts').uri] })
    await eventually('the first', () => logged.length === 1)
    screen.renamed.fire({ files: [{ oldUri: file('/repo/mine.ts').uri, newUri: file('/repo/in.ts').uri }, { oldUri: file('/repo/a.ts').uri, newUri: file('/repo/b.ts').uri }] })
    await eventually('the conflicts', () => logged.length === 3)
    assert.deepEqual(logged.map((one) => (one as { message: string }).message).sort(), ['me made in.ts while Bea held it', 'me made new.ts while Bea held it', 'me moved a.ts while Bea held it'])
    guard.dispose()
  })
})
