import * as vscode from 'vscode'
import type { DecisionView, MessageView } from '../core/model/operations.js'
import type { ErrorView, TaskView } from '../core/model/workOperations.js'
import type { World } from '../core/muster.js'
import type { DocumentButton, DocumentContent, DocumentRequest, Opened } from '../protocol/document.js'
import { Commits, SCHEME } from './commits.js'
import { buttonsOf } from './documentButtons.js'
import { DocumentPanel, type DocumentSource } from './documentPanel.js'
import { withoutHtml } from './documentParts.js'
import { t } from './l10n.js'
import type { MusterWindow } from './musterWindow.js'
import type { ProjectDocuments } from './projectDocuments.js'
import type { Report, ReportPages } from './reportPages.js'
import { escapeMarkdown, short } from './text.js'
import { decisionText, errorText, messageText, taskText } from './documentText.js'

/** Opened messages that are remembered; of others, a tab says that they are gone. */
const KEPT = 200

interface DocumentParts {
  window: MusterWindow
  project: ProjectDocuments
  /** Folder of the bundles. */
  dist: vscode.Uri
  report: (error: unknown) => void
}

/** Messages, decisions, tasks, errors and reports to read: text by others is shown as it is, never interpreted. */
export class Documents implements vscode.TextDocumentContentProvider, vscode.Disposable, DocumentSource {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>()
  readonly onDidChange = this.changed.event
  readonly onDidUpdate: DocumentSource['onDidUpdate']
  /** Messages that were opened: search finds those that left the state, too. */
  private readonly found = new Map<string, MessageView>()
  private readonly panel: DocumentPanel
  private readonly commits: Commits
  private pages: Promise<ReportPages> | undefined
  private readonly subscriptions: vscode.Disposable

  constructor(private readonly parts: DocumentParts) {
    const { window, dist, report } = parts
    this.onDidUpdate = (listener) => window.onDidChange(listener)
    this.commits = new Commits(() => window.muster?.root)
    this.panel = new DocumentPanel(this, dist, report)
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      this.panel,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      window.onDidChange(() => {
        for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === SCHEME && !uri.query.startsWith('commit=')) this.changed.fire(uri)
      }),
    )
  }

  provideTextDocumentContent(uri: vscode.Uri): string | Promise<string> {
    const [kind, id = ''] = uri.query.split('=')
    if (kind === 'commit') return this.commits.textOf(id)
    if (kind === 'report') return this.reports().then((pages) => pages.page(id as Report)).then(({ text }) => withoutHtml(text))
    return withoutHtml(this.markdownOf(uri.query).text)
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

  /** Made anew, and shown once it is. @throws what making it throws */
  async showReport(report: Report, how: Parameters<ReportPages['make']>[1] = {}): Promise<void> {
    await (await this.reports()).make(report, how)
    await this.show(`report=${report}`, (await this.pageOf(`report=${report}`)).title)
  }

  dispose(): void {
    this.subscriptions.dispose()
  }

  async contentOf(address: string): Promise<DocumentContent | undefined> {
    // After a reload its page is there before the records are.
    if (this.parts.window.state.kind === 'opening') return undefined
    await this.commits.look(address.startsWith('decision=') ? this.decisionOf(address) : undefined)
    const { title, text, buttons } = await this.pageOf(address)
    const html = await renderMarkdown(text)
    return html === undefined ? undefined : { title, html, buttons }
  }

  async answer(address: string, request: Exclude<DocumentRequest, { type: 'ready' }>): Promise<void> {
    const [type, id = ''] = address.split('=')
    if (request.type === 'report') await (await this.reports()).act(id as Report, request.do)
    else if (request.type === 'act') await vscode.commands.executeCommand(request.act, { target: { type, id } })
    else if (request.type === 'tick') {
      await vscode.commands.executeCommand('muster.tickChecklist', { target: { type, id }, steps: { [request.done ? 'done' : 'open']: [request.step] } })
      await this.lookAgain(id)
    }
    else await this.open(request.open, request.name, address)
  }

  /** Of a message that has left the state, nobody tells what became of it. */
  private async lookAgain(id: string): Promise<void> {
    const { muster } = this.parts.window
    if (!muster || muster.state().message(id)) return
    for (const message of await muster.readMessages({ ids: [id], peek: true })) this.found.set(id, message)
  }

  private async open(what: Opened, name: string, address: string): Promise<void> {
    if (what === 'task') return void (await vscode.commands.executeCommand('muster.openTask', { target: { type: 'task', id: name } }))
    if (what === 'decision') return void (await vscode.commands.executeCommand('muster.openDecision', { target: { type: 'decision', id: name } }))
    if (what === 'commit') return this.commits.open(name)
    const { about } = this.parts.window.world()?.message(address.split('=')[1] ?? '') ?? {}
    await vscode.commands.executeCommand('muster.openFile', { target: { type: 'lock', tree: about?.resource === name ? (about.tree ?? '') : '', resource: name, heldBy: '' } })
  }

  private async pageOf(address: string): Promise<{ title: string; text: string; buttons: readonly DocumentButton[] }> {
    const [kind, id] = address.split('=')
    return kind === 'report' && this.parts.window.muster ? (await this.reports()).page(id as Report) : this.markdownOf(address)
  }

  /** Loaded with the first one. */
  private reports(): Promise<ReportPages> {
    return (this.pages ??= import('./reportPages.js').then(({ ReportPages }) => new ReportPages(this.parts.window, this.parts.project)))
  }

  private markdownOf(address: string): { title: string; text: string; buttons: readonly DocumentButton[] } {
    const [kind, id] = address.split('=')
    const world = this.parts.window.world()
    const shown = world && this.textOf(world, kind, id)
    return shown ?? { title: id ?? 'Muster', text: escapeMarkdown(t('{0} is not there any more.', id ?? '')), buttons: [] }
  }

  private textOf(world: World, kind: string | undefined, id: string | undefined): { title: string; text: string; buttons: readonly DocumentButton[] } | undefined {
    const { writable } = this.parts.window
    const me = writable ? world.me : undefined
    const by = <T extends { id: string }>(things: readonly T[]): T | undefined => things.find((one) => one.id === id)
    if (kind === 'message') {
      const message = id === undefined ? undefined : (world.message(id) ?? this.found.get(id))
      return message && { title: message.subject || t('Message'), text: messageText(message, world), buttons: buttonsOf.message(message, me) }
    }
    if (kind === 'decision') {
      const decision = by(world.decisions)
      return decision && { title: `${decision.id} ${decision.title}`, text: decisionText(decision, { claims: world.claims, commits: this.commits.of(decision.id), now: Date.now() }), buttons: buttonsOf.decision(decision, me) }
    }
    if (kind === 'task') {
      const task = by(world.tasks)
      return task && { title: `${task.id} ${task.title}`, text: taskText(task), buttons: buttonsOf.task(task, me) }
    }
    const error = by(world.errors)
    return error && { title: `${error.id} ${error.message}`, text: errorText(error), buttons: buttonsOf.error(error, me) }
  }

  private decisionOf(address: string): DecisionView | undefined {
    return this.parts.window.world()?.decisions.find(({ id }) => address === `decision=${id}`)
  }

  private async show(address: string, title: string): Promise<void> {
    if ((await renderMarkdown('')) !== undefined) return this.panel.show(address, title)
    const name = short(title, 40).replace(/[\\/:?#%*"<>|]/g, ' ').trim() || 'Muster'
    await vscode.window.showTextDocument(vscode.Uri.from({ scheme: SCHEME, path: `/${name}.md`, query: address }), { preview: true })
  }
}

/** As HTML, by the editor's own Markdown extension; undefined where that is switched off. */
async function renderMarkdown(text: string): Promise<string | undefined> {
  try {
    return await vscode.commands.executeCommand<string>('markdown.api.render', text)
  } catch {
    return undefined
  }
}
