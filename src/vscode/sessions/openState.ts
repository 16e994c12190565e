import { readFile } from 'node:fs/promises'
import * as vscode from 'vscode'
import type { SavedGroup, SavedTab, SavedTerminal, SavedText, Span, WindowContent } from '../../core/model/save.js'
import { TextBases } from './textBases.js'

/** More tabs and positions are not remembered. */
const MOST = 2_000

export interface TextRules {
  /** Unsaved text is saved too. */
  text: boolean
  /** At most so much of it, in bytes. */
  limit: number
}

/**
 * What the window has open. The editor tells positions of what is seen only, and commands of terminals only as they begin; so
 * it is listened to from the start.
 */
export class OpenState implements vscode.Disposable {
  private readonly positions = new Map<string, Pick<SavedTab, 'selections' | 'visible'>>()
  private readonly commands = new Map<vscode.Terminal, string>()
  private readonly bases = new TextBases((uri) => bytesOf(vscode.Uri.parse(uri)))
  private layout: unknown
  private readonly subscriptions: vscode.Disposable

  constructor() {
    for (const editor of vscode.window.visibleTextEditors) this.note(editor)
    for (const document of vscode.workspace.textDocuments) this.noteText(document)
    this.subscriptions = vscode.Disposable.from(
      vscode.window.onDidChangeVisibleTextEditors((editors) => editors.forEach((editor) => this.note(editor))),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.note(textEditor)),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => this.note(textEditor)),
      vscode.window.onDidStartTerminalShellExecution(({ terminal, execution: { commandLine } }) => {
        if (commandLine.confidence !== vscode.TerminalShellExecutionCommandLineConfidence.Low) this.commands.set(terminal, commandLine.value)
      }),
      vscode.window.onDidCloseTerminal((terminal) => void this.commands.delete(terminal)),
      vscode.workspace.onDidOpenTextDocument((document) => this.noteText(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.noteText(document)),
      vscode.workspace.onDidSaveTextDocument((document) => this.noteText(document)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.bases.forget(uri.toString())),
    )
  }

  /** What was being edited when it was last saved, and still is, was made from the same. */
  inherit(unsaved: readonly SavedText[]): void {
    for (const { uri, base } of unsaved) {
      if (base !== undefined && vscode.workspace.textDocuments.some((one) => one.uri.toString() === uri && one.isDirty)) this.bases.inherit(uri, base)
    }
  }

  /** Asks the editor how groups are arranged; not while it closes, when nobody would answer. */
  async lookAtLayout(): Promise<void> {
    this.layout = vscode.window.tabGroups.all.length > 1 ? await vscode.commands.executeCommand('vscode.getEditorLayout') : undefined
  }

  async content(rules: TextRules): Promise<WindowContent> {
    const { unsaved, omitted } = await this.texts(rules)
    return {
      folders: (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.toString()),
      ...(vscode.env.remoteName !== undefined && { remote: vscode.env.remoteName }),
      ...(this.layout !== undefined && { layout: this.layout }),
      groups: this.groups(),
      unsaved,
      omitted,
      terminals: this.terminals(),
    }
  }

  groups(): SavedGroup[] {
    return vscode.window.tabGroups.all.map((group) => ({
      column: group.viewColumn,
      ...(group.isActive && { active: true }),
      tabs: group.tabs.slice(0, MOST).map((tab) => this.tab(tab, group.viewColumn)),
    }))
  }

  terminals(): SavedTerminal[] {
    return vscode.window.terminals.filter(isOfAPerson).map((terminal) => {
      const { cwd } = terminal.creationOptions as vscode.TerminalOptions
      const folder = terminal.shellIntegration?.cwd ?? (typeof cwd === 'string' ? vscode.Uri.file(cwd) : cwd)
      const command = this.commands.get(terminal)
      return { name: nameOf(terminal, command), ...(folder && { cwd: folder.toString() }), ...(command !== undefined && { command }) }
    })
  }

  dispose(): void {
    this.subscriptions.dispose()
  }

  private tab(tab: vscode.Tab, column: number): SavedTab {
    const flags = { ...(tab.isActive && { active: true }), ...(tab.isPinned && { pinned: true }), ...(tab.isPreview && { preview: true }), ...(tab.isDirty && { dirty: true }) }
    const input = inputOf(tab.input)
    const position = input.uri === undefined ? undefined : this.positions.get(`${column} ${input.uri}`) ?? this.positions.get(input.uri)
    return { ...input, label: tab.label, ...flags, ...position }
  }

  private noteText(document: vscode.TextDocument): void {
    if (document.uri.scheme === 'file') this.bases.note(document.uri.toString(), document.isDirty, () => document.getText())
  }

  private note(editor: vscode.TextEditor): void {
    const uri = editor.document.uri.toString()
    const [visible] = editor.visibleRanges
    const position = {
      selections: editor.selections.slice(0, 100).map(({ anchor, active }): Span => [anchor.line, anchor.character, active.line, active.character]),
      ...(visible && { visible: [visible.start.line, visible.start.character, visible.end.line, visible.end.character] satisfies Span }),
    }
    for (const key of [uri, ...(editor.viewColumn === undefined ? [] : [`${editor.viewColumn} ${uri}`])]) {
      this.positions.delete(key)
      this.positions.set(key, position)
    }
    for (const key of this.positions.keys()) {
      if (this.positions.size <= MOST) break
      this.positions.delete(key)
    }
  }

  /** The smallest first, so that as many as can be are in. */
  private async texts({ text: wanted, limit }: TextRules): Promise<Pick<WindowContent, 'unsaved' | 'omitted'>> {
    const documents = vscode.workspace.textDocuments.filter(({ isDirty, uri }) => isDirty && (uri.scheme === 'file' || uri.scheme === 'untitled'))
    const found = documents.map((document) => ({ uri: document.uri.toString(), language: document.languageId, text: document.getText() }))
    const content: Pick<WindowContent, 'unsaved' | 'omitted'> = { unsaved: [], omitted: [] }
    let left = limit
    for (const one of found.sort((a, b) => a.text.length - b.text.length)) {
      const size = wanted ? Buffer.byteLength(one.text) : Infinity
      if (size > left) {
        content.omitted.push({ uri: one.uri, why: wanted ? 'limit' : 'off' })
        continue
      }
      left -= size
      const base = await this.bases.of(one.uri)
      content.unsaved.push({ ...one, ...(base !== undefined && { base }) })
    }
    return content
  }
}

function inputOf(input: unknown): Pick<SavedTab, 'kind' | 'uri' | 'original' | 'viewType'> {
  if (input instanceof vscode.TabInputText) return { kind: 'text', uri: input.uri.toString() }
  if (input instanceof vscode.TabInputTextDiff) return { kind: 'diff', uri: input.modified.toString(), original: input.original.toString() }
  if (input instanceof vscode.TabInputNotebook) return { kind: 'notebook', uri: input.uri.toString(), viewType: input.notebookType }
  if (input instanceof vscode.TabInputNotebookDiff) return { kind: 'notebookDiff', uri: input.modified.toString(), original: input.original.toString(), viewType: input.notebookType }
  if (input instanceof vscode.TabInputCustom) return { kind: 'custom', uri: input.uri.toString(), viewType: input.viewType }
  if (input instanceof vscode.TabInputTerminal) return { kind: 'terminal' }
  return input instanceof vscode.TabInputWebview ? { kind: 'webview', viewType: input.viewType } : { kind: 'other' }
}

/** Not what an extension draws, hides, or has ended. */
function isOfAPerson({ creationOptions, exitStatus }: vscode.Terminal): boolean {
  return !('pty' in creationOptions) && (creationOptions as vscode.TerminalOptions).hideFromUser !== true && exitStatus === undefined
}

/** A terminal that nobody gave a name is called after what runs in it; anew, it is a shell again. */
function nameOf({ name, state }: vscode.Terminal, command: string | undefined): string {
  const [program = ''] = command?.trim().split(/\s/) ?? []
  return name === lastPart(program) ? (state.shell ?? lastPart(vscode.env.shell)) : name
}

function lastPart(path: string): string {
  return /[^/\\]*$/.exec(path)?.[0] ?? path
}

/** What is in a file; undefined where there is none. */
export async function bytesOf(uri: vscode.Uri): Promise<Buffer | undefined> {
  try {
    return await readFile(uri.fsPath)
  } catch {
    return undefined
  }
}
