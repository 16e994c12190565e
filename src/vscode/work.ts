import * as vscode from 'vscode'
import type { Repositories } from './repositories.js'
import type { RepositoryWindow } from './repositoryWindow.js'
import type { Settings } from './settings.js'

/**
 * Checks in for the person while they work: once in the set time, if they edited or saved something in this window since, in the repository it is in.
 * Signs of life without work are the coordinator's business.
 */
export class WorkTimer implements vscode.Disposable {
  private readonly worked = new Set<RepositoryWindow>()
  private timer: NodeJS.Timeout | undefined
  private readonly subscriptions: vscode.Disposable

  constructor(private readonly repositories: Pick<Repositories, 'of' | 'current'>, private readonly settings: Settings, private readonly report: (error: unknown) => void) {
    const isFile = (document: vscode.TextDocument): boolean => document.uri.scheme === 'file'
    this.subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        // Files also change from outside; those changes leave the document clean.
        if (contentChanges.length > 0 && document.isDirty && isFile(document)) this.note(document.uri)
      }),
      vscode.workspace.onDidSaveTextDocument((document) => {
        if (isFile(document)) this.note(document.uri)
      }),
      vscode.workspace.onDidSaveNotebookDocument(({ uri }) => this.note(uri)),
      settings.onDidChange(['checkIn.minutes'], () => this.start()),
    )
    this.start()
  }

  /** The person did something, with a file or with the repository that is shown. */
  note(uri?: vscode.Uri): void {
    const window = this.repositories.of(uri) ?? this.repositories.current
    this.worked.add(window)
    window.muster?.noteWork()
  }

  dispose(): void {
    clearInterval(this.timer)
    this.subscriptions.dispose()
  }

  private start(): void {
    clearInterval(this.timer)
    this.timer = setInterval(() => void this.checkInAll(), this.settings.get('checkIn.minutes') * 60_000)
  }

  private async checkInAll(): Promise<void> {
    await Promise.all([...this.worked].map((window) => this.checkIn(window)))
  }

  private async checkIn(window: RepositoryWindow): Promise<void> {
    const { muster } = window
    if (!muster || !window.writable) return
    this.worked.delete(window)
    try {
      await muster.checkIn(null, {})
    } catch (error) {
      this.worked.add(window)
      this.report(error)
    }
  }
}
