import { join, relative, sep } from 'node:path'
import * as vscode from 'vscode'
import type { Finding } from '../documents/project/finding.js'
import type { Answer } from '../supervisor/runProgram.js'
import { findingText, fixesOf } from './findingText.js'
import type { MusterWindow } from './musterWindow.js'
import type { ProjectDocuments } from './projectDocuments.js'
import { openedAs, realFile } from './resources.js'

const FILES = /^(?:STATUS\.md|DECISIONS\.md|AGENTS\.md|docs\/decisions\/\d{4}\.md)$/
/** Muster keeps a part of it. */
const MARK = /^ {0,3}<!-- muster:begin /m

/** ms after a person's last key, and after others' changes of the records, before it is looked again. */
const TYPED = 500
const RECORDED = 2_000
/** Rests so many times as long as a look took. */
const REST = 4

interface Shown {
  finding: Finding
  diagnostic: vscode.Diagnostic
  /** Muster keeps a part of its file. */
  kept: boolean
}

/**
 * What a handoff lacks, as problems in STATUS.md, DECISIONS.md (files of older ones too) and AGENTS.md: while one that Muster keeps is open, as it stands in
 * its editor, and from when a person asks until all of them are closed.
 */
export class Handoff implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('Muster')
  private readonly shown = new Map<string, Shown[]>()
  private readonly subscriptions: vscode.Disposable
  /** Coordination folder of the repository that they are in. */
  private of: string | undefined
  private asked = false
  private timer: NodeJS.Timeout | undefined
  private looking: Promise<readonly Finding[]> | undefined
  /** Something changed while it was looked. */
  private again = false

  constructor(private readonly window: MusterWindow, private readonly documents: ProjectDocuments, private readonly report: (error: unknown) => void) {
    const { workspace } = vscode
    const heard = (document: vscode.TextDocument, ms: number): void => {
      if (this.nameOf(document.uri) !== undefined) this.soon(ms)
    }
    this.subscriptions = vscode.Disposable.from(
      this.collection,
      workspace.onDidOpenTextDocument((document) => heard(document, 0)),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => contentChanges.length > 0 && heard(document, TYPED)),
      workspace.onDidSaveTextDocument((document) => heard(document, 0)),
      workspace.onDidCloseTextDocument((document) => heard(document, 0)),
      window.onDidChange(() => {
        this.leave()
        this.soon(RECORDED)
      }),
      vscode.languages.registerCodeActionsProvider({ scheme: 'file', language: 'markdown' }, { provideCodeActions: ({ uri }, range) => this.actions(uri, range) }, { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] }),
    )
  }

  dispose(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    this.subscriptions.dispose()
  }

  /** Looks now, and shows what there is, also in files that are not open. @throws as {@link ProjectDocuments.look}, also when it is ended by `signal` */
  async check(signal?: AbortSignal): Promise<readonly Finding[]> {
    this.asked = true
    // What is being looked at may be older than the question.
    await this.looking?.catch(() => undefined)
    signal?.throwIfAborted()
    return this.look(signal)
  }

  /** What was found in a line, as it was told there. */
  find({ file, line, code, about }: Pick<Finding, 'file' | 'line' | 'code' | 'about'>): Finding | undefined {
    return [...this.shown.values()].flat().find(({ finding }) => finding.file === file && finding.line === line && finding.code === code && finding.about === about)?.finding
  }

  /** Saves those that are being edited, before they are made anew: what a person wrote is kept beside them. */
  async save(): Promise<void> {
    for (const document of this.open()) if (document.isDirty && !(await document.save())) throw new vscode.CancellationError()
  }

  private soon(ms: number): void {
    if (this.looking) this.again = true
    else if (this.timer === undefined || ms <= TYPED) {
      clearTimeout(this.timer)
      this.timer = setTimeout(() => void this.lookWhereWatched().catch(this.report), ms)
    }
  }

  private async lookWhereWatched(): Promise<void> {
    this.timer = undefined
    const open = this.open()
    if (open.length === 0) this.asked = false
    if (open.length === 0 || !(this.asked || open.some((document) => MARK.test(document.getText())))) return this.show([])
    if (this.looking) this.again = true
    else await this.look()
  }

  /** What is shown is of another repository, where another one is shown now. */
  private leave(): void {
    if (this.of !== undefined && this.window.muster && this.window.muster.folder !== this.of) this.show([])
  }

  private async look(signal?: AbortSignal): Promise<readonly Finding[]> {
    const start = performance.now()
    const folder = this.window.muster?.folder
    this.again = false
    this.looking = this.findings(signal)
    try {
      const findings = await this.looking
      // Where another repository came to be shown meanwhile, its files have nothing to do with this.
      if (this.window.muster === undefined || this.window.muster.folder === folder) this.show(findings)
      else this.again = true
      return findings
    } finally {
      this.looking = undefined
      if (this.again) this.timer ??= setTimeout(() => void this.lookWhereWatched().catch(this.report), (performance.now() - start) * REST)
    }
  }

  private async findings(signal?: AbortSignal): Promise<readonly Finding[]> {
    if (!this.window.muster || !vscode.workspace.isTrusted) return []
    const unsaved = Object.fromEntries(this.open().filter(({ isDirty }) => isDirty).map((document) => [this.nameOf(document.uri)!, document.getText()]))
    const { findings } = await this.documents.look<Answer & { findings: Finding[] }>(['docs', 'check', '--unsaved'], { input: JSON.stringify(unsaved), ...(signal && { signal }) })
    return findings
  }

  private show(findings: readonly Finding[]): void {
    const { muster } = this.window
    if (this.shown.size === 0 && findings.length === 0) return
    this.shown.clear()
    this.collection.clear()
    this.of = muster?.folder
    if (!muster) return
    const shown = openedAs(this.window)
    const files = new Map<string, { uri: vscode.Uri; all: Shown[] }>()
    for (const finding of findings) {
      const uri = vscode.Uri.file(shown(join(muster.root, finding.file)))
      const document = this.open().find((one) => one.uri.toString() === uri.toString())
      const entry = files.get(uri.toString()) ?? { uri, all: [] }
      entry.all.push({ finding, diagnostic: diagnosticOf(finding, document), kept: document === undefined || MARK.test(document.getText()) })
      files.set(uri.toString(), entry)
    }
    for (const [key, { uri, all }] of files) {
      this.shown.set(key, all)
      this.collection.set(uri, all.map(({ diagnostic }) => diagnostic))
    }
  }

  private actions(uri: vscode.Uri, range: vscode.Range): vscode.CodeAction[] {
    return (this.shown.get(uri.toString()) ?? []).filter(({ diagnostic }) => diagnostic.range.intersection(range) !== undefined).flatMap(({ finding, diagnostic, kept }) => {
      const { file, line, code, about } = finding
      return fixesOf(finding, kept).map(({ fix, title }, index) => {
        const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix)
        action.diagnostics = [diagnostic]
        action.isPreferred = index === 0
        action.command = { command: 'muster.fixDocument', title, arguments: [{ fix, file, line, code, about }] }
        return action
      })
    })
  }

  private open(): vscode.TextDocument[] {
    return vscode.workspace.textDocuments.filter((document) => !document.isClosed && this.nameOf(document.uri) !== undefined)
  }

  /** Path from the root of the tree; undefined for other files. */
  private nameOf({ scheme, fsPath }: vscode.Uri): string | undefined {
    const { muster } = this.window
    const file = scheme === 'file' && muster ? relative(muster.root, realFile(fsPath)).split(sep).join('/') : ''
    return FILES.test(file) ? file : undefined
  }
}

function diagnosticOf(finding: Finding, document: vscode.TextDocument | undefined): vscode.Diagnostic {
  const line = Math.max(0, Math.min(finding.line, document?.lineCount ?? finding.line) - 1)
  const range = document?.lineAt(line).range ?? new vscode.Range(line, 0, line, 1_000)
  const { Error, Warning, Information } = vscode.DiagnosticSeverity
  // What is being edited is not committed either.
  const severity = finding.code === 'uncommitted' ? Information : finding.severity === 'error' ? Error : Warning
  const diagnostic = new vscode.Diagnostic(range, findingText(finding), severity)
  diagnostic.source = 'Muster'
  diagnostic.code = finding.code
  return diagnostic
}
