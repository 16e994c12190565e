import * as vscode from 'vscode'
import { dashboardRequest, type DashboardRequest } from '../../protocol/requests.js'
import type { Facts, Lists, ToDashboard } from '../../protocol/dashboard.js'
import type { Muster } from '../../core/muster.js'
import type { AgentTerminals } from '../agentTerminals.js'
import { dashboardType } from '../contributions.js'
import type { MusterWindow } from '../musterWindow.js'
import { changesBetween } from './changes.js'
import { factsOf } from './facts.js'
import { listsOf } from './lists.js'
import { pageOf } from './page.js'
import { TimelineFeed } from './timelineFeed.js'

/** As for lists in the side bar: after an update it rests so many times as long as the update took. */
const REST = 9
const nothing: Lists = { agents: [], locks: [], messages: [], help: [], decisions: [], errors: [], tasks: [] }

interface DashboardParts {
  window: MusterWindow
  terminals: AgentTerminals
  /** Folder of the bundles. */
  dist: vscode.Uri
  report: (error: unknown) => void
}

/** The dashboard of this window: one panel, which comes back after a reload. */
export class Dashboard implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private shown: DashboardPanel | undefined
  private readonly serializer: vscode.Disposable

  constructor(private readonly parts: DashboardParts) {
    this.serializer = vscode.window.registerWebviewPanelSerializer(dashboardType, this)
  }

  open(): void {
    if (this.shown) return this.shown.panel.reveal()
    this.show(vscode.window.createWebviewPanel(dashboardType, 'Muster Dashboard', vscode.ViewColumn.Active, {}))
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.shown?.panel.dispose()
    this.show(panel)
    return Promise.resolve()
  }

  dispose(): void {
    this.serializer.dispose()
    this.shown?.panel.dispose()
  }

  private show(panel: vscode.WebviewPanel): void {
    const shown = new DashboardPanel(panel, this.parts)
    this.shown = shown
    panel.onDidDispose(() => {
      if (this.shown === shown) this.shown = undefined
    })
  }
}

/**
 * One panel. Its page is made anew whenever the panel is shown again, and says that it is ready; from then on it is told of
 * changes, until it is hidden. Nothing is computed or posted while it is.
 */
class DashboardPanel {
  /** What the page shows; undefined until it is ready. */
  private sent: { lists: Lists; facts: Facts } | undefined
  private feed: { of: Muster; feed: TimelineFeed } | undefined
  private restUntil = 0
  private resting: NodeJS.Timeout | undefined

  constructor(readonly panel: vscode.WebviewPanel, private readonly parts: DashboardParts) {
    const { webview } = panel
    const subscriptions = vscode.Disposable.from(
      webview.onDidReceiveMessage((message: unknown) => this.receive(message)),
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.rest()
      }),
      parts.window.onDidChange(() => this.update()),
      parts.terminals.onDidChange(() => this.update()),
    )
    panel.onDidDispose(() => {
      this.rest()
      subscriptions.dispose()
    })
    webview.options = { enableScripts: true, localResourceRoots: [parts.dist] }
    webview.html = pageOf(webview, parts.dist)
  }

  private rest(): void {
    clearTimeout(this.resting)
    this.resting = undefined
    this.sent = undefined
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
        return this.sendAll()
      case 'act':
        return this.run(request.act, { target: request.target })
      case 'do':
        return this.run(request.deed)
      case 'earlier':
        return this.feed?.feed.load(true)
    }
  }

  private async run(command: string, ...given: unknown[]): Promise<void> {
    await vscode.commands.executeCommand(command, ...given)
  }

  private sendAll(): void {
    this.sent = this.look()
    this.post({ type: 'snapshot', now: Date.now(), ...this.sent })
    this.follow()
  }

  /** The timeline of the records that are open now. */
  private follow(): void {
    const { window, report } = this.parts
    const { muster } = window
    if (this.feed?.of === muster) return
    this.feed?.feed.dispose()
    this.feed = muster && { of: muster, feed: new TimelineFeed(muster, window, (whole, span, part) => this.post({ type: 'timeline', whole, span, part })) }
    this.feed?.feed.load(false).catch(report)
  }

  private update(): void {
    if (!this.sent || this.resting !== undefined) return
    const start = performance.now()
    if (start < this.restUntil) {
      this.resting = setTimeout(() => {
        this.resting = undefined
        this.update()
      }, this.restUntil - start)
      return
    }
    const before = this.sent
    this.sent = this.look()
    const changed = changesBetween(before.lists, this.sent.lists)
    if (changed || JSON.stringify(before.facts) !== JSON.stringify(this.sent.facts)) this.post({ type: 'update', now: Date.now(), facts: this.sent.facts, changed: changed ?? {} })
    this.follow()
    this.restUntil = start + (REST + 1) * (performance.now() - start)
  }

  private look(): { lists: Lists; facts: Facts } {
    const { window, terminals } = this.parts
    const world = window.world()
    return { lists: world ? listsOf(world, terminals.names()) : nothing, facts: factsOf(window.state, window.writable, world) }
  }

  private post(message: ToDashboard): void {
    void this.panel.webview.postMessage(message)
  }
}
