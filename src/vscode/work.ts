import * as vscode from 'vscode'
import type { MusterWindow } from './musterWindow.js'
import type { Settings } from './settings.js'

/**
 * Checks in for the person while they work: once in the set time, if they edited or saved something in this window since.
 * Signs of life without work are the coordinator's business.
 */
export class WorkTimer implements vscode.Disposable {
  private worked = false
  private timer: NodeJS.Timeout | undefined
  private readonly subscriptions: vscode.Disposable

  constructor(private readonly window: MusterWindow, private readonly settings: Settings, private readonly report: (error: unknown) => void) {
    const isFile = (document: vscode.TextDocument): boolean => document.uri.scheme === 'file'
    this.subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        // Files also change from outside; those changes leave the document clean.
        if (contentChanges.length > 0 && document.isDirty && isFile(document)) this.note()
      }),
      vscode.workspace.onDidSaveTextDocument((document) => {
        if (isFile(document)) this.note()
      }),
      settings.onDidChange(['checkIn.minutes'], () => this.start()),
    )
    this.start()
  }

  /** The person did something. */
  note(): void {
    this.worked = true
    this.window.muster?.noteWork()
  }

  dispose(): void {
    clearInterval(this.timer)
    this.subscriptions.dispose()
  }

  private start(): void {
    clearInterval(this.timer)
    this.timer = setInterval(() => void this.checkIn(), this.settings.get('checkIn.minutes') * 60_000)
  }

  private async checkIn(): Promise<void> {
    const { muster } = this.window
    if (!this.worked || !muster || !this.window.writable) return
    this.worked = false
    try {
      await muster.checkIn(null, {})
    } catch (error) {
      this.worked = true
      this.report(error)
    }
  }
}
