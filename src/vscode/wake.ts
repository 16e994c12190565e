import { basename, dirname } from 'node:path'
import * as vscode from 'vscode'
import type { MusterWindow } from './musterWindow.js'

/**
 * Wakes a dormant window when its ledger folder appears (an agent made its first call): one watch on one name, and a look
 * whenever the window gets the focus or is trusted.
 */
export function wakeWhenNeeded(window: MusterWindow): vscode.Disposable {
  let watched = ''
  let watcher: vscode.Disposable | undefined
  const watch = (): void => {
    const { state } = window
    const folder = state.kind === 'off' || state.kind === 'failed' ? state.place.folder : ''
    if (folder === watched) return
    watched = folder
    watcher?.dispose()
    watcher = folder === '' ? undefined : watchFor(folder, () => void window.refresh())
  }
  return vscode.Disposable.from(
    window.onDidChange(watch),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused && window.state.kind !== 'on') void window.refresh()
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void window.refresh()),
    vscode.workspace.onDidChangeWorkspaceFolders(() => void window.refresh()),
    { dispose: () => watcher?.dispose() },
  )
}

function watchFor(folder: string, listener: () => void): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(dirname(folder)), basename(folder)))
  return vscode.Disposable.from(watcher, watcher.onDidCreate(listener), watcher.onDidDelete(listener))
}
