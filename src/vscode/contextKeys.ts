import * as vscode from 'vscode'
import { contextKeys } from './contributions.js'
import type { FileLocks } from './fileMarks.js'
import { Kept } from './kept.js'
import { lockedFiles } from './lockedFiles.js'
import type { Repositories } from './repositories.js'
import { openedIn, realFile } from './resources.js'
import { wantsAddress } from './statusText.js'

/** Keeps the context keys that menus and commands depend on. */
export function keepContextKeys(repositories: Repositories, locks: FileLocks): vscode.Disposable {
  const known = new Map<string, string>()
  const set = (key: string, value: unknown): void => {
    const text = JSON.stringify(value)
    if (known.get(key) === text) return
    known.set(key, text)
    void vscode.commands.executeCommand('setContext', key, value)
  }
  let more = false
  const files = new Kept((one) => {
    const links = repositories.folders.flatMap(({ opened, window }) => (window === one && realFile(opened) !== opened ? openedIn(opened) : []))
    return lockedFiles(one.world()?.claims ?? [], one.muster?.root ?? '', openFiles(), (path) => [path, ...links.map((named) => named(path))])
  })
  const update = (): void => {
    const { shown: window, all } = repositories
    set(contextKeys.several, all.length > 1)
    set(contextKeys.state, window.state.kind)
    set(contextKeys.on, window.state.kind === 'on')
    set(contextKeys.writable, window.writable)
    set(contextKeys.someOn, all.some(({ state }) => state.kind === 'on'))
    set(contextKeys.someWritable, all.some(({ writable }) => writable))
    set(contextKeys.wantsAddress, wantsAddress(window.state))
    set(contextKeys.inDatabase, window.state.kind !== 'nothing' && window.state.place.inDatabase === true)
    const locked = all.map(files.of)
    more = locked.some((one) => one.more)
    const [mine, held, stale] = (['mine', 'held', 'stale'] as const).map((kind) => Object.assign({}, ...locked.map((one) => one[kind])) as Record<string, true>) as [Record<string, true>, Record<string, true>, Record<string, true>]
    for (const [path, isStale] of locks.held) {
      held[path] = true
      if (isStale) stale[path] = true
    }
    set(contextKeys.filesMine, mine)
    set(contextKeys.holdsFiles, Object.keys(mine).length > 0)
    set(contextKeys.filesHeld, held)
    set(contextKeys.filesStale, stale)
  }
  update()
  const subscription = vscode.window.tabGroups.onDidChangeTabs(() => {
    if (!more) return
    files.forget()
    update()
  })
  return vscode.Disposable.from(subscription, repositories.onDidChange((one) => {
    files.forget(one)
    update()
  }), locks.onDidShow(update))
}

function openFiles(): Set<string> {
  const inputs = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).map(({ input }) => input)
  return new Set(inputs.flatMap((input) => (input instanceof vscode.TabInputText ? input.uri.fsPath : [])))
}
