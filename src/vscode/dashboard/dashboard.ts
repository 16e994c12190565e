import * as vscode from 'vscode'
import { dashboardType } from '../contributions.js'
import { t } from '../l10n.js'
import type { DashboardParts } from './dashboardPanel.js'

/** The dashboard of this window: one panel, which comes back after a reload. */
export class Dashboard implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private shown: vscode.WebviewPanel | undefined
  private readonly serializer: vscode.Disposable

  constructor(private readonly parts: DashboardParts) {
    this.serializer = vscode.window.registerWebviewPanelSerializer(dashboardType, this)
  }

  open(): Promise<void> {
    if (this.shown) return Promise.resolve(this.shown.reveal())
    return this.show(vscode.window.createWebviewPanel(dashboardType, t('Muster Dashboard'), vscode.ViewColumn.Active, {}))
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.shown?.dispose()
    return this.show(panel)
  }

  dispose(): void {
    this.serializer.dispose()
    this.shown?.dispose()
  }

  /** What fills it is loaded when there is one. */
  private async show(panel: vscode.WebviewPanel): Promise<void> {
    this.shown = panel
    panel.onDidDispose(() => {
      if (this.shown === panel) this.shown = undefined
    })
    const { DashboardPanel } = await import('./dashboardPanel.js')
    if (this.shown === panel) new DashboardPanel(panel, this.parts)
  }
}
