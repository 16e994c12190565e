import { basename } from 'node:path'
import { unlink } from 'node:fs/promises'
import * as vscode from 'vscode'
import { t } from '../l10n.js'
import { done } from './context.js'
import { showInformationMessage } from '../say.js'

/** Shows what somebody wrote, and Muster kept beside a document (absolute paths), with the document as it is; offers to remove it. */
export async function compareKept({ file, kept }: { file: string; kept: string }): Promise<void> {
  // Commands may be run by anybody: nothing else can be shown for removal.
  if (!kept.startsWith(`${file}.yours-`)) return
  const [theirs, now, name] = [vscode.Uri.file(kept), vscode.Uri.file(file), basename(file)]
  await vscode.commands.executeCommand('vscode.diff', theirs, now, t('{0} (as it was changed ↔ now)', name), { preview: false })
  const remove = t('Remove It')
  if ((await showInformationMessage(t('Is nothing missed of the version that was kept beside {0}? Then it can go.', name), remove, t('Not Yet'))) !== remove) return
  await unlink(theirs.fsPath)
  for (const tab of vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs)) if (tab.input instanceof vscode.TabInputTextDiff && tab.input.original.fsPath === theirs.fsPath) await vscode.window.tabGroups.close(tab)
  done(t('The other version of {0} is gone', name))
}
