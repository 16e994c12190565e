import * as vscode from 'vscode'
import { plural, t } from '../l10n.js'
import { showQuickPick } from '../say.js'
import { given } from './context.js'

/** Texts that are compared before they are written. */
const PLANNED = 'muster-planned'

/** A file as it is and as it is to be; undefined where it is not there. */
export interface PlannedFile {
  file: string
  before?: string | undefined
  after?: string | undefined
}

/** Shows the files side by side and asks beneath a picker, so that they can be read meanwhile. @throws CancellationError where the person does not want it */
export async function review<T>(title: string, changes: readonly PlannedFile[], write: () => Promise<T>): Promise<T> {
  const text = new Map<string, string>()
  const uri = (side: 'before' | 'after', file: string, content: string | undefined): vscode.Uri => {
    const at = vscode.Uri.from({ scheme: PLANNED, authority: side, path: `/${file}` })
    text.set(at.toString(), content ?? '')
    return at
  }
  const provider = vscode.workspace.registerTextDocumentContentProvider(PLANNED, { provideTextDocumentContent: (at) => text.get(at.toString()) })
  try {
    const shown = changes.map(({ file, before, after }) => [uri('after', file, after), uri('before', file, before), uri('after', file, after)])
    await vscode.commands.executeCommand('vscode.changes', title, shown)
    const yes = plural(changes.length, 'Write 1 File', 'Write {n} Files')
    const answer = await choose(title, [yes, t('Cancel')], changes.map(({ file, before, after }) => (before === undefined ? t('{0} (new)', file) : after === undefined ? t('{0} (deleted)', file) : file)).join(', '))
    if (answer !== yes) throw new vscode.CancellationError()
    return await write()
  } finally {
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(({ label }) => label.startsWith(title))
    if (tabs.length > 0) await vscode.window.tabGroups.close(tabs)
    provider.dispose()
  }
}

/** @throws CancellationError where nothing is chosen */
export async function choose(title: string, labels: readonly string[], placeHolder?: string): Promise<string> {
  return given(await showQuickPick(labels.map((label) => ({ label })), { title, placeHolder, ignoreFocusOut: true })).label
}
