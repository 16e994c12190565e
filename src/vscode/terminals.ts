import type * as vscode from 'vscode'
import type { MusterWindow } from './musterWindow.js'

/**
 * Tells programs in the window's terminals where the ledger is and whose window they run in. Never who they are: an identity
 * belongs to the worker, not to the terminal.
 */
export function provideForTerminals(window: MusterWindow, variables: vscode.EnvironmentVariableCollection): vscode.Disposable {
  let known = ''
  const update = (): void => {
    const { muster } = window
    const next = muster && window.writable ? `${muster.agent}\n${muster.folder}` : ''
    if (next === known || window.state.kind === 'opening') return
    known = next
    variables.clear()
    if (!muster || next === '') return
    variables.description = 'Muster: where this repository\'s agents coordinate'
    variables.replace('MUSTER_WINDOW', muster.agent)
    variables.replace('MUSTER_FOLDER', muster.folder)
  }
  return window.onDidChange(update)
}
