import * as vscode from 'vscode'
import type { DecisionView, MessageView } from '../core/model/operations.js'
import type { MusterWindow } from './musterWindow.js'
import { escapeMarkdown, short } from './text.js'
import { decisionText, messageText } from './documentText.js'

export const SCHEME = 'muster'

/** Messages and decisions as read-only documents: text by others is shown as it is, never interpreted. */
export class Documents implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>()
  readonly onDidChange = this.changed.event
  private readonly subscriptions: vscode.Disposable

  constructor(private readonly window: MusterWindow) {
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      window.onDidChange(() => {
        for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === SCHEME) this.changed.fire(uri)
      }),
    )
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const [kind, id] = uri.query.split('=')
    const world = this.window.world()
    const message = kind === 'message' ? world?.messages.find((one) => one.id === id) : undefined
    if (message && world) return messageText(message, world)
    const decision = kind === 'decision' ? world?.decisions.find((one) => one.id === id) : undefined
    return decision ? decisionText(decision) : escapeMarkdown(`${id} is not there any more.`)
  }

  showMessage(message: MessageView): Promise<void> {
    return this.show(`message=${message.id}`, message.subject || 'Message')
  }

  showDecision(decision: DecisionView): Promise<void> {
    return this.show(`decision=${decision.id}`, `${decision.id} ${decision.title}`)
  }

  dispose(): void {
    this.subscriptions.dispose()
  }

  private async show(query: string, title: string): Promise<void> {
    const name = short(title, 40).replace(/[\\/:?#%*"<>|]/g, ' ').trim() || 'Muster'
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}.md`, query })
    try {
      await vscode.commands.executeCommand('markdown.showPreview', uri)
    } catch {
      // The Markdown extension can be switched off.
      await vscode.window.showTextDocument(uri, { preview: true })
    }
  }
}
