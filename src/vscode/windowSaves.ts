import type * as vscode from 'vscode'
import type { SaveResult } from '../core/model/saveOperations.js'
import type { Save } from '../core/model/save.js'
import type { SavedTexts } from './sessions/savedTexts.js'
import type { Restored } from './sessions/restore.js'
import type { SaverParts, WindowSaver } from './sessions/windowSaver.js'

/** Saves what the window has open, and brings it back. Nothing of it is loaded before there are records to save beside. */
export class WindowSaves implements vscode.Disposable {
  private saver: Promise<WindowSaver> | undefined
  private texts: SavedTexts | undefined
  private restoring: Promise<unknown> = Promise.resolve()
  private readonly subscription: vscode.Disposable

  constructor(private readonly parts: SaverParts) {
    this.subscription = parts.window.onDidChange(({ kind }) => {
      if (kind === 'on') void this.started().catch(parts.report)
    })
  }

  async save(): Promise<SaveResult | undefined> {
    return (await this.started()).save('asked')
  }

  /** One after another: the later finds what the earlier has brought back. */
  restore(save: Save): Promise<Restored> {
    const next = this.restoring.then(async () => {
      const [{ restoreWindow }, texts, { open }] = await Promise.all([import('./sessions/restore.js'), this.savedTexts(), this.started()])
      return restoreWindow(save, open, texts)
    })
    this.restoring = next.catch(() => undefined)
    return next
  }

  async show(name: string, text: string): Promise<void> {
    await (await this.savedTexts()).show(name, text)
  }

  /** An address under which the text can be read, by editors that show files only. */
  async page(name: string, text: string): Promise<vscode.Uri> {
    return (await this.savedTexts()).page(name, text)
  }

  /** Before the connection is closed. */
  async close(): Promise<void> {
    this.subscription.dispose()
    await (await this.saver)?.close()
  }

  dispose(): void {
    this.subscription.dispose()
    this.texts?.dispose()
    void this.saver?.then((saver) => saver.dispose())
  }

  private started(): Promise<WindowSaver> {
    this.saver ??= import('./sessions/windowSaver.js').then(async ({ WindowSaver }) => {
      const saver = new WindowSaver(this.parts)
      await saver.start()
      return saver
    })
    return this.saver
  }

  private async savedTexts(): Promise<SavedTexts> {
    const { SavedTexts } = await import('./sessions/savedTexts.js')
    return (this.texts ??= new SavedTexts())
  }
}
