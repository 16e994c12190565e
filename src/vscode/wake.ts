import * as vscode from 'vscode'
import { watchFolder } from './folderWatch.js'
import { mayPass, type MusterWindow } from './musterWindow.js'

/** ms between two tries to open, or to take part in, records in a database that could not be used. */
const AGAIN_MS = 15_000

/**
 * Wakes a dormant window when its ledger folder appears (an agent made its first call), and one that only looks when the folder
 * changes: one look at one path a second, and one whenever the window gets the focus or is trusted. A database that could not be
 * reached is tried again.
 */
export function wakeWhenNeeded(window: MusterWindow): vscode.Disposable {
  let watched = ''
  let watcher: vscode.Disposable | undefined
  const watch = (): void => {
    const { state } = window
    // Records that moved away say in the folder where they are.
    const waiting = state.kind === 'off' || state.kind === 'failed' || (state.kind === 'on' && (state.obstacle ?? state.muster.ledgerStatus().readOnly) !== undefined)
    const folder = waiting ? state.place.folder : ''
    if (folder === watched) return
    watched = folder
    watcher?.dispose()
    watcher = folder === '' || state.kind === 'nothing' ? undefined : watchFolder(folder, state.place.exists, () => void window.refresh())
  }
  const again = setInterval(() => {
    if (mayPass(window.state)) void window.refresh()
  }, AGAIN_MS)
  return vscode.Disposable.from(
    { dispose: () => clearInterval(again) },
    window.onDidChange(watch),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) void window.refresh()
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void window.refresh()),
    vscode.workspace.onDidChangeWorkspaceFolders(() => void window.refresh()),
    { dispose: () => watcher?.dispose() },
  )
}
