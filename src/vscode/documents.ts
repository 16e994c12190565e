import * as vscode from 'vscode'
import type { DecisionView, MessageView } from '../core/model/operations.js'
import type { ErrorView, TaskView } from '../core/model/workOperations.js'
import type { World } from '../core/muster.js'
import { treeOf } from '../core/system/locate.js'
import type { DocumentButton, DocumentContent, DocumentRequest, Opened, Said } from '../protocol/document.js'
import { Commits } from './commits.js'
import type * as Buttons from './documentButtons.js'
import { DocumentPanel, type DocumentSource } from './documentPanel.js'
import { withoutHtml } from './documentParts.js'
import { t } from './l10n.js'
import { inRecords, SCHEME } from './leads.js'
import { recordsOf, type MusterWindow } from './musterWindow.js'
import type { ProjectDocuments } from './projectDocuments.js'
import type { Repositories } from './repositories.js'
import type { Report, ReportPages } from './reportPages.js'
import { troubleOf } from './statusText.js'
import { escapeMarkdown, shieldMarkdown, short } from './text.js'
import type * as Texts from './documentText.js'
import type { Say } from './documentText.js'

/** Documents whose whole texts are remembered. */
const KEPT = 200

/** All that the records have of a message or decision; `as` the state had it then. */
interface Whole {
  as: string
  message?: MessageView | undefined
  decision?: DecisionView | undefined
}

interface DocumentParts {
  repositories: Pick<Repositories, 'shown' | 'current' | 'all' | 'at' | 'onDidChange'>
  project: ProjectDocuments
  /** Folder of the bundles. */
  dist: vscode.Uri
  log: vscode.LogOutputChannel
  report: (error: unknown) => void
}

/** Messages, decisions, tasks, errors and reports to read: text by others is shown as it is, or with its formatting and nothing else. */
export class Documents implements vscode.TextDocumentContentProvider, vscode.Disposable, DocumentSource {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>()
  readonly onDidChange = this.changed.event
  readonly onDidUpdate: DocumentSource['onDidUpdate']
  /** By address: the state has older texts only in part, and the oldest not at all. */
  private readonly read = new Map<string, Whole>()
  private said = new Map<string, Said>()
  private readonly panel: DocumentPanel
  private readonly commits = new Commits()
  private pages: Promise<ReportPages> | undefined
  private readonly subscriptions: vscode.Disposable

  constructor(private readonly parts: DocumentParts) {
    const { repositories, dist, log, report } = parts
    this.onDidUpdate = (listener) => repositories.onDidChange((one) => listener((address) => {
      const { window } = this.meant(address)
      return !one || one === (window === repositories.shown ? repositories.current : window)
    }))
    this.panel = new DocumentPanel(this, dist, log, report)
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      this.panel,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      this.onDidUpdate((isAbout) => {
        for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === SCHEME && !uri.query.startsWith('commit=') && isAbout(uri.query)) this.changed.fire(uri)
      }),
    )
  }

  provideTextDocumentContent(uri: vscode.Uri): string | Promise<string> {
    const { kind, id, window } = this.meant(uri.query)
    if (kind === 'commit') return this.commits.textOf(id, window?.muster?.root)
    if (kind === 'report') return this.reports().then((pages) => pages.page(id as Report)).then(({ text }) => withoutHtml(text))
    return this.readWhole(uri.query).then(() => this.markdownOf(uri.query)).then(({ text }) => withoutHtml(text))
  }

  /** @param window of the repository that it is in */
  showMessage(message: MessageView, window: MusterWindow): Promise<void> {
    const address = addressIn(window, 'message', message.id)
    // Search has found it in all of the records just now.
    if (!window.world()?.message(message.id)) this.read.set(address, { as: this.stateOf(address), message })
    return this.show(address, message.subject || t('Message'))
  }

  /** @param window of the repository that it is in */
  showDecision(decision: DecisionView, window: MusterWindow): Promise<void> {
    return this.show(addressIn(window, 'decision', decision.id), `${decision.id} ${decision.title}`)
  }

  /** @param window of the repository that it is in */
  showTask(task: TaskView, window: MusterWindow): Promise<void> {
    return this.show(addressIn(window, 'task', task.id), `${task.id} ${task.title}`)
  }

  /** @param window of the repository that it is in */
  showError(error: ErrorView, window: MusterWindow): Promise<void> {
    return this.show(addressIn(window, 'error', error.id), `${error.id} ${error.message}`)
  }

  /** Made anew, and shown once it is. @throws what making it throws */
  async showReport(report: Report, how: Parameters<ReportPages['make']>[1] = {}): Promise<void> {
    await (await this.reports()).make(report, how)
    await this.show(`report=${report}`, (await this.pageOf(`report=${report}`, escapeMarkdown)).title)
  }

  dispose(): void {
    this.subscriptions.dispose()
  }

  async contentOf(address: string): Promise<DocumentContent | undefined> {
    // After a reload its page is there before the records are.
    const { kind, window } = this.meant(address)
    if (window?.state.kind === 'opening') return undefined
    await Promise.all([this.readWhole(address), this.commits.look(kind === 'decision' ? this.decisionOf(address) : undefined, window?.muster?.root)])
    const texts: string[] = []
    const { title, text, buttons } = await this.pageOf(address, (said) => `<div data-said="${texts.push(said) - 1}"></div>`)
    const html = await renderMarkdown(text)
    return html === undefined ? undefined : { title, html, buttons, said: await this.rendered(texts), words: { written: t('As Written'), formatted: t('Formatted') } }
  }

  async answer(address: string, request: Exclude<DocumentRequest, { type: 'ready' }>): Promise<void> {
    const { kind: type, id, records } = this.meant(address)
    if (request.type === 'report') await (await this.reports()).act(id as Report, request.do)
    else if (request.type === 'open') await this.open(request.open, request.name, address)
    else {
      if (request.type === 'act') await vscode.commands.executeCommand(request.act, { target: { type, id }, ...records })
      else await vscode.commands.executeCommand('muster.tickChecklist', { target: { type, id }, steps: { [request.done ? 'done' : 'open']: [request.step] }, ...records })
      // Of what has left the state, nobody tells what became of it.
      this.read.delete(address)
    }
  }

  /** Each by itself, so that none changes what is around it; rendered once, for as long as it shows. */
  private async rendered(texts: readonly string[]): Promise<Said[]> {
    const said = await Promise.all(texts.map(async (text) => this.said.get(text) ?? { text, html: (await renderMarkdown(shieldMarkdown(text))) ?? '' }))
    this.said = new Map(said.map((one) => [one.text, one]))
    return said
  }

  /** Looks for all that the records have of it, once for whatever the state says of it. */
  private async readWhole(address: string): Promise<void> {
    const { kind, id, window } = this.meant(address)
    const muster = window?.muster
    const as = this.stateOf(address)
    if (!muster || this.read.get(address)?.as === as) return
    const one = ({ id: other }: { id: string }): boolean => other === id
    try {
      // The text of a decision that has a context was not cut, and reading them all may take a while.
      const whole = kind === 'message' ? { message: (await muster.readMessages({ ids: [id], peek: true })).find(one) } : kind === 'decision' && !this.decisionOf(address)?.context ? { decision: (await muster.listDecisions()).find(one) } : undefined
      if (this.read.size >= KEPT) this.read.clear()
      if (whole) this.read.set(address, { as, ...whole })
    } catch (error) {
      // A database that does not answer, or damaged records: what the state has is shown.
      this.parts.report(error)
    }
  }

  /** What the state has of a message or decision, to compare. */
  private stateOf(address: string): string {
    const { id, window } = this.meant(address)
    return JSON.stringify([window?.muster?.agent, window?.world()?.message(id), this.decisionOf(address)])
  }

  private async open(what: Opened, name: string, address: string): Promise<void> {
    const { id, window, records } = this.meant(address)
    if (what === 'task') return void (await vscode.commands.executeCommand('muster.openTask', { target: { type: 'task', id: name }, ...records }))
    if (what === 'decision') return void (await vscode.commands.executeCommand('muster.openDecision', { target: { type: 'decision', id: name }, ...records }))
    if (what === 'commit') return this.commits.open(name, records.folder)
    const muster = window?.muster
    const { about } = muster?.state().message(id) ?? this.read.get(address)?.message ?? {}
    // What is written elsewhere means the file as it is in this window's own working tree.
    await vscode.commands.executeCommand('muster.openFile', { target: { type: 'lock', tree: about?.resource === name ? (about.tree ?? '') : (treeOf(muster?.root ?? '')?.id ?? ''), resource: name, heldBy: '' }, ...records })
  }

  private async pageOf(address: string, say: Say): Promise<{ title: string; text: string; buttons: readonly DocumentButton[] }> {
    const { kind, id, window } = this.meant(address)
    return kind === 'report' && window?.muster ? (await this.reports()).page(id as Report) : this.markdownOf(address, say)
  }

  /** Loaded with the first one. */
  private reports(): Promise<ReportPages> {
    return (this.pages ??= import('./reportPages.js').then(({ ReportPages }) => new ReportPages(this.parts.repositories.shown, this.parts.project)))
  }

  private async markdownOf(address: string, say?: Say): Promise<{ title: string; text: string; buttons: readonly DocumentButton[] }> {
    // Loaded with the first one.
    const loaded = await Promise.all([import('./documentText.js'), import('./documentButtons.js')])
    const { id, window } = this.meant(address)
    const world = window?.world()
    const shown = world && this.textOf(loaded, world, address, say)
    const why = (window && troubleOf(window.state)) ?? (world === undefined ? t('Muster is off here.') : t('{0} is not there any more.', id))
    return shown ?? { title: id || 'Muster', text: escapeMarkdown(why), buttons: [] }
  }

  private textOf([{ decisionText, errorText, messageText, taskText }, { buttonsOf }]: readonly [typeof Texts, typeof Buttons], world: World, address: string, say: Say | undefined): { title: string; text: string; buttons: readonly DocumentButton[] } | undefined {
    const { kind, id, window } = this.meant(address)
    const me = window?.writable ? world.me : undefined
    const read = this.read.get(address)
    const by = <T extends { id: string }>(things: readonly T[]): T | undefined => things.find((one) => one.id === id)
    if (kind === 'message') {
      const message = read?.message ?? world.message(id)
      return message && { title: message.subject || t('Message'), text: messageText(message, world, say), buttons: buttonsOf.message(message, me) }
    }
    if (kind === 'decision') {
      const decision = read?.decision ?? by(world.decisions)
      return decision && { title: `${decision.id} ${decision.title}`, text: decisionText(decision, { claims: world.claims, commits: this.commits.of(decision.id, window?.muster?.root), now: Date.now() }, say), buttons: buttonsOf.decision(decision, me) }
    }
    if (kind === 'task') {
      const task = by(world.tasks)
      return task && { title: `${task.id} ${task.title}`, text: taskText(task, { claims: world.claims, now: Date.now() }), buttons: buttonsOf.task(task, me) }
    }
    const error = by(world.errors)
    return error && { title: `${error.id} ${error.message}`, text: errorText(error), buttons: buttonsOf.error(error, me) }
  }

  private decisionOf(address: string): DecisionView | undefined {
    const { kind, id, window } = this.meant(address)
    return kind === 'decision' ? window?.world()?.decisions.find((one) => one.id === id) : undefined
  }

  /** What a page is about: numbers are given out in each repository anew. */
  private meant(address: string): { kind: string; id: string; window: MusterWindow | undefined; records: { folder?: string } } {
    const { repositories } = this.parts
    const [, kind = '', id = '', folder] = /^(\w+)=(.*?)(?:&in=(.*))?$/s.exec(address) ?? []
    if (folder !== undefined) return { kind, id, window: repositories.at(folder), records: { folder } }
    return { kind, id, window: kind === 'report' || kind === 'commit' ? repositories.shown : repositories.all[0], records: {} }
  }

  private async show(address: string, title: string): Promise<void> {
    if ((await renderMarkdown('')) !== undefined) return this.panel.show(address, title)
    const name = short(title, 40).replace(/[\\/:?#%*"<>|]/g, ' ').trim() || 'Muster'
    await vscode.window.showTextDocument(vscode.Uri.from({ scheme: SCHEME, path: `/${name}.md`, query: address }), { preview: true })
  }
}

/** Of what a repository has; where there are several, it stays with the page. */
function addressIn(window: MusterWindow, kind: string, id: string): string {
  return `${kind}=${id}${inRecords(recordsOf(window).folder)}`
}

/** As HTML, by the editor's own Markdown extension; undefined where that is switched off. */
async function renderMarkdown(text: string): Promise<string | undefined> {
  try {
    return await vscode.commands.executeCommand<string>('markdown.api.render', text)
  } catch {
    return undefined
  }
}
