import { join, posix, relative } from 'node:path'
import * as vscode from 'vscode'
import { realpathOrSelf, treeOf } from '../core/system/locate.js'
import { activeUri } from './activeFile.js'
import { iconed } from './asWritten.js'
import { t } from './l10n.js'
import { heldText, LocksOnFiles, markOf, overlapText, pathIn, type LocksOnFile } from './locksOnFiles.js'
import type { MusterWindow } from './musterWindow.js'
import type { OpenFolder, Repositories } from './repositories.js'
import { parts } from './text.js'

/** So many files that others hold are known to menus, of those that were shown last. */
const SHOWN = 500
/** The editor asks for marks one by one, in ms. */
const COALESCE_MS = 50
/** Times in marks are brought up to date this often, in ms. */
const AGE_MS = 30_000

/** What is known of the working tree of a folder that is open, and of its locks. */
interface Index {
  root: string
  /** Its id, as claims name it. */
  tree: string
  /** The folder as it was opened, perhaps through a link, and where it is below the root. */
  opened: string
  below: string
  locks: LocksOnFiles
}

/** Says which locks are on a file, and when that may have changed. */
export class FileLocks implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri[] | undefined>()
  /** Files whose locks changed; undefined: any. */
  readonly onDidChange = this.changed.event
  /** By the folder as it was opened. */
  private readonly known = new Map<string, Index>()
  /** Files that were shown and that others hold, by what menus are asked with; whether they may be taken over. */
  readonly held = new Map<string, boolean>()
  private readonly showing = new vscode.EventEmitter<void>()
  /** There is more or less in `held`. */
  readonly onDidShow = this.showing.event
  private telling: NodeJS.Timeout | undefined
  private readonly subscriptions: vscode.Disposable

  constructor(private readonly repositories: Pick<Repositories, 'each' | 'folders' | 'folderOf' | 'onDidChange'>) {
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      this.showing,
      repositories.each((window) => window.onDidChange(() => this.update(window))),
      repositories.onDidChange(() => this.follow()),
    )
  }

  /**
   * The locks on a file that the editor shows. Menus on it offer what can be done from now on: what is below a locked folder, or
   * matches a pattern, nobody could list for them, but the editor asks for the mark of all that it shows.
   */
  shown(uri: vscode.Uri): LocksOnFile | undefined {
    // What git compares a file with has the same path, and is not the file.
    if (uri.scheme !== 'file') return undefined
    const found = this.on(uri)
    const path = uri.fsPath
    const [before, stale] = [this.held.get(path), found?.others.some((claim) => claim.stale)]
    this.held.delete(path)
    if (found && found.others.length > 0) this.held.set(path, stale === true)
    const [oldest] = this.held.keys()
    if (this.held.size > SHOWN) this.held.delete(oldest!)
    if (this.held.get(path) !== before) this.tellSoon()
    return found
  }

  /** The locks on a file of a working tree that is open; undefined for none. */
  on(uri: vscode.Uri): LocksOnFile | undefined {
    const found = this.find(uri)
    return found?.index.locks.on(found.path)
  }

  /** Where a file is in its working tree; undefined for what is in none, or, where a window is given, not in the one that it speaks for. */
  pathOf(uri: vscode.Uri, window?: MusterWindow): string | undefined {
    const found = this.find(uri)
    return window !== undefined && (found?.window !== window || found.index.root !== window.muster?.root) ? undefined : found?.path
  }

  /** Files and folders in a folder that are locked as such. */
  below(uri: vscode.Uri): vscode.Uri[] {
    const found = this.find(uri, '')
    return found ? found.index.locks.below(found.path).map((one) => vscode.Uri.joinPath(uri, found.path === '' ? one : one.slice(found.path.length + 1))) : []
  }

  dispose(): void {
    clearTimeout(this.telling)
    this.subscriptions.dispose()
  }

  /** @param all what the working tree itself is called; undefined: it is in none */
  private find(uri: vscode.Uri, all?: ''): { window: MusterWindow; index: Index; path: string } | undefined {
    const folder = uri.scheme === 'file' ? this.repositories.folderOf(uri.fsPath) : undefined
    const index = folder && this.known.get(folder.opened)
    if (!index) return undefined
    const within = pathIn(index.opened, uri.fsPath)
    const path = pathIn(index.root, uri.fsPath) ?? (uri.fsPath === index.root ? all : within && posix.join(index.below, within))
    return path === undefined ? undefined : { window: folder.window, index, path }
  }

  private tellSoon(): void {
    this.telling ??= setTimeout(() => {
      this.telling = undefined
      this.showing.fire()
    }, COALESCE_MS)
  }

  /** Folders are opened and closed. */
  private follow(): void {
    const { folders } = this.repositories
    const gone = [...this.known.keys()].filter((opened) => !folders.some((folder) => folder.opened === opened))
    for (const opened of gone) this.forget(opened)
    for (const folder of folders) if (!this.known.has(folder.opened)) this.look(folder)
  }

  private forget(opened: string): void {
    if (!this.known.delete(opened)) return
    this.lookAgain()
    this.changed.fire(undefined)
  }

  /** What menus know may be otherwise now. */
  private lookAgain(): void {
    for (const path of [...this.held.keys()]) this.shown(vscode.Uri.file(path))
  }

  private update(window: MusterWindow): void {
    for (const folder of this.repositories.folders) if (folder.window === window) this.look(folder)
  }

  private look({ opened, window }: OpenFolder): void {
    const { muster, state } = window
    const world = window.world()
    const before = this.known.get(opened)
    const place = muster && state.kind === 'on' ? placeIn(muster.root, opened, state.place.root, before) : undefined
    if (!place || !world) {
      this.forget(opened)
      return
    }
    const current = new LocksOnFiles(world.claims, place.tree)
    const paths = current.changesSince(before?.locks ?? new LocksOnFiles([], place.tree))
    this.known.set(opened, { ...place, locks: current })
    if (paths?.length === 0) return
    this.lookAgain()
    this.changed.fire(paths?.map((path) => vscode.Uri.file(join(opened, relative(place.below, path)))))
  }
}

/**
 * Where a folder is that was opened: in the window's own working tree, or in another one of its repository. Undefined where it
 * is in neither: a setting may give several repositories one folder for their records.
 */
function placeIn(own: string, opened: string, first: string, before: Index | undefined): Omit<Index, 'locks'> | undefined {
  const tree = opened === first ? undefined : treeOf(opened)
  const root = tree?.commonDir !== undefined && tree.commonDir === treeOf(own)?.commonDir ? tree.root : own
  if (before?.root === root) return before
  const real = realpathOrSelf(opened)
  const below = pathIn(root, real) ?? ''
  return opened !== first && below === '' && real !== root ? undefined : { root, opened, tree: treeOf(root)?.id ?? '', below }
}

/** Marks files in the Explorer and in tabs with who holds them. */
export function markFiles(locks: FileLocks): vscode.Disposable {
  return vscode.window.registerFileDecorationProvider({
    onDidChangeFileDecorations: locks.onDidChange,
    provideFileDecoration(uri) {
      const found = locks.shown(uri)
      const mark = found && markOf(found, Date.now())
      return mark && { badge: mark.badge, color: new vscode.ThemeColor(mark.color), tooltip: mark.tooltip, propagate: false }
    },
  })
}

/**
 * Says in the status bar who holds the file of the active editor. Nothing while nobody else does. Follows the window, behind
 * the locks: how long a lock is kept changes no mark.
 */
export function createFileStatus(locks: FileLocks, repositories: Pick<Repositories, 'each'>): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('muster.file', vscode.StatusBarAlignment.Left, 49)
  item.name = t('Muster: This File')
  item.command = 'muster.showFileLocks'
  const update = (): void => {
    const uri = activeUri()
    const found = uri && locks.shown(uri)
    const text = found && statusText(found)
    if (!text) return item.hide()
    item.text = iconed(text.icon, text.text)
    item.tooltip = t('{0}\nClick for what you can do', text.text)
    item.accessibilityInformation = { label: t('This file is {0}', text.text), role: 'button' }
    item.show()
  }
  update()
  const timer = setInterval(update, AGE_MS)
  return vscode.Disposable.from(item, vscode.window.onDidChangeActiveTextEditor(update), vscode.window.onDidChangeActiveNotebookEditor(update), vscode.window.tabGroups.onDidChangeTabs(update), repositories.each((one) => one.onDidChange(update)), { dispose: () => clearInterval(timer) })
}

function statusText({ others, elsewhere }: LocksOnFile): { icon: string; text: string } | undefined {
  const overlap = overlapText(elsewhere)
  const [other, ...more] = others
  if (other) return { icon: other.stale ? 'warning' : 'lock', text: parts(heldText(other, Date.now()), more.length > 0 && t('and {0} more', more.length), overlap) }
  return overlap === undefined ? undefined : { icon: 'git-compare', text: overlap }
}
