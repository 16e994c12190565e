import assert from 'node:assert/strict'
import type { MessageView } from '../../../src/core/model/operations.js'
import type { RunView } from '../../../src/core/model/runs.js'
import type { Muster } from '../../../src/core/muster.js'
import type { ToDashboard } from '../../../src/protocol/dashboard.js'
import type * as PanelModule from '../../../src/vscode/dashboard/dashboardPanel.js'
import { exportedNow } from '../../../src/vscode/dashboard/exportable.js'
import type * as Exports from '../../../src/vscode/dashboard/exports.js'
import { eventually } from '../../vscode/driver/eventually.js'
import { Heard, Screen, withEditor } from './editor.js'
import { agent, decision, error, ledgerStatus, message, task, world } from './fakes.js'

/** An editor in which pages are made and files are written. */
class PanelScreen extends Screen {
  readonly written: string[] = []

  override get vscode(): unknown {
    const before = super.vscode as { workspace: object; window: object }
    return {
      ...before,
      Uri: { joinPath: () => '' },
      workspace: { ...before.workspace, fs: { writeFile: (_uri: unknown, bytes: Uint8Array) => Promise.resolve(this.written.push(new TextDecoder().decode(bytes))) } },
      window: { ...before.window, showSaveDialog: () => Promise.resolve({ path: '/out.json' }) },
    }
  }
}

describe('the panel of the dashboard', () => {
  it('goes on with the present where the past could not be read', async () => {
    const screen = new PanelScreen()
    const { DashboardPanel } = await withEditor<typeof PanelModule>('dashboard/dashboardPanel.ts', screen)
    const [asked, changed, closed, seen, hidden] = [new Heard<unknown>(), new Heard<void>(), new Heard<void>(), new Heard<void>(), new Heard<void>()]
    const posted: ToDashboard[] = []
    const reports: unknown[] = []
    let tasks = [task({ number: 1 })]
    const present = (): ReturnType<typeof world> => world({ tasks })
    const muster = {
      ledgerStatus: () => ledgerStatus, state: present,
      lookBack: () => Promise.resolve({ world: world(), seq: 5, at: '2026-03-01T11:00:00.000Z', first: false, last: false }),
      log: () => {
        throw new Error('unreadable')
      },
    }
    const window = { muster, writable: true, state: { kind: 'on', muster, place: {} }, world: present, onDidChange: changed.event, onDidHear: hidden.event, settled: Promise.resolve() }
    const webview = { onDidReceiveMessage: asked.event, asWebviewUri: String, postMessage: (one: ToDashboard) => Promise.resolve(posted.push(one)) }
    const panel = { webview, visible: true, onDidChangeViewState: seen.event, onDidDispose: closed.event }
    const parts = { window, terminals: { names: () => new Map(), onDidChange: hidden.event }, runs: { list: [], onDidChange: hidden.event, watch: () => ({ dispose: () => undefined }) }, dist: '', log: { error: assert.fail }, report: (error: unknown) => void reports.push(error) }
    new DashboardPanel(panel as never, parts as never)
    asked.fire({ type: 'ready' })
    await eventually('the present', () => posted.some(({ type }) => type === 'snapshot'))
    asked.fire({ type: 'lookBack', at: Date.parse('2026-03-01T11:30:00Z') })
    await eventually('what is wrong', () => posted.some(({ type }) => type === 'problem'))
    posted.length = 0
    tasks = [task({ number: 1 }), task({ number: 2 })]
    changed.fire()
    await eventually('what is new', () => posted.some(({ type }) => type === 'update'))
    posted.length = 0
    asked.fire({ type: 'stillThere' })
    assert.deepEqual(posted, [{ type: 'here' }])
    closed.fire()
  })

  it('begins with the moment that was looked at, and with the present where there is no way back to it', async () => {
    const { DashboardPanel } = await withEditor<typeof PanelModule>('dashboard/dashboardPanel.ts', new PanelScreen())
    const [asked, closed, other] = [new Heard<unknown>(), new Heard<void>(), new Heard<void>()]
    const posted: ToDashboard[] = []
    const moments: unknown[] = []
    let readable = true
    const muster = {
      ledgerStatus: () => ledgerStatus, state: () => world(),
      lookBack: (moment: unknown) => {
        moments.push(moment)
        return readable ? Promise.resolve({ world: world(), seq: 5, at: '2026-03-01T11:00:00.000Z', first: false, last: false }) : Promise.reject(new Error('unreadable'))
      },
      log: () => [],
    }
    const window = { muster, writable: true, state: { kind: 'on', muster, place: {} }, world: () => world(), onDidChange: other.event, onDidHear: other.event, settled: Promise.resolve() }
    const webview = { onDidReceiveMessage: asked.event, asWebviewUri: String, postMessage: (one: ToDashboard) => Promise.resolve(posted.push(one)) }
    const panel = { webview, visible: true, onDidChangeViewState: other.event, onDidDispose: closed.event }
    const parts = { window, terminals: { names: () => new Map(), onDidChange: other.event }, runs: { list: [], onDidChange: other.event, watch: () => ({ dispose: () => undefined }) }, dist: '', log: { error: assert.fail }, report: () => undefined }
    new DashboardPanel(panel as never, parts as never)
    const at = Date.parse('2026-03-01T11:30:00Z')
    const begun = async (past: object): Promise<unknown> => {
      posted.length = 0
      asked.fire({ type: 'ready', past })
      const snapshot = await eventually('all of it', () => posted.find((one) => one.type === 'snapshot'))
      return snapshot.moment && { at: snapshot.moment.at, seq: snapshot.moment.seq }
    }
    assert.deepEqual(await begun({ at }), { at, seq: 5 })
    assert.deepEqual(await begun({ at, seq: 5 }), { at: Date.parse('2026-03-01T11:00:00Z'), seq: 5 })
    assert.deepEqual(moments, [{ at: '2026-03-01T11:30:00.000Z' }, { before: 6 }])
    readable = false
    panel.visible = false
    other.fire()
    panel.visible = true
    assert.equal(await begun({ at }), undefined)
    closed.fire()
  })

  it('shows the present of another repository that is shown from now on, whatever moment of the former was looked at', async () => {
    const { DashboardPanel } = await withEditor<typeof PanelModule>('dashboard/dashboardPanel.ts', new PanelScreen())
    const [asked, changed, closed, other] = [new Heard<unknown>(), new Heard<void>(), new Heard<void>(), new Heard<void>()]
    const posted: ToDashboard[] = []
    const of = (name: string, tasks: number[]): object => {
      const all = (): ReturnType<typeof world> => world({ tasks: tasks.map((number) => task({ number })) })
      const muster = { folder: name, ledgerStatus: () => ledgerStatus, state: all, lookBack: () => Promise.resolve({ world: world(), seq: 5, at: '2026-03-01T11:00:00.000Z', first: false, last: false }), log: () => [] }
      return { name, muster, writable: true, state: { kind: 'on', muster, place: { folder: name } }, world: all }
    }
    const window = { onDidChange: changed.event, onDidHear: other.event, settled: Promise.resolve(), ...of('shop', [1]) }
    const webview = { onDidReceiveMessage: asked.event, asWebviewUri: String, postMessage: (one: ToDashboard) => Promise.resolve(posted.push(one)) }
    const panel = { title: '', webview, visible: true, onDidChangeViewState: other.event, onDidDispose: closed.event }
    const parts = { window, terminals: { names: () => new Map(), onDidChange: other.event }, runs: { list: [], onDidChange: other.event, watch: () => ({ dispose: () => undefined }) }, dist: '', log: { error: assert.fail }, report: () => undefined }
    new DashboardPanel(panel as never, parts as never)
    const snapshot = async (act: () => void): Promise<unknown> => {
      posted.length = 0
      act()
      const { lists, moment } = await eventually('all of it', () => posted.find((one) => one.type === 'snapshot'))
      return [panel.title, lists.tasks.length, moment?.seq]
    }
    const show = (name: string, tasks: number[]): void => {
      Object.assign(window, of(name, tasks))
      changed.fire()
    }
    const at = Date.parse('2026-03-01T11:30:00Z')
    assert.deepEqual(await snapshot(() => asked.fire({ type: 'ready' })), ['Muster Dashboard · shop', 1, undefined])
    assert.deepEqual(await snapshot(() => asked.fire({ type: 'lookBack', at })), ['Muster Dashboard · shop', 0, 5])
    assert.deepEqual(await snapshot(() => show('api', [1, 2])), ['Muster Dashboard · api', 2, undefined])
    panel.visible = false
    other.fire()
    panel.visible = true
    show('shop', [1])
    assert.deepEqual(await snapshot(() => asked.fire({ type: 'ready', past: { at, seq: 5 } })), ['Muster Dashboard · shop', 1, undefined], 'hidden meanwhile')
    closed.fire()
  })

  it('has a timeline of its own for records that came in the place of others', async () => {
    const { DashboardPanel } = await withEditor<typeof PanelModule>('dashboard/dashboardPanel.ts', new PanelScreen())
    const [asked, changed, closed, other] = [new Heard<unknown>(), new Heard<void>(), new Heard<void>(), new Heard<void>()]
    const posted: ToDashboard[] = []
    let id = 'first'
    const muster = { folder: 'shop', ledgerStatus: () => ({ ...ledgerStatus, id }), state: () => world(), log: () => [] }
    const window = { name: 'shop', muster, writable: true, state: { kind: 'on', muster, place: { folder: 'shop' } }, world: () => world(), onDidChange: changed.event, onDidHear: other.event, settled: Promise.resolve() }
    const webview = { onDidReceiveMessage: asked.event, asWebviewUri: String, postMessage: (one: ToDashboard) => Promise.resolve(posted.push(one)) }
    const panel = { title: '', webview, visible: true, onDidChangeViewState: other.event, onDidDispose: closed.event }
    const parts = { window, terminals: { names: () => new Map(), onDidChange: other.event }, runs: { list: [], onDidChange: other.event, watch: () => ({ dispose: () => undefined }) }, dist: '', log: { error: assert.fail }, report: assert.fail }
    new DashboardPanel(panel as never, parts as never)
    const timelines = (): number => posted.filter((one) => one.type === 'timeline' && one.whole).length
    asked.fire({ type: 'ready' })
    await eventually('the timeline', () => timelines() === 1)
    changed.fire()
    id = 'second'
    changed.fire()
    await eventually('the timeline of the new ones', () => timelines() === 2)
    assert.equal(posted.filter((one) => one.type === 'snapshot').length, 2)
    closed.fire()
  })

  it('exports whole texts, which the state has of newer things only', async () => {
    const screen = new PanelScreen()
    const { exportWorld } = await withEditor<typeof Exports>('dashboard/exports.ts', screen)
    const short = { ...message({ id: '1', body: 'begins' }), cut: true } as MessageView
    const state = world({ agents: [agent({ id: 'me', me: true })], messages: [short, message({ id: '2', body: 'new' })], decisions: [decision({ number: 1, decision: 'We' })] })
    const muster = {
      readMessages: ({ ids }: { ids: string[] }) => Promise.resolve(ids.map((id) => message({ id, body: 'begins and ENDS' }))),
      listDecisions: () => Promise.resolve([decision({ number: 1, decision: 'We do it', context: 'because', alternatives: ['not'], consequences: ['work'] })]),
    }
    const run: RunView = { run: '2026-03-01_10-00_sweep', path: 'experiments/2026-03-01_10-00_sweep', name: 'sweep', date: '2026-03-01', words: '', problems: [], status: 'running', done: 3 }
    // As the real one, which makes its lists when they are asked for: none of them is its own.
    await exportWorld(muster as unknown as Muster, exportedNow(Object.create(state) as typeof state, [run], new Date()), 'json')
    const all = JSON.parse(screen.written[0]!) as { agents: object[]; messages: object[]; decisions: object[]; runs: object[] }
    assert.deepEqual([all.agents.length, all.runs], [1, [run]])
    assert.deepEqual(all.messages, [message({ id: '1', body: 'begins and ENDS' }), message({ id: '2', body: 'new' })])
    assert.deepEqual(all.decisions, [decision({ number: 1, decision: 'We do it', context: 'because', alternatives: ['not'], consequences: ['work'] })])
  })

  it('exports the errors that are looked at, or all of them, what they are first', async () => {
    const screen = new PanelScreen()
    const { exportWorld } = await withEditor<typeof Exports>('dashboard/exports.ts', screen)
    const state = world({ errors: [error({ number: 1, agentName: 'Bea' }), error({ number: 2, agentName: 'Cy' }), error({ number: 3, agentName: 'Bea', severity: 'low' })] })
    const muster = { listDecisions: () => Promise.resolve([]) } as unknown as Muster
    const any = { agent: '', severity: '', kind: '', status: '' }
    const labels = (): unknown[] => screen.shown.filter(({ how }) => how === 'pick').at(-1)!.items.map(({ label, description }) => [label, description]).filter(([label]) => label?.startsWith('Errors'))
    const ids = (): string[] => [...screen.written.at(-1)!.matchAll(/^"(E-\d)",/gm)].map(([, id]) => id!)
    screen.answers = [6]
    await exportWorld(muster, exportedNow(state, [], new Date()), 'csv', { ...any, agent: 'Bea', severity: 'low', status: 'open' })
    assert.deepEqual([labels(), ids()], [[['Errors as filtered', '1 row'], ['Errors', '3 rows']], ['E-3']])
    assert.match(screen.written[0]!, /^"id","message",/)
    screen.answers = [7]
    await exportWorld(muster, exportedNow(state, [], new Date()), 'csv', { ...any, agent: 'Bea' })
    assert.deepEqual(ids(), ['E-1', 'E-2', 'E-3'])
    screen.answers = [6]
    await exportWorld(muster, exportedNow(state, [], new Date()), 'csv', any)
    assert.deepEqual([labels(), ids()], [[['Errors', '3 rows']], ['E-1', 'E-2', 'E-3']])
  })
})
