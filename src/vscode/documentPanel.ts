import * as vscode from 'vscode'
import type { DocumentContent, DocumentRequest, ToDocument } from '../protocol/document.js'
import { documentType } from './contributions.js'
import { t } from './l10n.js'
import { pageOf } from './page.js'
import { run } from './run.js'
import { short } from './text.js'

/** Times in a document that is looked at, and what git knows of it, are brought up to date this often, in ms. */
const AGE_MS = 30_000

export interface DocumentSource {
  /** What to show of a document; undefined for one that cannot be shown as a page. */
  contentOf(address: string): Promise<DocumentContent | undefined>
  /** Does what its page asked for. */
  answer(address: string, request: Exclude<DocumentRequest, { type: 'ready' }>): Promise<void>
  /** Documents at some addresses may say something else now. */
  readonly onDidUpdate: (listener: (isAbout: (address: string) => boolean) => void) => { dispose(): void }
}

/**
 * The panel that documents are read in, one after another; it comes back after a reload. Its page is made anew whenever it
 * is shown, and then told what to show; nothing is rendered while it is hidden.
 */
export class DocumentPanel implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private shown: { panel: vscode.WebviewPanel; address: string; ready: boolean; sent: string } | undefined
  private readonly subscriptions: vscode.Disposable

  constructor(private readonly source: DocumentSource, private readonly dist: vscode.Uri, private readonly log: vscode.LogOutputChannel, private readonly report: (error: unknown) => void) {
    this.subscriptions = vscode.Disposable.from(
      vscode.window.registerWebviewPanelSerializer(documentType, this),
      source.onDidUpdate((isAbout) => this.shown && isAbout(this.shown.address) && this.update()),
    )
  }

  show(address: string, title: string): void {
    if (this.shown) {
      this.shown.address = address
      this.shown.panel.title = short(title, 40)
      this.shown.panel.reveal(undefined, false)
      this.update()
      return
    }
    this.take(vscode.window.createWebviewPanel(documentType, short(title, 40), vscode.ViewColumn.Active, { enableFindWidget: true }), address)
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const address = typeof state === 'object' && state !== null && 'address' in state ? state.address : undefined
    if (this.shown || typeof address !== 'string') panel.dispose()
    else this.take(panel, address)
    return Promise.resolve()
  }

  dispose(): void {
    this.subscriptions.dispose()
    this.shown?.panel.dispose()
  }

  private take(panel: vscode.WebviewPanel, address: string): void {
    const { webview } = panel
    const shown = { panel, address, ready: false, sent: '' }
    this.shown = shown
    const subscriptions = vscode.Disposable.from(
      webview.onDidReceiveMessage((message: unknown) => void this.receive(shown, message).catch(this.report)),
      panel.onDidChangeViewState(() => (shown.ready &&= panel.visible)),
    )
    const timer = setInterval(() => this.update(), AGE_MS)
    panel.onDidDispose(() => {
      clearInterval(timer)
      subscriptions.dispose()
      if (this.shown === shown) this.shown = undefined
    })
    webview.options = { enableScripts: true, localResourceRoots: [this.dist] }
    // What is put in later runs nothing, by the page's policy.
    webview.html = pageOf(webview, this.dist, { script: 'document.js', title: 'Muster', body: `<body class="muster-document">\n<header role="toolbar" aria-label="${t('Actions')}" hidden></header>\n<main tabindex="-1"></main>` })
  }

  private async receive(shown: NonNullable<typeof this.shown>, message: unknown): Promise<void> {
    const { documentRequest } = await import('../protocol/document.js')
    const parsed = documentRequest.safeParse(message)
    if (!parsed.success) return this.report(new TypeError(`A document asked for something unknown: ${parsed.error.message}`))
    if (parsed.data.type === 'ready') {
      shown.ready = true
      shown.sent = ''
      return this.update()
    }
    // What was ticked and refused is shown as it stands. What was pressed is meant for what could be seen then.
    const { data } = parsed
    await run(shown.panel.title, this.log, () => this.source.answer(data.address, data).finally(() => {
      shown.sent = ''
      this.update()
    }))
  }

  private update(): void {
    const { shown } = this
    if (!shown?.ready) return
    const { address } = shown
    this.source.contentOf(address).then((content) => {
      if (!content || this.shown !== shown || shown.address !== address) return
      const message: ToDocument = { type: 'content', address, content }
      const text = JSON.stringify(message)
      if (text === shown.sent) return
      shown.sent = text
      shown.panel.title = short(content.title, 40)
      void shown.panel.webview.postMessage(message)
    }).catch(this.report)
  }
}
