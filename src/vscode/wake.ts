import * as vscode from 'vscode'
import { watchFolder } from './folderWatch.js'
import type { MusterWindow } from './musterWindow.js'

/**
 * Wakes a dormant window when its ledger folder appears (an agent made its first call), and one that only looks when the folder
 * changes: one look at one path a second, and one whenever the window gets the focus or is trusted.
 */
export function wakeWhenNeeded(window: MusterWindow): vscode.Disposable {
  let watched = ''
  let watcher: vscode.Disposable | undefined
  const watch = (): void => {
    const { state } = window
    const waiting = state.kind === 'off' || state.kind === 'failed' || (state.kind === 'on' && state.obstacle !== undefined)
    const folder = waiting ? state.place.folder : ''
    if (folder === watched) return
    watched = folder
    watcher?.dispose()
    watcher = folder === '' || state.kind === 'nothing' ? undefined : watchFolder(folder, state.place.exists, () => void window.refresh())
  }
  return vscode.Disposable.from(
    window.onDidChange(watch),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) void window.refresh()
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void window.refresh()),
    vscode.workspace.onDidChangeWorkspaceFolders(() => void window.refresh()),
    { dispose: () => watcher?.dispose() },
  )
}
