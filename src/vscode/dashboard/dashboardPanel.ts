import * as vscode from 'vscode'
import { dashboardRequest, type DashboardRequest, type ErrorsShown } from '../../protocol/requests.js'
import type { Facts, Lists, ToDashboard } from '../../protocol/dashboard.js'
import { isMusterError } from '../../core/errors.js'
import type { Moment, Muster, Past } from '../../core/muster.js'
import type { AgentTerminals } from '../agentTerminals.js'
import { droppable } from '../cancellable.js'
import { t } from '../l10n.js'
import type { MusterWindow } from '../musterWindow.js'
import type { Runs } from '../runs.js'
import { pageOf } from '../page.js'
import { run } from '../run.js'
import { Resting } from '../resting.js'
import { short } from '../text.js'
import { translated } from '../translated.js'
import { changesBetween } from './changes.js'
import { exportedNow } from './exportable.js'
import { exportWorld } from './exports.js'
import { factsOf } from './facts.js'
import { listsOf } from './lists.js'
import { TimelineFeed } from './timelineFeed.js'

export interface DashboardParts {
  window: MusterWindow
  terminals: AgentTerminals
  runs: Pick<Runs, 'list' | 'onDidChange' | 'watch'>
  /** Folder of the bundles. */
  dist: vscode.Uri
  log: vscode.LogOutputChannel
  report: (error: unknown) => void
}

const nothing: Lists = { agents: [], locks: [], messages: [], help: [], decisions: [], errors: [], tasks: [], runs: [] }

/**
 * One panel. Its page is made anew whenever the panel is shown again, and says that it is ready; from then on it is told of
 * changes, until it is hidden. Nothing is computed or posted while it is.
 */
export class DashboardPanel {
  /** What the page shows; undefined until it is ready. */
  private sent: { lists: Lists; facts: Facts } | undefined
  private feed: { of: Muster; records: string; feed: TimelineFeed } | undefined
  /** Number of the change that is looked back at; undefined for the present. */
  private past: number | undefined
  /** The folder of the records that the page shows. */
  private of: string | undefined
  /** Questions about the past, counted: only the last is answered. */
  private asked = 0
  private readonly updating = new Resting(() => this.update())

  constructor(private readonly panel: vscode.WebviewPanel, private readonly parts: DashboardParts) {
    const { webview } = panel
    const subscriptions = vscode.Disposable.from(
      webview.onDidReceiveMessage((message: unknown) => this.receive(message)),
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.rest()
      }),
      parts.window.onDidChange(() => this.updating.run()),
      parts.terminals.onDidChange(() => this.updating.run()),
      parts.runs.onDidChange(() => this.updating.run()),
      parts.runs.watch(panel),
    )
    panel.onDidDispose(() => {
      this.rest()
      this.updating.dispose()
      subscriptions.dispose()
    })
    webview.options = { enableScripts: true, localResourceRoots: [parts.dist] }
    // Says that it loads before its script is there, which draws over it.
    webview.html = pageOf(webview, parts.dist, { script: 'dashboard.js', title: t('Muster Dashboard'), body: `<body>\n<muster-dashboard><p role="status">${t('Loading…')}</p></muster-dashboard>`, speaks: true })
  }

  private rest(): void {
    this.sent = undefined
    this.past = undefined
    this.asked++
    this.feed?.feed.dispose()
    this.feed = undefined
  }

  private receive(message: unknown): void {
    const parsed = dashboardRequest.safeParse(message)
    if (!parsed.success) return this.parts.report(new TypeError(`The dashboard asked for something unknown: ${parsed.error.message}`))
    Promise.resolve(this.answer(parsed.data)).catch((error: unknown) => this.parts.report(error))
  }

  private answer(request: DashboardRequest): Promise<void> | void {
    switch (request.type) {
      case 'ready':
        return this.begin(request.past)
      case 'act':
        return this.run(request.act, { target: request.target })
      case 'do':
        return this.run(request.deed)
      case 'lookBack':
        return this.lookBack({ at: new Date(request.at).toISOString() }, request.at)
      case 'step':
        return this.lookBack(request.by === 1 ? { after: this.past ?? 0 } : { before: this.past ?? (this.parts.window.muster?.ledgerStatus().head ?? 0) })
      case 'live':
        return this.sendAll()
      case 'export':
        return this.export(request.format, request.errors)
      case 'stillThere':
        return this.post({ type: 'here' })
      case 'earlier':
        return this.feed?.feed.load(true)
    }
  }

  /** After a reload the page is there before the records are. @param past what it showed when it was left */
  private async begin(past: Extract<DashboardRequest, { type: 'ready' }>['past']): Promise<void> {
    const { window } = this.parts
    if (window.state.kind === 'opening') await window.settled
    // It says that it is ready once more when it is shown again.
    if (!this.panel.visible) return
    // Of another repository, it was another past.
    if (!past || !window.muster || (this.of !== undefined && this.of !== folderOf(window))) return this.sendAll()
    this.follow()
    const turn = this.asked + 1
    try {
      await (past.seq === undefined ? this.lookBack({ at: new Date(past.at).toISOString() }, past.at) : this.lookBack({ before: past.seq + 1 }))
    } finally {
      // A past that is not there any more is nothing to wait for.
      if (turn === this.asked && this.past === undefined) this.sendAll()
    }
  }

  private async run(command: string, ...given: unknown[]): Promise<void> {
    await vscode.commands.executeCommand(command, ...given)
  }

  /** What is shown: the present, or the moment that is looked back at. */
  private async export(format: 'csv' | 'json', errors: ErrorsShown): Promise<void> {
    const { muster } = this.parts.window
    if (!muster) return
    await run(t('Export'), this.parts.log, async () => {
      const past = this.past === undefined ? undefined : await lookBack(muster, { before: this.past + 1 })
      await exportWorld(muster, past ? exportedNow(past.world, [], new Date(past.at)) : exportedNow(muster.state(), this.parts.runs.list, new Date()), format, errors)
    })
  }

  private sendAll(): void {
    this.past = undefined
    this.asked++
    this.sent = this.look()
    this.post({ type: 'snapshot', now: Date.now(), ...this.sent })
    this.follow()
  }

  /** @param time that was asked for, where it was one */
  private async lookBack(moment: Moment, time?: number): Promise<void> {
    const { window } = this.parts
    const { muster } = window
    const turn = ++this.asked
    if (!muster) {
      // There is no past to look into now; the page goes on with what there is.
      this.past = undefined
      return this.sendAll()
    }
    const before = this.past
    try {
      const { world, seq, at, first, last } = await lookBack(muster, moment)
      if (turn !== this.asked) return
      const changed = Date.parse(at)
      const shown = { lists: listsOf(world), facts: factsOf(window.state, window.writable, world) }
      // The next step goes on from here, however long the words take.
      this.past = seq
      const change = await changeText(muster, seq)
      if (turn !== this.asked) return
      this.post({ type: 'snapshot', now: Date.now(), ...shown, moment: { at: time ?? changed, changed, change, seq, first, last } })
    } catch (error) {
      if (turn === this.asked) this.past = before
      const cancelled = error instanceof vscode.CancellationError
      if (turn === this.asked) this.post({ type: 'problem', text: cancelled ? t('Cancelled. What is shown is as it was.') : isMusterError(error) ? translated(error.message) : t('The past cannot be read.') })
      if (!cancelled) throw error
    }
  }

  /** The timeline of the records that are open now. */
  private follow(): void {
    const { window, report } = this.parts
    const { muster } = window
    this.of = folderOf(window)
    this.panel.title = `${t('Muster Dashboard')}${window.name === undefined ? '' : ` · ${short(window.name, 24)}`}`
    if (this.feed?.of === muster && !this.isAnew()) return
    this.feed?.feed.dispose()
    this.feed = muster && { of: muster, records: muster.ledgerStatus().id, feed: new TimelineFeed(muster, window, (whole, span, part) => this.post({ type: 'timeline', whole, span, part })) }
    this.feed?.feed.load(false).catch(report)
  }

  /** Whether the records were replaced by others under the window: what came before is not their past. */
  private isAnew(): boolean {
    const { feed } = this
    return feed !== undefined && feed.of === this.parts.window.muster && feed.of.ledgerStatus().id !== feed.records
  }

  private update(): void {
    if (!this.sent) return
    if (this.of !== folderOf(this.parts.window) || this.isAnew()) return this.sendAll()
    if (this.past !== undefined) return
    const before = this.sent
    this.sent = this.look()
    const changed = changesBetween(before.lists, this.sent.lists)
    if (changed || JSON.stringify(before.facts) !== JSON.stringify(this.sent.facts)) this.post({ type: 'update', now: Date.now(), facts: this.sent.facts, changed: changed ?? {} })
    this.follow()
  }

  private look(): { lists: Lists; facts: Facts } {
    const { window, terminals, runs } = this.parts
    const world = window.world()
    return { lists: world ? listsOf(world, terminals.names(), runs.list) : nothing, facts: factsOf(window.state, window.writable, world) }
  }

  private post(message: ToDashboard): void {
    void this.panel.webview.postMessage(message)
  }
}

function folderOf({ state }: MusterWindow): string | undefined {
  return 'place' in state ? state.place.folder : undefined
}

/** The first time, long records take a while. @throws CancellationError where somebody did not want to wait */
function lookBack(muster: Muster, moment: Moment): Promise<Past> {
  return droppable(t('Looking back'), (signal) => muster.lookBack(moment, { signal }))
}

async function changeText(muster: Muster, seq: number): Promise<string> {
  for await (const entry of muster.log({ from: seq })) return entry.seq === seq ? short(entry.text, 200) : ''
  return ''
}
