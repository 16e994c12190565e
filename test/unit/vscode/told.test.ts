import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import type * as AgentCommands from '../../../src/vscode/commands/agents.js'
import type * as Context from '../../../src/vscode/commands/context.js'
import type * as DecisionCommands from '../../../src/vscode/commands/decisions.js'
import type * as ErrorCommands from '../../../src/vscode/commands/errors.js'
import type * as MessageCommands from '../../../src/vscode/commands/messages.js'
import type * as RecoverCommands from '../../../src/vscode/commands/recovering.js'
import type * as RunCommands from '../../../src/vscode/commands/runs.js'
import type * as TaskCommands from '../../../src/vscode/commands/tasks.js'
import type * as WorkCommands from '../../../src/vscode/commands/work.js'
import type * as WindowCommands from '../../../src/vscode/commands/window.js'
import type * as NotificationsModule from '../../../src/vscode/notifications.js'
import type * as Say from '../../../src/vscode/say.js'
import { asWritten, iconed } from '../../../src/vscode/asWritten.js'
import { statusOfWorld } from '../../../src/vscode/statusText.js'
import { eventually } from '../../vscode/driver/eventually.js'
import { Screen, withEditor } from './editor.js'
import { agent, claim, decision, ledgerStatus, message, world } from './fakes.js'

/** As the editor finds links in a notification. */
const linked = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i
/** As it finds icons in choices, the status bar, prompts and names of terminals. */
const pictured = /(\\)?\$\(([A-Za-z0-9-]+(?:~[A-Za-z]+)?)\)/
const hostile = '[Show details](command:workbench.action.quit)'

function sources(): [path: string, text: string][] {
  const folder = join(projectRoot, 'src', 'vscode')
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => [file.replaceAll('\\', '/'), readFileSync(join(folder, file), 'utf8')])
}

describe('what people are told', () => {
  let screen: Screen
  beforeEach(() => (screen = new Screen()))

  describe('text of others', () => {
    it('is no link', () => {
      for (const text of [hostile, `a ${hostile} b ${hostile}`, '[a](https://example.com "b")', '[[a](file:///etc/passwd)']) {
        assert.match(text, linked)
        assert.doesNotMatch(asWritten(text), linked)
        assert.equal(asWritten(text).replaceAll('\u200b', ''), text, 'and reads as it did')
      }
      assert.equal(asWritten('a [b] (c)'), 'a [b] (c)')
    })

    it('goes through that wherever a notification or an input shows it', () => {
      const found = sources()
      const messages = found.filter(([, text]) => /window\.show(Information|Warning|Error)Message/.test(text)).map(([file]) => file)
      // Its questions are dialogs, where nothing is a link; what else it says is made none by itself, as it loads nothing of the editor's.
      assert.deepEqual(messages.filter((file) => !file.startsWith('database/')), ['say.ts'])
      for (const [file, text] of found) for (const line of text.split('\n')) if (/window\.show(Information|Warning|Error)Message\(/.test(line)) assert.match(line, /modal: true|asWritten\(/, file)
      assert.deepEqual(found.filter(([, text]) => /showInputBox|createInputBox/.test(text)).map(([file]) => file).sort(), ['commands/context.ts', 'database/askAddress.ts'], 'the address is the person\'s own')
      const progress = found.flatMap(([file, text]) => text.split('\n').filter((line) => /\.ProgressLocation\.Notification/.test(line) && !line.includes('title: asWritten(title)')).map(() => file))
      assert.deepEqual(progress, [])
      const choices = found.filter(([, text]) => /window\.(showQuickPick|setStatusBarMessage)|createQuickPick/.test(text)).map(([file]) => file)
      assert.deepEqual(choices, ['say.ts'])
      // Where text of others comes after an icon of ours; the words of the others are ours alone.
      for (const [file, text] of found) if (file !== 'asWritten.ts') for (const line of text.split('\n')) if (/`\$\(.*\$\{/.test(line)) assert.match(line, /return \{ text: `\$\([a-z-]+\) \$\{t\('Muster: /, file)
      for (const [file, text] of found) for (const line of text.split('\n')) if (/createTerminal\(/.test(line)) assert.match(line, /createTerminal\(\{ name(: asWritten\(|, cwd: muster\.root)/, `${file}: a run's name has letters, digits, dots and dashes only`)
    })

    it('is no icon', () => {
      for (const text of ['$(trash) x', 'a $(sync~spin) b$(x)', '$$(flame)', '\\$(lock)']) {
        assert.match(text, pictured)
        assert.doesNotMatch(asWritten(text), pictured)
        assert.equal(asWritten(text).replaceAll('\u200b', ''), text, 'and reads as it did')
        assert.equal(asWritten(asWritten(text)), asWritten(text))
      }
      assert.deepEqual([asWritten('$5 (a) $ (b) ${c}'), iconed('check', '$(trash)')], ['$5 (a) $ (b) ${c}', '$(check) $\u200b(trash)'])
      const me = agent({ id: 'me', name: '$(pass) Maria', me: true })
      assert.equal(statusOfWorld(world({ agents: [me], me })).text, '$(account) $\u200b(pass) Maria')
    })

    it('in a choice, which answers what was given', async () => {
      const { showQuickPick } = await withEditor<typeof Say>('say.ts', screen)
      const items = [{ label: 'a' }, { icon: 'mail', label: '$(trash) b', description: '$(x) c', detail: '$(y) d', id: 7 }]
      screen.answers = [1, 0]
      assert.equal(await showQuickPick(items, { title: '' }), items[1])
      assert.equal(await showQuickPick(Promise.resolve(items), { title: '' }), items[0])
      const seen = screen.shown.flatMap(({ items }) => items as unknown as Record<string, unknown>[])
      assert.deepEqual(seen[1] && [seen[1]['label'], seen[1]['description'], seen[1]['detail']], ['$(mail) $\u200b(trash) b', '$\u200b(x) c', '$\u200b(y) d'])
    })

    it('in the inputs and warnings of commands', async () => {
      const { ask, refused, pick } = await withEditor<typeof Context>('commands/context.ts', screen)
      await ask('title', hostile)
      refused(hostile)
      await assert.rejects(pick([], { title: '', none: hostile, item: () => ({ label: '' }) }))
      assert.deepEqual(screen.shown.map(({ how }) => how), ['input', 'warning', 'information'])
      for (const { text } of screen.shown) assert.doesNotMatch(text, linked)
    })
  })

  describe('a notification', () => {
    let storage: string
    beforeEach(() => (storage = mkdtempSync(join(tmpdir(), 'muster-told-'))))
    afterEach(() => rmSync(storage, { recursive: true, force: true }))

    const silent = { event: () => ({ dispose: () => undefined }) }

    /** Shows what this world has to tell. */
    async function tell(fields: Parameters<typeof world>[0]): Promise<void> {
      const { Notifications } = await withEditor<typeof NotificationsModule>('notifications.ts', screen)
      const me = agent({ id: 'me', name: 'Maria', kind: 'person', me: true, unread: fields?.messages?.length ?? 0, claims: ['src/a.ts'] })
      const shown = world({ agents: [me, agent({ id: 'bea' })], ...fields })
      const changed: (() => void)[] = []
      const window = { muster: { ledgerStatus: () => ledgerStatus, acknowledge: () => Promise.resolve() }, world: () => shown, writable: true, onDidChange: (listener: () => void) => (changed.push(listener), { dispose: () => undefined }) }
      const settings = { get: (key: string) => (key === 'notifications.minutes' ? 0 : true), ofUser: () => 'ask', onDidChange: silent.event }
      const notifications = new Notifications({ window, settings, storage, log: { warn: assert.fail }, supervision: { isResuming: false, onDidResume: silent.event }, problems: { kept: [], onDidChange: silent.event } } as unknown as ConstructorParameters<typeof Notifications>[0])
      for (const listener of changed) listener()
      notifications.dispose()
    }

    const asks = message({ id: '1', subject: hostile, body: hostile, about: { act: 'ask', resource: 'src/a.ts' } })
    const help = message({ id: '2', subject: hostile, kind: 'help' })
    const mine = claim({ resource: 'src/a.ts', heldBy: 'me', mine: true })

    it('has no link in it, whatever agents write', async () => {
      await tell({ messages: [asks], claims: [mine] })
      await eventually('what is shown', () => screen.shown.length === 1)
      assert.match(screen.shown[0]!.text, /Show details/)
      assert.doesNotMatch(screen.shown[0]!.text, linked)
    })

    it('of several things shows them, and for the one that is chosen what can be done', async () => {
      screen.answers = [0, 1, 0]
      await tell({ messages: [asks, help], claims: [mine] })
      await eventually('what is shown', () => screen.ran.length === 1)
      const [toast, choice, acts] = screen.shown
      assert.deepEqual(toast!.items.map(({ title }) => title), ['Show'])
      assert.deepEqual(choice!.items.map(({ label }) => label!.split(' ', 3).join(' ')), ['Bea asks you', 'Bea asks for'])
      assert.deepEqual(acts!.items.map(({ label }) => label), ['Reply', 'Show'])
      assert.deepEqual(screen.ran, [['muster.replyMessage', { target: { type: 'message', id: '2' } }]])
    })

    it('of a request to release answers it, whatever became of the lock', async () => {
      screen.answers = [0]
      await tell({ messages: [asks], claims: [mine] })
      await eventually('what is shown', () => screen.ran.length === 1)
      assert.deepEqual(screen.ran, [['muster.release', { target: { type: 'message', id: '1' } }]])
    })

    it('of agents that were left goes by when these records were opened, not by the last connection', async () => {
      const { Notifications } = await withEditor<typeof NotificationsModule>('notifications.ts', screen)
      const changed: (() => void)[] = []
      const connection = (): object => ({ ledgerStatus: () => ledgerStatus })
      const stopped = agent({ id: 'bea', presence: 'gone', unfinished: true, seenAt: new Date(Date.now() + 1).toISOString() })
      const window = { muster: connection(), world: () => world({ agents: [agent({ id: 'me', kind: 'person', me: true }), stopped] }), writable: true, onDidChange: (listener: () => void) => (changed.push(listener), { dispose: () => undefined }) }
      const settings = { get: (key: string) => (key === 'notifications.minutes' ? 0 : true), ofUser: () => 'ask', onDidChange: silent.event }
      const notifications = new Notifications({ window, settings, storage, log: { warn: assert.fail }, supervision: { isResuming: false, onDidResume: silent.event }, problems: { kept: [], onDidChange: silent.event } } as unknown as ConstructorParameters<typeof Notifications>[0])
      stopped.seenAt = new Date(Date.now() + 1_000).toISOString()
      changed[0]!()
      await eventually('it stopped some time ago', () => Date.now() > Date.parse(stopped.seenAt) + 10)
      window.muster = connection()
      changed[0]!()
      notifications.dispose()
      assert.deepEqual(screen.shown, [])
    })

    it('of a repository that is closed before its button is pressed stays about that one', async () => {
      const { Notifications } = await withEditor<typeof NotificationsModule>('notifications.ts', screen)
      const changed: (() => void)[] = []
      const [me, proposed] = [agent({ id: 'me', kind: 'person', me: true }), decision({ number: 1, status: 'proposed', category: 'breaking' })]
      const window = { name: 'api' as string | undefined, state: { kind: 'on', place: { folder: '/w/api/.muster' } } as unknown, muster: { ledgerStatus: () => ledgerStatus }, world: () => world({ agents: [me], decisions: [proposed] }), writable: true, onDidChange: (listener: () => void) => (changed.push(listener), { dispose: () => undefined }) }
      const settings = { get: (key: string) => (key === 'notifications.minutes' ? 0 : true), ofUser: () => 'ask', onDidChange: silent.event }
      const notifications = new Notifications({ window, settings, storage, log: { warn: assert.fail }, supervision: { isResuming: false, onDidResume: silent.event }, problems: { kept: [], onDidChange: silent.event } } as unknown as ConstructorParameters<typeof Notifications>[0])
      screen.answers = [0]
      for (const how of ['showInformationMessage', 'showWarningMessage'] as const) {
        const show = screen.window[how]
        screen.window[how] = async (...given) => {
          const answer = await show(...given)
          Object.assign(window, { name: undefined, state: { kind: 'nothing' } })
          return answer
        }
      }
      changed[0]!()
      await eventually('what is run', () => screen.ran.length === 1)
      notifications.dispose()
      assert.deepEqual(screen.ran, [['muster.approveDecision', { target: { type: 'decision', id: 'D-1' }, folder: '/w/api/.muster' }]])
    })

    it('of one thing asks nothing more', async () => {
      screen.answers = [0]
      await tell({ messages: [help] })
      await eventually('what is shown', () => screen.ran.length === 1)
      assert.equal(screen.shown.length, 1)
      assert.equal(screen.ran[0]![0], 'muster.replyMessage')
    })
  })

  describe('what was clicked and has gone', () => {
    const others = { decisions: [decision({ number: 2 })], messages: [message({ id: 'other' })], agents: [agent({ id: 'me', kind: 'person', me: true }), agent({ id: 'bea' }), agent({ id: 'max', status: 'done' })] }
    const muster = { agent: 'me', root: '/r', state: () => world(others), readMessages: () => Promise.resolve([]), recoverySummary: () => Promise.resolve({ incomplete: [{ id: 'bea', presence: 'gone' }], failed: [], notIntegrated: [] }) }
    const context = { window: { muster, writable: true, world: () => world(others), state: { kind: 'on' } }, runs: { list: [{ run: 'other' }] } } as unknown as Context.CommandContext

    /** Runs a command on what is not there. */
    async function click<T>(file: string, command: (all: T) => Context.Command, target: unknown): Promise<unknown> {
      screen = new Screen()
      const all = await withEditor<T>(file, screen)
      return Promise.resolve(command(all)(context, { target })).then(() => undefined, (error: unknown) => error)
    }

    it('is said, and nothing else is offered', async () => {
      const said = async (asked: Promise<unknown>): Promise<string> => {
        const error = await asked
        assert.equal((error as Error | undefined)?.constructor.name, 'CancellationError', String(error))
        assert.deepEqual(screen.shown.map(({ how }) => how), ['information'])
        return screen.shown[0]!.text
      }
      assert.equal(await said(click<typeof DecisionCommands>('commands/decisions.ts', (all) => all.approveDecision, { type: 'decision', id: 'D-1' })), 'D-1 is not there any more.')
      assert.equal(await said(click<typeof TaskCommands>('commands/tasks.ts', (all) => all.startTask, { type: 'task', id: 'T-1' })), 'T-1 is not there any more.')
      assert.equal(await said(click<typeof ErrorCommands>('commands/errors.ts', (all) => all.resolveError, { type: 'error', id: 'E-1' })), 'E-1 is not there any more.')
      assert.equal(await said(click<typeof RunCommands>('commands/runs.ts', (all) => all.openRunLog, { type: 'run', id: 'gone' })), 'gone is not there any more.')
      assert.equal(await said(click<typeof MessageCommands>('commands/messages.ts', (all) => all.replyMessage, { type: 'message', id: 'gone' })), 'The message is not there any more.')
      assert.equal(await said(click<typeof AgentCommands>('commands/agents.ts', (all) => all.markAgentFailed, { type: 'agent', id: 'max' })), 'max has nothing unfinished any more.')
      assert.equal(await said(click<typeof RecoverCommands>('commands/recovering.ts', (all) => all.recoverAgents, { type: 'agent', id: 'max' })), 'max has nothing unfinished any more.')
      assert.equal(await said(click<typeof WorkCommands>('commands/work.ts', (all) => all.checkIn, { type: 'lock', tree: '', resource: 'src/a.ts', heldBy: 'me' })), 'src/a.ts is not locked any more. Lock it again if you still need it.')
    })

    it('is found in the records where it is a message that only those have', async () => {
      const asked: unknown[] = []
      const old = message({ id: 'old', subject: 'From long ago' })
      const replied: unknown[] = []
      const with_ = { ...muster, readMessages: (filter: unknown) => (asked.push(filter), Promise.resolve([old])), reply: (...given: unknown[]) => (replied.push(given), Promise.resolve({ ok: true })) }
      const { replyMessage } = await withEditor<typeof MessageCommands>('commands/messages.ts', screen)
      await replyMessage({ ...context, window: { ...context.window, muster: with_ } } as unknown as Context.CommandContext, { target: { type: 'message', id: 'old' } })
      assert.deepEqual(asked, [{ ids: ['old'], peek: true }])
      assert.deepEqual(replied, [['old', 'typed']])
    })
  })

  it('leaving one question about a message goes back to the message', async () => {
    Object.defineProperty(screen, 'vscode', { value: { ...(screen.vscode as object), QuickPickItemKind: { Separator: -1 } } })
    const { sendMessage } = await withEditor<typeof MessageCommands>('commands/messages.ts', screen)
    const sent: unknown[] = []
    const shown = world({ agents: [agent({ id: 'me', kind: 'person', me: true }), agent({ id: 'bea' })] })
    const muster = { agent: 'me', root: '/r', state: () => shown, sendMessage: (message: unknown) => (sent.push(message), Promise.resolve({ ok: true })) }
    // Importance, which is left; then it is sent.
    screen.answers = [8, undefined, 0]
    await sendMessage({ window: { muster, writable: true, state: { kind: 'on' } } } as unknown as Context.CommandContext, { target: { type: 'agent', id: 'bea' } })
    assert.deepEqual(sent, [{ to: 'bea', subject: 'typed', body: 'typed', kind: 'note', priority: 'normal' }])
  })

  it('answering a request for help of one to another is a message to who asks', async () => {
    Object.defineProperty(screen, 'vscode', { value: { ...(screen.vscode as object), QuickPickItemKind: { Separator: -1 } } })
    const { replyMessage } = await withEditor<typeof MessageCommands>('commands/messages.ts', screen)
    const sent: unknown[] = []
    const shown = world({ agents: [agent({ id: 'me', kind: 'person', me: true }), agent({ id: 'bea' }), agent({ id: 'cy' })] })
    const help = message({ id: 'm3', kind: 'help', from: 'bea', to: 'cy', recipients: ['cy'] })
    const muster = { agent: 'me', root: '/r', state: () => ({ ...shown, message: () => help }), sendMessage: (given: unknown) => (sent.push(given), Promise.resolve({ ok: true })), reply: () => assert.fail('only who was asked can answer it') }
    screen.answers = [0]
    await replyMessage({ window: { muster, writable: true, state: { kind: 'on' } } } as unknown as Context.CommandContext, { target: { type: 'message', id: 'm3' } })
    assert.deepEqual(sent, [{ to: 'bea', subject: 'typed', body: 'typed', kind: 'note', priority: 'normal' }])
  })

  it('becoming somebody else asks before locks are released by it', async () => {
    const { chooseIdentity } = await withEditor<typeof WindowCommands>('commands/window.ts', screen)
    const became: string[] = []
    const shown = world({ agents: [agent({ id: 'me', name: 'Maria', kind: 'person', me: true }), agent({ id: 'ole', kind: 'person', presence: 'gone' })], claims: [claim({ resource: 'a.ts', heldBy: 'me', mine: true })] })
    const window = { muster: { agent: 'me', state: () => shown }, writable: true, state: { kind: 'on' }, world: () => shown, become: (name: string) => Promise.resolve(became.push(name)) }
    for (const [answer, then] of [[undefined, 0], [1, 1]] as const) {
      screen.shown.length = 0
      screen.answers = [0, answer]
      await chooseIdentity({ window } as unknown as Context.CommandContext, undefined)
      assert.deepEqual([screen.shown[1]?.text, became.length], ['Maria holds 1 lock. When this window becomes somebody else, those on files without changes are released; the others stay with Maria, and can be taken over.', then])
    }
    assert.deepEqual(became, ['ole'])
  })

  it('trying again from what is wrong is the same as trying again', async () => {
    const { showProblem } = await withEditor<typeof WindowCommands>('commands/window.ts', screen)
    screen.answers = [1]
    const state = { kind: 'failed', place: {}, problem: { message: 'No disk.' } }
    await showProblem({ window: { state } } as unknown as Context.CommandContext, undefined)
    assert.deepEqual(screen.ran, [['muster.tryAgain']])
  })
})
