import * as vscode from 'vscode'
import { contextKeys } from './contributions.js'
import type { MusterWindow } from './musterWindow.js'

/** Keeps the context keys that menus and commands depend on. */
export function keepContextKeys(window: MusterWindow): vscode.Disposable {
  const known = new Map<string, unknown>()
  const set = (key: string, value: unknown): void => {
    if (known.get(key) === value) return
    known.set(key, value)
    void vscode.commands.executeCommand('setContext', key, value)
  }
  const update = (): void => {
    set(contextKeys.state, window.state.kind)
    set(contextKeys.on, window.state.kind === 'on')
    set(contextKeys.writable, window.writable)
  }
  update()
  return window.onDidChange(update)
}
