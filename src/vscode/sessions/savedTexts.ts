import * as vscode from 'vscode'
import type { SavedText } from '../../core/model/save.js'
import { t } from '../l10n.js'
import { nameOf } from './saved.js'

const SCHEME = 'muster-saved'

/** Texts to look at that are in no file: what was saved of one, beside what is there now. */
export class SavedTexts implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts: string[] = []
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this)

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts[Number(uri.query)] ?? t('This text is not kept any longer. Recover the session again to see it.')
  }

  /** The saved text beside the newer one. */
  async compare({ uri, text }: SavedText): Promise<void> {
    const name = nameOf(uri)
    await vscode.commands.executeCommand('vscode.diff', this.add(name, text), vscode.Uri.parse(uri), t('{0} (saved ↔ now)', name), { preview: false })
  }

  /** What is in a file beside the unsaved text that is in its editor. */
  async compareFile(uri: string, text: string): Promise<void> {
    const name = nameOf(uri)
    await vscode.commands.executeCommand('vscode.diff', this.add(name, text), vscode.Uri.parse(uri), t('{0} (in the file ↔ not saved)', name), { preview: false })
  }

  async show(name: string, text: string): Promise<void> {
    await vscode.window.showTextDocument(this.add(name, text), { preview: false })
  }

  /** An address under which the text can be read. */
  page(name: string, text: string): vscode.Uri {
    return this.add(name, text)
  }

  dispose(): void {
    this.registration.dispose()
  }

  private add(name: string, text: string): vscode.Uri {
    return vscode.Uri.from({ scheme: SCHEME, path: `/${name}`, query: String(this.texts.push(text) - 1) })
  }
}
