import { basename } from 'node:path'
import * as vscode from 'vscode'
import type { Merge } from '../core/model/documentUpdate.js'
import { t } from './l10n.js'
import { showInformationMessage } from './say.js'
import { short } from './text.js'

/** Documents that are being merged: when one is saved, the person is asked once whether the other version can go. */
export class Merging implements vscode.Disposable {
  /** By the document's path. */
  private readonly waiting = new Map<string, { merge: Merge; finish: () => Promise<void> }>()
  private readonly subscription = vscode.workspace.onDidSaveTextDocument(({ uri }) => void this.saved(uri.fsPath).catch(this.report))

  constructor(private readonly report: (error: unknown) => void) {}

  await(merge: Merge, finish: () => Promise<void>): void {
    this.waiting.set(merge.file, { merge, finish })
  }

  dispose(): void {
    this.subscription.dispose()
  }

  private async saved(file: string): Promise<void> {
    const found = this.waiting.get(file)
    if (!found) return
    this.waiting.delete(file)
    const yes = t('Remove It')
    const text = t('{0} is saved. Is all of {1}\'s version in it that is to be? Then that version can go.', short(basename(file), 60), short(found.merge.agent, 40))
    if ((await showInformationMessage(text, yes, t('Not Yet'))) === yes) await found.finish()
  }
}
