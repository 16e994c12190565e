import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join } from 'node:path'
import * as vscode from 'vscode'
import { Emitter } from '../core/emitter.js'
import type { DocumentProblem } from '../documents/types.js'
import { recordsOf, type MusterWindow } from './musterWindow.js'
import { t } from './l10n.js'
import { openedAs } from './resources.js'
import { short } from './text.js'
import { problemsIn } from './toldProblems.js'

/** ms between two looks at what the writer of documents told: it may be another process. */
const LOOK_MS = 5_000
/** Bytes of what it told that are read: it tells of a hundred problems at most. */
const MOST = 1024 * 1024

/** What could not be read of documents that agents write, and whose version was kept beside a document: as problems of the files. */
export class DocumentProblems implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('Muster (documents)')
  private readonly subscriptions: vscode.Disposable
  private readonly timer: NodeJS.Timeout
  private readonly changed: Emitter<void>
  private shown: DocumentProblem[] = []
  /** What tells the file that was read last from a newer one. */
  private seen = ''

  constructor(private readonly window: MusterWindow, report: (error: unknown) => void) {
    this.changed = new Emitter(report)
    this.timer = setInterval(() => void this.look().catch(report), LOOK_MS)
    this.subscriptions = vscode.Disposable.from(
      this.collection,
      vscode.languages.registerCodeActionsProvider({ scheme: 'file' }, { provideCodeActions: ({ uri }) => this.actions(uri) }, { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] }),
    )
  }

  get onDidChange(): Emitter<void>['event'] {
    return this.changed.event
  }

  /** Versions of people that are still beside their document. Absolute paths. */
  get kept(): { file: string; kept: string }[] {
    return this.shown.flatMap(({ file, kept }) => (kept === undefined ? [] : [{ file: this.pathOf(file), kept: this.pathOf(kept) }])).filter(({ kept }) => existsSync(kept))
  }

  dispose(): void {
    clearInterval(this.timer)
    this.subscriptions.dispose()
  }

  private async look(): Promise<void> {
    const { muster } = this.window
    const file = muster && join(muster.folder, 'documents', 'problems.json')
    const facts = file === undefined ? undefined : await stat(file).catch(() => undefined)
    const seen = facts ? `${file} ${facts.mtimeMs} ${facts.size}` : ''
    if (seen === this.seen) return
    this.seen = seen
    this.shown = file === undefined || !facts || facts.size > MOST ? [] : problemsIn(await readFile(file, 'utf8').catch(() => ''))
    this.show()
    this.changed.fire()
  }

  private show(): void {
    this.collection.clear()
    const files = new Map<string, vscode.Diagnostic[]>()
    for (const { file, line = 1, reason, kept } of this.shown) {
      const path = this.pathOf(file)
      const text = kept === undefined ? short(reason, 500) : t('Muster\'s part of {0} was changed by hand and is made anew. The other version is {1}.', basename(file), basename(kept))
      const diagnostic = new vscode.Diagnostic(new vscode.Range(line - 1, 0, line - 1, 1_000), text, vscode.DiagnosticSeverity.Warning)
      diagnostic.source = 'Muster'
      files.set(path, [...(files.get(path) ?? []), diagnostic])
    }
    for (const [path, diagnostics] of files) this.collection.set(vscode.Uri.file(path), diagnostics)
  }

  private actions(uri: vscode.Uri): vscode.CodeAction[] {
    return this.kept.filter(({ file }) => file === uri.fsPath).map((target) => {
      const title = t('Compare with the Version That Was Kept')
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix)
      action.command = { command: 'muster.fixDocument', title, arguments: [{ target: { type: 'document', ...target }, ...recordsOf(this.window) }] }
      return action
    })
  }

  /** As the editor names what is there: its folder may have been opened through a link. */
  private pathOf(file: string): string {
    return openedAs(this.window)(this.placeOf(file))
  }

  /** Paths are told from the coordination folder (as `.muster/…`) or from the root of the tree it is in. */
  private placeOf(file: string): string {
    const { muster } = this.window
    if (isAbsolute(file) || !muster) return file
    if (file.startsWith('.muster/')) return join(muster.folder, file.slice('.muster/'.length))
    const beside = join(dirname(muster.folder), file)
    return existsSync(beside) ? beside : join(muster.root, file)
  }
}
