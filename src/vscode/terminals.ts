import { delimiter, join } from 'node:path'
import type * as vscode from 'vscode'
import { DEFAULT_RUNS } from '../core/model/words.js'
import { t } from './l10n.js'
import type { MusterWindow } from './musterWindow.js'
import { writeShim } from './shim.js'

/**
 * Tells programs in the window's terminals where the ledger is and whose window they run in, and puts `muster` on their PATH.
 * Never who they are: an identity belongs to the worker, not to the terminal.
 */
export function provideForTerminals(window: MusterWindow, context: Pick<vscode.ExtensionContext, 'environmentVariableCollection' | 'globalStorageUri' | 'extensionPath'>, report: (error: unknown) => void, runs = (): string => DEFAULT_RUNS): vscode.Disposable {
  const { environmentVariableCollection: variables, globalStorageUri, extensionPath } = context
  const programs = join(globalStorageUri.fsPath, 'bin')
  let known = ''
  const update = (): void => {
    const { muster } = window
    const next = muster && window.writable ? `${muster.agent}\n${muster.folder}\n${runs()}` : ''
    if (next === known || window.state.kind === 'opening') return
    known = next
    variables.clear()
    if (!muster || next === '') return
    variables.description = t('Muster: where this repository\'s agents coordinate')
    variables.replace('MUSTER_WINDOW', muster.agent)
    variables.replace('MUSTER_FOLDER', muster.folder)
    if (runs() !== DEFAULT_RUNS) variables.replace('MUSTER_RUNS', runs())
    try {
      writeShim(programs, { cli: join(extensionPath, 'dist', 'cli.mjs'), program: process.execPath, electron: process.versions['electron'] !== undefined })
      // Again once the shell has read its own files: those of login shells set the PATH anew.
      variables.prepend('PATH', `${programs}${delimiter}`, { applyAtProcessCreation: true, applyAtShellIntegration: true })
    } catch (error) {
      report(error)
    }
  }
  return window.onDidChange(update)
}
