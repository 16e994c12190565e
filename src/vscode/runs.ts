import type * as vscode from 'vscode'
import { Emitter } from '../core/emitter.js'
import type { RunView } from '../core/model/runs.js'
import type { MusterWindow } from './musterWindow.js'

/** Folders of runs are looked at this often, in ms, while they are shown, and else. They are polled: others write them. */
const SHOWN_MS = 3_000
const HIDDEN_MS = 30_000
/** Looking rests so many times as long as it took. */
const REST = 19

/** The runs of the window's working tree, as their folders tell. Nothing happens before Muster is turned on. */
export class Runs implements vscode.Disposable {
  list: readonly RunView[] = []
  private readonly changed: Emitter<void>
  /** Those of what they are shown in that can be seen. */
  private readonly shown = new Set<object>()
  private timer: NodeJS.Timeout | undefined
  private looking: Promise<void> | undefined
  private disposed = false
  private readonly subscriptions: { dispose(): unknown }[]
  private known = ''

  constructor(private readonly window: MusterWindow, readonly folder: () => string, private readonly report: (error: unknown) => void) {
    this.changed = new Emitter(report)
    let muster = window.muster
    this.subscriptions = [window.onDidChange(() => {
      if (window.muster === muster) return
      // Another repository is shown.
      if (window.muster?.folder !== muster?.folder) this.take([])
      muster = window.muster
      void this.look()
    })]
  }

  get onDidChange(): Emitter<void>['event'] {
    return this.changed.event
  }

  /** The list that they are in: while it shows they are looked at more often. */
  show(view: Pick<vscode.TreeView<unknown>, 'visible' | 'onDidChangeVisibility'>): void {
    this.note(view, view.visible)
    this.subscriptions.push(view.onDidChangeVisibility(({ visible }) => this.note(view, visible)))
  }

  /** The same for a page, until it is disposed. */
  watch(panel: Pick<vscode.WebviewPanel, 'visible' | 'onDidChangeViewState'>): { dispose(): void } {
    this.note(panel, panel.visible)
    const subscription = panel.onDidChangeViewState(() => this.note(panel, panel.visible))
    return {
      dispose: () => {
        subscription.dispose()
        this.note(panel, false)
      },
    }
  }

  private note(where: object, visible: boolean): void {
    const before = this.shown.has(where)
    if (visible) this.shown.add(where)
    else this.shown.delete(where)
    if (visible && !before) void this.look()
  }

  /** Looks now, and again in a while. */
  look(): Promise<void> {
    clearTimeout(this.timer)
    this.looking ??= this.lookNow().finally(() => (this.looking = undefined))
    return this.looking
  }

  dispose(): void {
    this.disposed = true
    clearTimeout(this.timer)
    for (const subscription of this.subscriptions) subscription.dispose()
  }

  private async lookNow(): Promise<void> {
    const { muster, writable } = this.window
    if (this.disposed || !muster) return this.take([])
    const start = performance.now()
    try {
      const runs = this.folder()
      const answer = writable ? await muster.followRuns({ runs, create: false }) : await muster.listRuns({ runs })
      if (this.window.muster === muster) this.take(answer.runs)
    } catch (error) {
      this.report(error)
      this.take([])
    }
    const took = performance.now() - start
    if (!this.disposed) this.timer = setTimeout(() => void this.look(), this.window.muster !== muster ? 0 : Math.max(this.shown.size > 0 ? SHOWN_MS : HIDDEN_MS, REST * took))
  }

  private take(runs: readonly RunView[]): void {
    // Times that go on by themselves are no change.
    const text = JSON.stringify(runs, (key, value: unknown) => (key === 'eta' ? undefined : value))
    if (text === this.known) return
    this.known = text
    this.list = runs
    this.changed.fire()
  }
}
