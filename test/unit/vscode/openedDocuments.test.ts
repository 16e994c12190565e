import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import type { DecisionView, MessageView } from '../../../src/core/model/operations.js'
import type * as DocumentsModule from '../../../src/vscode/documents.js'
import { eventually } from '../../vscode/driver/eventually.js'
import { Heard, Screen, withEditor } from './editor.js'
import { agent, decision, ledgerStatus, message, task, world } from './fakes.js'

/** An editor whose Markdown is shown as it is, and whose panels a test holds. */
class DocumentScreen extends Screen {
  readonly said = new Heard<unknown>()
  readonly posted: { address: string; content?: { html: string; said: { text: string }[] } }[] = []

  override get vscode(): unknown {
    const { said, posted } = this
    const silent = { dispose: () => undefined }
    const gone = new Heard<unknown>()
    const before = super.vscode as { commands: { executeCommand: (command: string, ...given: unknown[]) => Promise<void> }; workspace: object; window: object }
    const webview = { onDidReceiveMessage: said.event, asWebviewUri: String, postMessage: (one: (typeof posted)[number]) => Promise.resolve(posted.push(one)) }
    return {
      ...before,
      EventEmitter: class {
        event = () => silent
        dispose = () => undefined
      },
      ViewColumn: { Active: 1 },
      Uri: { joinPath: () => '' },
      commands: { executeCommand: (command: string, ...given: unknown[]) => (command === 'markdown.api.render' ? Promise.resolve(given[0]) : before.commands.executeCommand(command, ...given)) },
      workspace: { ...before.workspace, registerTextDocumentContentProvider: () => silent },
      window: {
        ...before.window,
        registerWebviewPanelSerializer: () => silent,
        createWebviewPanel: (_type: string, title: string) => ({ title, visible: true, webview, onDidChangeViewState: () => silent, onDidDispose: gone.event, dispose: () => gone.fire(undefined), reveal: () => undefined }),
      },
    }
  }
}

/** Of a repository. */
interface Fake {
  name?: string
  muster: unknown
  writable: boolean
  state: { kind: string; place?: { folder?: string }; [more: string]: unknown }
  world(): unknown
}

describe('a document that is opened', () => {
  let screen: DocumentScreen
  let root: string
  /** What the state has, and what the records have. */
  let state: { messages: MessageView[]; decisions: DecisionView[] }
  let records: { messages: MessageView[]; decisions: DecisionView[] }
  let reads: unknown[]
  let window: Fake
  let repositories: { shown: Fake; all: Fake[]; at(folder: string): Fake | undefined; onDidChange: unknown }
  let documents: DocumentsModule.Documents
  const changed = new Heard<Fake | undefined>()
  const failed: unknown[] = []
  const reported: unknown[] = []

  beforeEach(async () => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'muster-opened-')))
    screen = new DocumentScreen()
    state = { messages: [], decisions: [] }
    records = { messages: [], decisions: [] }
    reads = []
    const muster = {
      agent: 'me', root, ledgerStatus: () => ledgerStatus,
      state: () => world({ agents: [agent({ id: 'me', kind: 'person', me: true })], ...state }),
      readMessages: (options: { ids: string[] }) => (reads.push(options), Promise.resolve(records.messages.filter(({ id }) => options.ids.includes(id)))),
      listDecisions: () => Promise.resolve(records.decisions),
    }
    window = { muster, writable: true, state: { kind: 'on', muster }, world: () => muster.state() }
    const { Documents } = await withEditor<typeof DocumentsModule>('documents.ts', screen)
    repositories = { shown: window, all: [window], at: (folder) => repositories.all.find(({ state: { place } }) => place?.folder === folder), onDidChange: changed.event }
    documents = new Documents({ repositories, project: {}, dist: '', log: { error: (...given: unknown[]) => void failed.push(given), show: () => undefined }, report: (error: unknown) => void reported.push(error) } as unknown as ConstructorParameters<typeof Documents>[0])
  })
  afterEach(() => {
    documents.dispose()
    removeFolder(root)
    assert.deepEqual(reported.splice(0), [])
  })

  async function shown(address: string): Promise<string> {
    const { html, said } = (await documents.contentOf(address))!
    return [html, ...said.map(({ text }) => text)].join('\n')
  }

  it('has all of its text, where the state has only its beginning', async () => {
    const long = 'word '.repeat(100)
    state.messages = [{ ...message({ id: '1', body: long.slice(0, 200) }), cut: true } as MessageView]
    records.messages = [message({ id: '1', body: `${long} END` })]
    state.decisions = [decision({ number: 7, status: 'approved', decision: long.slice(0, 200) })]
    records.decisions = [decision({ number: 7, status: 'approved', decision: `${long} END`, context: 'BECAUSE' })]
    assert.match(await shown('message=1'), /END/)
    const text = await shown('decision=7'.replace('7', 'D-7'))
    assert.match(text, /END/)
    assert.match(text, /BECAUSE/)
  })

  it('is read again when the state has something new of it, and not before', async () => {
    state.messages = records.messages = [message({ id: '1', body: 'first' })]
    await shown('message=1')
    await shown('message=1')
    assert.equal(reads.length, 1)
    state.messages = records.messages = [message({ id: '1', body: 'first', status: 'acknowledged', ticked: [] })]
    await shown('message=1')
    assert.equal(reads.length, 2)
  })

  it('is found in the records where it has left the state, also after a reload', async () => {
    records.messages = [message({ id: 'old', body: 'from long ago' })]
    assert.match(await shown('message=old'), /from long ago/)
    assert.match(await shown('message=none'), /is not there any more/)
  })

  it('and is looked at again there after something was done about it', async () => {
    records.messages = [message({ id: 'old', status: 'seen', unread: false })]
    const labels = async (): Promise<string[]> => (await documents.contentOf('message=old'))!.buttons.map(({ label }) => label)
    assert.deepEqual(await labels(), ['Reply', 'Acknowledge'])
    records.messages = [message({ id: 'old', status: 'acknowledged', unread: false })]
    await documents.answer('message=old', { type: 'act', address: 'message=old', act: 'muster.acknowledgeMessage' })
    assert.deepEqual(await labels(), ['Reply'])
  })

  it('says what is wrong where the records cannot be opened: nothing of it is gone', async () => {
    window.muster = undefined
    window.world = () => undefined
    window.state = { kind: 'failed', place: {}, problem: { message: 'No disk.' } }
    const text = await shown('message=1')
    assert.match(text, /No disk/)
    assert.doesNotMatch(text, /any more/)
  })

  it('has what the state has while a database does not answer, and goes on reading', async () => {
    Object.assign(window.muster as object, { readMessages: () => Promise.reject(new Error('The database does not answer.')), listDecisions: () => Promise.reject(new Error('The database does not answer.')) })
    state.messages = [message({ id: '1', body: 'known before' })]
    state.decisions = [decision({ number: 7, decision: 'known as well' })]
    assert.match(await shown('message=1'), /known before/)
    assert.match(await shown('decision=D-7'), /known as well/)
    assert.equal(reported.splice(0).length, 2)
    Object.assign(window.muster as object, { readMessages: () => Promise.resolve([message({ id: '1', body: 'known before, and the rest' })]) })
    assert.match(await shown('message=1'), /and the rest/)
  })

  it('stays with the repository that it was opened in, whichever is shown: both have a message 1', async () => {
    const of = (name: string): Fake => {
      const messages = [message({ id: '1', body: `of ${name}` })]
      const muster = { agent: 'me', root, ledgerStatus: () => ledgerStatus, state: () => world({ agents: [agent({ id: 'me', kind: 'person', me: true })], messages }), readMessages: () => Promise.resolve(messages), listDecisions: () => Promise.resolve([]) }
      return { name, muster, writable: true, state: { kind: 'on', muster, place: { folder: `/w/${name}/.muster` } }, world: () => muster.state() }
    }
    const [shop, api] = [of('shop'), of('api')]
    Object.assign(repositories, { shown: shop, all: [shop, api] })
    await documents.showMessage(message({ id: '1' }), shop as never)
    screen.said.fire({ type: 'ready' })
    const { address } = await eventually('the page', () => screen.posted[0])
    repositories.shown = api
    assert.match(await shown(address), /of shop/)
    await documents.answer(address, { type: 'act', address, act: 'muster.replyMessage' })
    assert.deepEqual(screen.ran.at(-1), ['muster.replyMessage', { target: { type: 'message', id: '1' }, folder: '/w/shop/.muster' }])
    await documents.showMessage(message({ id: '1' }), api as never)
    screen.said.fire({ type: 'ready' })
    const other = (await eventually('the other page', () => screen.posted[1])).address
    assert.match(await shown(other), /of api/)
    repositories.shown = shop
    for (const [address, show] of [['decision=D-3', () => documents.showDecision(decision({ number: 3 }), api as never)], ['task=T-4', () => documents.showTask(task({ number: 4 }), api as never)]] as const) {
      await show()
      screen.said.fire({ type: 'ready' })
      await eventually('a page of what is not shown', () => screen.posted.some((posted) => posted.address === `${address}&in=/w/api/.muster`))
    }
    repositories.all = [api]
    assert.match(await shown(address), /off here/, 'its folder was closed')
  })

  it('is made anew when its own repository has changed, and for no other', () => {
    const of = (name: string): Fake => ({ name, state: { kind: 'on', place: { folder: `/w/${name}/.muster` } } }) as unknown as Fake
    const [shop, api] = [of('shop'), of('api')]
    const front = of('shown')
    Object.assign(repositories, { shown: front, current: shop, all: [shop, api] })
    const addresses = ['message=1&in=/w/shop/.muster', 'message=1&in=/w/api/.muster', 'report=day']
    const heard: string[][] = []
    documents.onDidUpdate((isAbout) => heard.push(addresses.filter(isAbout)))
    for (const one of [shop, api, undefined]) changed.fire(one)
    assert.deepEqual(heard, [[addresses[0], addresses[2]], [addresses[1]], addresses])
  })

  it('leads to files of the window\'s own working tree', async () => {
    const gitDir = join(root, 'main', '.git', 'worktrees', 'feat')
    mkdirSync(gitDir, { recursive: true })
    writeFileSync(join(gitDir, 'commondir'), '../..\n')
    mkdirSync(join(root, 'feat'))
    writeFileSync(join(root, 'feat', '.git'), `gitdir: ${gitDir}\n`)
    Object.assign(window.muster as object, { root: join(root, 'feat') })
    state.messages = [message({ id: '1', about: { resource: 'src/main.ts' } })]
    const tree = async (name: string): Promise<unknown> => {
      await documents.answer('message=1', { type: 'open', address: 'message=1', open: 'file', name })
      return (screen.ran.at(-1)?.[1] as { target: { tree: string } }).target.tree
    }
    assert.equal(await tree('src/a.ts'), 'feat')
    assert.equal(await tree('src/main.ts'), '', 'what the message is about is where it says')
  })

  it('says when what a button does fails', async () => {
    state.messages = records.messages = [message({ id: '1' })]
    screen.running = (command) => {
      if (command === 'muster.replyMessage') throw new Error('broken')
    }
    await documents.showMessage(state.messages[0]!, window as never)
    screen.said.fire({ type: 'ready' })
    await eventually('the page', () => screen.posted.length === 1)
    screen.said.fire({ type: 'act', address: 'message=1', act: 'muster.replyMessage' })
    await eventually('what is said', () => screen.shown.length === 1)
    assert.deepEqual([screen.shown[0]!.how, failed.length], ['error', 1])
  })
})
