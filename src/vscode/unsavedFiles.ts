import * as vscode from 'vscode'
import type { FileLocks } from './fileMarks.js'
import type { MusterWindow } from './musterWindow.js'

/** Told this much later, in ms: who types and saves at once need not be told of. */
const SETTLE_MS = 2_000
/** More are not named. */
const MOST = 100

/**
 * Tells the others which files have unsaved changes in this window. An agent that locks one of them learns whose they are,
 * before it writes what the person's editor does not show.
 */
export class UnsavedFiles implements vscode.Disposable {
  private timer: NodeJS.Timeout | undefined
  /** What the others know, of which agent. */
  private told = ''
  private readonly subscriptions: vscode.Disposable

  constructor(private readonly window: MusterWindow, private readonly locks: FileLocks, private readonly report: (error: unknown) => void) {
    const later = (): void => this.later()
    this.subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.isDirty) later()
      }),
      vscode.workspace.onDidSaveTextDocument(later),
      vscode.workspace.onDidCloseTextDocument(later),
      window.onDidChange(() => {
        // Another identity, or the records were replaced.
        if (this.told !== '' && !this.told.startsWith(`${this.window.muster?.agent ?? ''}\n`)) later()
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
    const paths = vscode.workspace.textDocuments.filter((document) => document.isDirty).flatMap((document) => this.locks.pathOf(document.uri) ?? []).sort().slice(0, MOST)
    const key = this.keyOf(paths)
    if (key === this.told || (paths.length === 0 && this.told === '')) return
    await muster.checkIn(null, { unsaved: paths })
    this.told = key
  }

  /** Nothing is told before there is something; and everything again, by another identity. */
  private keyOf(paths: readonly string[]): string {
    return `${this.window.muster?.agent ?? ''}\n${paths.join('\n')}`
  }
}
