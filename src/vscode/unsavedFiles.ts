import * as vscode from 'vscode'
import type { Muster } from '../core/muster.js'
import type { FileLocks } from './fileMarks.js'
import type { MusterWindow } from './musterWindow.js'

/** Told this much later, in ms: who types and saves at once need not be told of. */
const SETTLE_MS = 2_000
/** More are not named. */
const MOST = 100
/** That others were told of unsaved changes: kept over a reload, after which there may be none. */
const TOLD = 'unsaved'
/** In place of what others know, where that was told before, or to others: no list of files reads so. */
const BEFORE = '\n'

/**
 * Tells the others which files of the repository, in whichever of its working trees that are open, have unsaved changes in this
 * window. An agent that locks one of them learns whose they are, before it writes what the person's editor does not show.
 */
export class UnsavedFiles implements vscode.Disposable {
  private timer: NodeJS.Timeout | undefined
  /** What the others know. */
  private told = ''
  private muster: Muster | undefined
  private readonly subscriptions: vscode.Disposable

  constructor(private readonly window: MusterWindow, private readonly locks: FileLocks, private readonly memory: Pick<vscode.Memento, 'get' | 'update'>, private readonly report: (error: unknown) => void) {
    if (memory.get(TOLD) === true) this.told = BEFORE
    const later = (): void => this.later()
    // What was undone is not saved and not dirty.
    const changed = ({ isDirty }: { isDirty: boolean }): void => {
      if (isDirty || this.told !== '') later()
    }
    this.subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(({ document }) => changed(document)),
      vscode.workspace.onDidChangeNotebookDocument(({ notebook }) => changed(notebook)),
      vscode.workspace.onDidSaveTextDocument(later),
      vscode.workspace.onDidSaveNotebookDocument(later),
      vscode.workspace.onDidCloseTextDocument(later),
      vscode.workspace.onDidCloseNotebookDocument(later),
      vscode.workspace.onDidChangeWorkspaceFolders(later),
      window.onDidChange(() => {
        const { muster } = this.window
        if (muster === undefined || muster === this.muster) return
        // Turned on while there is something already; another identity, or other records.
        this.muster = muster
        if (this.told !== '') this.told = BEFORE
        later()
      }),
    )
  }

  dispose(): void {
    clearTimeout(this.timer)
    this.subscriptions.dispose()
  }

  private later(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined
      void this.tell().catch(this.report)
    }, SETTLE_MS)
  }

  private async tell(): Promise<void> {
    const { muster } = this.window
    if (muster === undefined || !this.window.writable) return
    const paths = [...vscode.workspace.textDocuments, ...vscode.workspace.notebookDocuments].filter(({ isDirty }) => isDirty).flatMap((document) => this.locks.nameOf(document.uri, this.window) ?? []).sort().slice(0, MOST)
    const known = paths.join('\n')
    if (known === this.told) return
    await muster.checkIn(null, { unsaved: paths })
    this.told = known
    await this.memory.update(TOLD, paths.length > 0 || undefined)
  }
}
