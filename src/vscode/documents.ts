import * as vscode from 'vscode'
import type { DecisionView, MessageView } from '../core/model/operations.js'
import type { ErrorView, TaskView } from '../core/model/workOperations.js'
import type { World } from '../core/muster.js'
import { t } from './l10n.js'
import type { MusterWindow } from './musterWindow.js'
import { escapeMarkdown, short } from './text.js'
import { decisionText, errorText, messageText, taskText } from './documentText.js'

export const SCHEME = 'muster'

/** Opened messages that are remembered; of others, a tab says that they are gone. */
const KEPT = 200

/** Messages, decisions, tasks and errors as read-only documents: text by others is shown as it is, never interpreted. */
export class Documents implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>()
  readonly onDidChange = this.changed.event
  /** Messages that were opened: search finds those that left the state, too. */
  private readonly found = new Map<string, MessageView>()
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
    return (world && (textOf(world, kind, id) ?? this.textOfFound(world, kind, id))) ?? escapeMarkdown(t('{0} is not there any more.', id ?? ''))
  }

  showMessage(message: MessageView): Promise<void> {
    if (this.found.size >= KEPT) this.found.clear()
    this.found.set(message.id, message)
    return this.show(`message=${message.id}`, message.subject || t('Message'))
  }

  showDecision(decision: DecisionView): Promise<void> {
    return this.show(`decision=${decision.id}`, `${decision.id} ${decision.title}`)
  }

  showTask(task: TaskView): Promise<void> {
    return this.show(`task=${task.id}`, `${task.id} ${task.title}`)
  }

  showError(error: ErrorView): Promise<void> {
    return this.show(`error=${error.id}`, `${error.id} ${error.message}`)
  }

  private textOfFound(world: World, kind: string | undefined, id: string | undefined): string | undefined {
    const message = kind === 'message' && id !== undefined ? this.found.get(id) : undefined
    return message && messageText(message, world)
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

function textOf(world: World, kind: string | undefined, id: string | undefined): string | undefined {
  const find = <T extends { id: string }>(things: readonly T[], text: (thing: T) => string): string | undefined => {
    const thing = things.find((one) => one.id === id)
    return thing && text(thing)
  }
  if (kind === 'message') {
    const message = id === undefined ? undefined : world.message(id)
    return message && messageText(message, world)
  }
  if (kind === 'decision') return find(world.decisions, decisionText)
  if (kind === 'task') return find(world.tasks, taskText)
  return find(world.errors, errorText)
}
