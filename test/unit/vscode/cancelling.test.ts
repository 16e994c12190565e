import assert from 'node:assert/strict'
import type { Muster } from '../../../src/core/muster.js'
import type { ToDashboard } from '../../../src/protocol/dashboard.js'
import type { Command } from '../../../src/vscode/commands/context.js'
import type * as PanelModule from '../../../src/vscode/dashboard/dashboardPanel.js'
import { exportedNow } from '../../../src/vscode/dashboard/exportable.js'
import type * as Exports from '../../../src/vscode/dashboard/exports.js'
import type * as Pages from '../../../src/vscode/reportPages.js'
import { eventually } from '../../vscode/driver/eventually.js'
import { Heard, Screen, withEditor } from './editor.js'
import { agent, ledgerStatus, message, world } from './fakes.js'

/** An editor that shows what takes long with a button to cancel, which tests press. */
class WaitingScreen extends Screen {
  readonly written: string[] = []
  /** What is waited for, with its button. */
  readonly waiting = new Map<string, () => void>()

  override get vscode(): unknown {
    const before = super.vscode as { workspace: object; window: object }
    return {
      ...before,
      ProgressLocation: { Notification: 15 },
      Uri: { joinPath: () => '' },
      workspace: { ...before.workspace, fs: { writeFile: (_uri: unknown, bytes: Uint8Array) => Promise.resolve(this.written.push(new TextDecoder().decode(bytes))) } },
      window: {
        ...before.window,
        showSaveDialog: () => Promise.resolve({ path: '/out.json' }),
        withProgress: ({ title }: { title: string }, work: (progress: unknown, token: { onCancellationRequested(listener: () => void): void }) => Promise<unknown>) =>
          work(undefined, { onCancellationRequested: (listener) => void this.waiting.set(title, listener) }).finally(() => this.waiting.delete(title)),
      },
    }
  }

  /** Presses Cancel once the editor shows that it waits for that. */
  async cancel(title: string): Promise<void> {
    ;(await eventually(`${title} to be waited for`, () => this.waiting.get(title)))()
  }
}

describe('cancelling what takes long', () => {
  let screen: WaitingScreen
  beforeEach(() => (screen = new WaitingScreen()))

  it('leaves no file of an export, also where the records answer afterwards', async () => {
    const { exportWorld } = await withEditor<typeof Exports>('dashboard/exports.ts', screen)
    let answer: (decisions: []) => void = () => assert.fail('nobody asked')
    const muster = { listDecisions: () => new Promise((resolve) => (answer = resolve)) } as unknown as Muster
    const exporting = exportWorld(muster, exportedNow(world(), [], new Date()), 'json')
    await screen.cancel('Exporting')
    await assert.rejects(exporting)
    answer([])
    await new Promise((resolve) => setTimeout(resolve, 20))
    assert.deepEqual([screen.written, screen.shown], [[], []])
    await exportWorld({ listDecisions: () => Promise.resolve([]) } as unknown as Muster, exportedNow(world(), [], new Date()), 'json')
    assert.match(screen.written.join(), /^\{[^]*\}\n$/)
  })

  it('shows nothing of a search', async () => {
    const { searchMessages } = await withEditor<Record<string, Command>>('commands/messages.ts', screen)
    let answer: (messages: unknown[]) => void = () => assert.fail('nobody asked')
    const muster = { agent: 'me', readMessages: () => new Promise((resolve) => (answer = resolve)) }
    const shown: unknown[] = []
    const searching = searchMessages!({ window: { muster }, documents: { showMessage: (one: unknown) => Promise.resolve(shown.push(one)) } } as unknown as Parameters<Command>[0], undefined)
    await screen.cancel('Looking through all messages')
    await assert.rejects(Promise.resolve(searching))
    answer([message({ id: '1' })])
    await new Promise((resolve) => setTimeout(resolve, 20))
    assert.deepEqual([shown, screen.shown.filter(({ how }) => how === 'pick')], [[], []])
  })

  it('goes on with what the dashboard showed, where it would have looked back', async () => {
    const { DashboardPanel } = await withEditor<typeof PanelModule>('dashboard/dashboardPanel.ts', screen)
    const [asked, silent] = [new Heard<unknown>(), new Heard<never>()]
    const posted: ToDashboard[] = []
    const moments: unknown[] = []
    let slow = false
    const muster = {
      ledgerStatus: () => ledgerStatus, state: () => world(),
      lookBack: (moment: unknown, { signal }: { signal: AbortSignal }) => {
        moments.push(moment)
        if (slow) return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
        return Promise.resolve({ world: world(), seq: 5, at: '2026-03-01T11:00:00.000Z', first: false, last: false })
      },
      log: async function* () { /* nothing */ },
    }
    const window = { muster, writable: true, state: { kind: 'on', muster, place: {} }, world: () => world({ agents: [agent({ id: 'me', me: true })] }), onDidChange: silent.event, onDidHear: silent.event, settled: Promise.resolve() }
    const panel = { webview: { onDidReceiveMessage: asked.event, asWebviewUri: String, postMessage: (one: ToDashboard) => Promise.resolve(posted.push(one)) }, visible: true, onDidChangeViewState: silent.event, onDidDispose: silent.event }
    const parts = { window, terminals: { names: () => new Map(), onDidChange: silent.event }, runs: { list: [], onDidChange: silent.event, watch: () => ({ dispose: () => undefined }) }, dist: '', log: { error: assert.fail }, report: (error: unknown) => assert.fail(String(error)) }
    new DashboardPanel(panel as never, parts as never)
    const times = (type: string): number => posted.filter((one) => one.type === type).length
    asked.fire({ type: 'lookBack', at: Date.parse('2026-03-01T11:30:00Z') })
    await eventually('the past', () => times('snapshot') === 1)
    slow = true
    asked.fire({ type: 'lookBack', at: 0 })
    await screen.cancel('Looking back')
    const problem = await eventually('what became of it', () => posted.find((one) => one.type === 'problem'))
    assert.deepEqual([problem, times('snapshot')], [{ type: 'problem', text: 'Cancelled. What is shown is as it was.' }, 1])
    slow = false
    asked.fire({ type: 'step', by: 1 })
    await eventually('the next step', () => times('snapshot') === 2)
    assert.deepEqual(moments.at(-1), { after: 5 })
  })

  it('keeps the report that was there', async () => {
    const { ReportPages } = await withEditor<typeof Pages>('reportPages.ts', screen)
    let slow = false
    const project = {
      look: (_args: unknown, { signal }: { signal?: AbortSignal }) =>
        slow ? new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('ended')))) : Promise.resolve({ markdown: '# Report\n' }),
    }
    const pages = new ReportPages({ muster: { ledgerStatus: () => ledgerStatus }, writable: true, world: () => undefined } as never, project as never)
    await pages.make('status')
    slow = true
    const again = pages.act('status', 'again')
    await screen.cancel('Making the report')
    await again
    assert.match((await pages.page('status')).text, /Report/)
  })
})
