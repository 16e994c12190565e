import * as vscode from 'vscode'
import { Emitter } from '../core/emitter.js'
import { contextKeys } from './contributions.js'

const KEY = 'locks.byFolder'

/** Whether locks are shown by folder; kept for the workspace. */
export class LockOrder implements vscode.Disposable {
  private readonly changed: Emitter<void>

  constructor(private readonly storage: vscode.Memento, report: (error: unknown) => void) {
    this.changed = new Emitter(report)
    this.tell()
  }

  get onDidChange(): Emitter<void>['event'] {
    return this.changed.event
  }

  get byFolder(): boolean {
    return this.storage.get(KEY, false)
  }

  async show(byFolder: boolean): Promise<void> {
    await this.storage.update(KEY, byFolder)
    this.tell()
    this.changed.fire()
  }

  dispose(): void {
    this.changed.dispose()
  }

  private tell(): void {
    void vscode.commands.executeCommand('setContext', contextKeys.byFolder, this.byFolder)
  }
}
