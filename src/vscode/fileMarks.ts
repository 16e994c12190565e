import { join, posix, relative } from 'node:path'
import * as vscode from 'vscode'
import { realpathOrSelf, treeOf } from '../core/system/locate.js'
import { t } from './l10n.js'
import { heldText, LocksOnFiles, markOf, overlapText, pathIn, type LocksOnFile } from './locksOnFiles.js'
import type { MusterWindow } from './musterWindow.js'
import { parts } from './text.js'

/** Times in marks are brought up to date this often, in ms. */
const AGE_MS = 30_000

/** What is known of a window's working tree and its locks. */
interface Index {
  root: string
  /** Its id, as claims name it. */
  tree: string
  /** The folder that was opened, perhaps through a link, and where it is below the root. */
  opened: string
  below: string
  locks: LocksOnFiles
}

/** Says which locks are on a file, and when that may have changed. */
export class FileLocks implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri[] | undefined>()
  /** Files whose locks changed; undefined: any. */
  readonly onDidChange = this.changed.event
  private index: Index | undefined
  private readonly subscriptions: vscode.Disposable

  constructor(private readonly window: MusterWindow) {
    this.subscriptions = vscode.Disposable.from(this.changed, window.onDidChange(() => this.update()))
  }

  /** The locks on a file of this window's working tree; undefined for none. */
  on(uri: vscode.Uri): LocksOnFile | undefined {
    const path = this.pathOf(uri)
    return path === undefined ? undefined : this.index?.locks.on(path)
  }

  /** Where a file is in this window's working tree; undefined for what is not in it. */
  pathOf(uri: vscode.Uri): string | undefined {
    const { index } = this
    if (!index || uri.scheme !== 'file') return undefined
    const within = pathIn(index.opened, uri.fsPath)
    return pathIn(index.root, uri.fsPath) ?? (within && posix.join(index.below, within))
  }

  dispose(): void {
    this.subscriptions.dispose()
  }

  private update(): void {
    const { muster, state } = this.window
    const world = this.window.world()
    if (!muster || !world || state.kind !== 'on') {
      if (this.index === undefined) return
      this.index = undefined
      return this.changed.fire(undefined)
    }
    const { root } = muster
    const opened = state.place.root
    const place = this.index?.root === root && this.index.opened === opened ? this.index : { root, opened, tree: treeOf(root)?.id ?? '', below: pathIn(root, realpathOrSelf(opened)) ?? '' }
    const current = new LocksOnFiles(world.claims, place.tree)
    const paths = current.changesSince(this.index?.locks ?? new LocksOnFiles([], place.tree))
    this.index = { ...place, locks: current }
    if (paths?.length === 0) return
    this.changed.fire(paths?.map((path) => vscode.Uri.file(join(opened, relative(place.below, path)))))
  }
}

/** Marks files in the Explorer and in tabs with who holds them. */
export function markFiles(locks: FileLocks): vscode.Disposable {
  return vscode.window.registerFileDecorationProvider({
    onDidChangeFileDecorations: locks.onDidChange,
    provideFileDecoration(uri) {
      const found = locks.on(uri)
      const mark = found && markOf(found, Date.now())
      return mark && { badge: mark.badge, color: new vscode.ThemeColor(mark.color), tooltip: mark.tooltip, propagate: false }
    },
  })
}

/** Says in the status bar who holds the file of the active editor. Nothing while nobody else does. */
export function createFileStatus(locks: FileLocks): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('muster.file', vscode.StatusBarAlignment.Left, 49)
  item.name = t('Muster: This File')
  item.command = 'muster.showFileLocks'
  const update = (): void => {
    const uri = vscode.window.activeTextEditor?.document.uri
    const found = uri && locks.on(uri)
    const text = found && statusText(found)
    if (!text) return item.hide()
    item.text = `$(${text.icon}) ${text.text}`
    item.tooltip = t('{0}\nClick for what you can do', text.text)
    item.accessibilityInformation = { label: t('This file is {0}', text.text), role: 'button' }
    item.show()
  }
  update()
  const timer = setInterval(update, AGE_MS)
  return vscode.Disposable.from(item, vscode.window.onDidChangeActiveTextEditor(update), locks.onDidChange(update), { dispose: () => clearInterval(timer) })
}

function statusText({ others, elsewhere }: LocksOnFile): { icon: string; text: string } | undefined {
  const [other, ...more] = others
  if (other) return { icon: other.stale ? 'warning' : 'lock', text: parts(heldText(other, Date.now()), more.length > 0 && t('and {0} more', more.length)) }
  return elsewhere.length > 0 ? { icon: 'git-compare', text: overlapText(elsewhere) } : undefined
}
