import { delimiter, join } from 'node:path'
import type * as vscode from 'vscode'
import { DEFAULT_RUNS } from '../core/model/words.js'
import { t } from './l10n.js'
import type { MusterWindow } from './musterWindow.js'
import type { Repositories } from './repositories.js'
import { writeShim } from './shim.js'

/**
 * Tells programs in the window's terminals where the ledger is and whose window they run in, and puts `muster` on their PATH.
 * Never who they are: an identity belongs to the worker, not to the terminal.
 */
export function provideForTerminals(repositories: Pick<Repositories, 'scopes' | 'onDidChange'>, context: Pick<vscode.ExtensionContext, 'environmentVariableCollection' | 'globalStorageUri' | 'extensionPath'>, report: (error: unknown) => void, runs = (_window: MusterWindow): string => DEFAULT_RUNS, ledger = (_folder: string): string | undefined => undefined): vscode.Disposable {
  const { environmentVariableCollection: variables, globalStorageUri, extensionPath } = context
  const programs = join(globalStorageUri.fsPath, 'bin')
  const of = (window: MusterWindow): Record<string, string> | undefined => {
    const { muster, writable } = window
    // While a database cannot be reached, terminals stay as they are: it comes back.
    if (!muster || !(writable || muster.ledgerStatus().readOnly?.since !== undefined)) return undefined
    const address = ledger(muster.folder)
    return { MUSTER_WINDOW: muster.agent, MUSTER_FOLDER: muster.folder, ...(address !== undefined && { MUSTER_LEDGER: address }), ...(runs(window) !== DEFAULT_RUNS && { MUSTER_RUNS: runs(window) }) }
  }
  let known = ''
  let scoped: vscode.EnvironmentVariableCollection[] = []
  const update = (): void => {
    const found = repositories.scopes().map(({ window, folder }) => ({ window, folder, variables: of(window) }))
    const none = found.every(({ variables: some }) => some === undefined)
    const next = none ? '' : JSON.stringify(found.map(({ folder, variables: some }) => [folder?.uri.toString(), some]))
    if (next === known || found.some(({ window }) => window.state.kind === 'opening')) return
    known = next
    for (const one of [variables, ...scoped]) one.clear()
    scoped = []
    // The editor writes down what it keeps for the next time, and an address of a database is a secret.
    variables.persistent = !found.some(({ variables: some }) => some?.['MUSTER_LEDGER'] !== undefined)
    if (none) return
    variables.description = t('Muster: where this repository\'s agents coordinate')
    for (const { folder, variables: some = {} } of found) {
      const scope = folder === undefined ? variables : variables.getScoped({ workspaceFolder: folder })
      if (folder !== undefined) scoped.push(scope)
      for (const [name, value] of Object.entries(some)) scope.replace(name, value)
    }
    try {
      writeShim(programs, { cli: join(extensionPath, 'dist', 'cli.mjs'), program: process.execPath, electron: process.versions['electron'] !== undefined })
      // Again once the shell has read its own files: those of login shells set the PATH anew.
      variables.prepend('PATH', `${programs}${delimiter}`, { applyAtProcessCreation: true, applyAtShellIntegration: true })
    } catch (error) {
      report(error)
    }
  }
  return repositories.onDidChange(update)
}
