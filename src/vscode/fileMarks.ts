import { join, posix, relative } from 'node:path'
import * as vscode from 'vscode'
import type { ClaimView } from '../core/model/operations.js'
import type { World } from '../core/muster.js'
import { homeOf, realpathOrSelf, treeAround, treeOf, type Tree } from '../core/system/locate.js'
import { realPath } from '../core/system/resolve.js'
import { activeUri } from './activeFile.js'
import { iconed } from './asWritten.js'
import { Kept } from './kept.js'
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
  world: World
}

/** What is known of a repository: the locks by working tree, and where its window and the first of its folders are. */
interface Filed {
  root: string
  own: Tree | undefined
  first: string
  world: World
  trees: Map<string, LocksOnFiles>
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
  /** The locks of each repository, by working tree. */
  private readonly filed = new Kept((window): Filed | undefined => {
    const { muster, state } = window
    const world = window.world()
    if (!muster || !world || !('place' in state)) return undefined
    return { root: muster.root, own: treeOf(muster.root), first: state.place.root, world, trees: new Map<string, LocksOnFiles>() }
  })
  private telling: NodeJS.Timeout | undefined
  private readonly subscriptions: vscode.Disposable

  constructor(private readonly repositories: Pick<Repositories, 'each' | 'folders' | 'folderOf' | 'onDidChange'>) {
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      this.showing,
      repositories.each((window) => window.onDidChange(() => this.update(window))),
      repositories.onDidChange((one) => !one && this.follow()),
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
    const locks = found?.index.locks.on(found.path)
    return locks && { ...locks, world: found?.index.world }
  }

  /** Where a file is in its working tree; undefined for what is in none. */
  pathOf(uri: vscode.Uri): string | undefined {
    return this.find(uri)?.path
  }

  /** How a window names a file of its repository to the others ({@link namedFile}); undefined for what is in another one. */
  nameOf(uri: vscode.Uri, window: MusterWindow): string | undefined {
    const found = this.find(uri)
    if (found?.window !== window) return undefined
    // A working tree may be in a folder of another one, and not be open by itself.
    const real = realPath(uri.fsPath)
    const { tree: { id, root } } = homeOf(real, treeAround(found.index.root))
    const path = pathIn(root, real) ?? found.path
    return root === window.muster?.root ? path : `${id}//${path}`
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
    for (const opened of gone) this.known.delete(opened)
    this.look(folders.filter(({ opened }) => !this.known.has(opened)), gone.length > 0)
  }

  private update(window: MusterWindow): void {
    this.filed.forget(window)
    this.look(this.repositories.folders.filter((folder) => folder.window === window))
  }

  /**
   * Compares what is locked with what was, once for each working tree, of which any number of folders may be open.
   * @param all any file may be marked otherwise
   */
  private look(folders: readonly OpenFolder[], all = false): void {
    const compared = new Map<LocksOnFiles, readonly string[] | undefined>()
    const files = new Set<string>()
    for (const { opened, window } of folders) {
      const before = this.known.get(opened)
      const index = this.indexOf(opened, window, before)
      if (!index) {
        all = this.known.delete(opened) || all
        continue
      }
      this.known.set(opened, index)
      const { tree, below, locks } = index
      // Those of one tree were told of the same; what is open since is told all.
      const known = before?.locks ?? locks
      if (!compared.has(known)) compared.set(known, locks.changesSince(before?.locks))
      const paths = compared.get(known)
      all ||= !paths || (before !== undefined && before.tree !== tree)
      for (const path of paths ?? []) files.add(join(opened, relative(below, path)))
    }
    if (!all && files.size === 0) return
    // What menus know may be otherwise as well.
    for (const path of [...this.held.keys()]) this.shown(vscode.Uri.file(path))
    this.changed.fire(all ? undefined : [...files].map((file) => vscode.Uri.file(file)))
  }

  private indexOf(opened: string, window: MusterWindow, before: Index | undefined): Index | undefined {
    const filed = this.filed.of(window)
    const place = filed && placeIn(filed, opened, before)
    if (!place) return undefined
    const { trees, world } = filed
    const locks = trees.get(place.tree) ?? new LocksOnFiles(world.claims, place.tree)
    trees.set(place.tree, locks)
    return { ...place, locks, world }
  }
}

/**
 * Where a folder is that was opened: in the window's own working tree, or in another one of its repository. Undefined where it
 * is in neither: a setting may give several repositories one folder for their records.
 */
function placeIn({ root: window, own, first }: Filed, opened: string, before: Index | undefined): Omit<Index, 'locks' | 'world'> | undefined {
  const tree = opened === first ? undefined : treeOf(opened)
  const root = tree?.commonDir !== undefined && tree.commonDir === own?.commonDir ? tree.root : window
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

/** What the status item says of a file; nothing while nobody else holds it. */
export function statusText({ others, elsewhere }: LocksOnFile): { icon: string; text: string } | undefined {
  const overlap = overlapText(elsewhere)
  const [other, ...more] = others
  if (other) return { icon: other.stale ? 'warning' : 'lock', text: parts(heldText(other, Date.now()), placeText(other), more.length > 0 && t('and {0} more', more.length), overlap) }
  return overlap === undefined ? undefined : { icon: 'git-compare', text: overlap }
}

/** Where one stands in line for what another holds. */
function placeText({ place }: ClaimView): string | undefined {
  return place === undefined ? undefined : place === 1 ? t('you are next') : t('you are number {0}', place)
}
