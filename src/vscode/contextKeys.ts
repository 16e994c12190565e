import * as vscode from 'vscode'
import { contextKeys } from './contributions.js'
import { lockedFiles } from './lockedFiles.js'
import type { MusterWindow } from './musterWindow.js'

/** Keeps the context keys that menus and commands depend on. */
export function keepContextKeys(window: MusterWindow): vscode.Disposable {
  const known = new Map<string, string>()
  const set = (key: string, value: unknown): void => {
    const text = JSON.stringify(value)
    if (known.get(key) === text) return
    known.set(key, text)
    void vscode.commands.executeCommand('setContext', key, value)
  }
  let more = false
  const update = (): void => {
    set(contextKeys.state, window.state.kind)
    set(contextKeys.on, window.state.kind === 'on')
    set(contextKeys.writable, window.writable)
    const { mine, held, more: left } = lockedFiles(window.world()?.claims ?? [], window.muster?.root ?? '', openFiles())
    more = left
    set(contextKeys.filesMine, mine)
    set(contextKeys.filesHeld, held)
  }
  update()
  const subscription = vscode.window.tabGroups.onDidChangeTabs(() => {
    if (more) update()
  })
  return vscode.Disposable.from(subscription, window.onDidChange(update))
}

function openFiles(): Set<string> {
  const inputs = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).map(({ input }) => input)
  return new Set(inputs.flatMap((input) => (input instanceof vscode.TabInputText ? input.uri.fsPath : [])))
}
