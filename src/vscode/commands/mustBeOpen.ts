import * as vscode from 'vscode'
import { t } from '../l10n.js'
import type { MusterWindow } from '../musterWindow.js'
import { showInformationMessage } from '../say.js'

/** Folders may be closed while a person is asked. @throws CancellationError after telling so: what shows is another repository */
export function mustBeOpen(window: Pick<MusterWindow, 'gone'> | undefined): void {
  if (window && window.gone !== true) return
  void showInformationMessage(t('That repository is not open in this window any more.'))
  throw new vscode.CancellationError()
}
