import { unwatchFile, watchFile } from 'node:fs'
import * as vscode from 'vscode'
import type { MusterWindow } from './musterWindow.js'

const POLL_MS = 1_000

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
    watcher = folder === '' ? undefined : watchFor(folder, () => void window.refresh())
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

/**
 * Polls one path. The editor's own watcher leaves the folder out (`files.watcherExclude`), and a watch on its parent would
 * hear of every file saved there.
 */
function watchFor(folder: string, listener: () => void): vscode.Disposable {
  watchFile(folder, { interval: POLL_MS, persistent: false }, listener)
  return { dispose: () => unwatchFile(folder, listener) }
}
