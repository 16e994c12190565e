import { relative, sep } from 'node:path'
import * as vscode from 'vscode'
import { realpathOrSelf, treeOf } from '../core/system/locate.js'
import { heldText, LocksOnFiles, markOf, overlapText, pathIn, type LocksOnFile } from './locksOnFiles.js'
import type { MusterWindow } from './musterWindow.js'
import { pathOf } from './resources.js'
import { parts } from './text.js'

/** Times in marks are brought up to date this often, in ms. */
const AGE_MS = 30_000
/** When more files change their mark at once, all are asked for again. */
const MANY = 200

/** Says which locks are on a file, and when that may have changed. */
export class FileLocks implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri[] | undefined>()
  /** Files whose locks changed; undefined: any. */
  readonly onDidChange = this.changed.event
  private index: { root: string; opened: string; locks: LocksOnFiles } | undefined
  private known = new Map<string, string>()
  private readonly subscriptions: vscode.Disposable

  constructor(private readonly window: MusterWindow) {
    this.subscriptions = vscode.Disposable.from(this.changed, window.onDidChange(() => this.update()))
  }

  /** The locks on a file of this window's working tree; undefined for none. */
  on(uri: vscode.Uri): LocksOnFile | undefined {
    if (uri.scheme !== 'file') return undefined
    const { index } = this
    if (!index) return undefined
    // The folder may have been opened through a link.
    const path = pathIn(index.root, uri.fsPath) ?? pathIn(index.opened, uri.fsPath)
    return path === undefined ? undefined : index.locks.on(path)
  }

  dispose(): void {
    this.subscriptions.dispose()
  }

  private update(): void {
    const { muster, state } = this.window
    const world = this.window.world()
    if (!muster || !world || state.kind !== 'on') {
      const had = this.index !== undefined
      this.index = undefined
      this.known.clear()
      if (had) this.changed.fire(undefined)
      return
    }
    this.index = { root: muster.root, opened: linkTo(state.place.root, muster.root), locks: new LocksOnFiles(world.claims, treeOf(muster.root)?.id ?? '') }
    const before = this.known
    this.known = new Map(world.claims.flatMap((claim) => {
      const place = claim.kind === 'glob' ? '*' : pathOf(claim, muster.root)
      return place === undefined ? [] : [[`${place}\n${claim.heldBy}`, `${place}\n${claim.presence} ${claim.progress} ${claim.eta} ${claim.token}`] as const]
    }))
    const places = new Set<string>()
    for (const [key, value] of this.known) if (before.get(key) !== value) places.add(value.split('\n')[0]!)
    for (const [key, value] of before) if (!this.known.has(key)) places.add(value.split('\n')[0]!)
    if (places.size === 0) return
    // A pattern or folder is about files that nobody lists.
    const wide = places.has('*') || places.size > MANY || [...places].some((place) => place.endsWith('/')) || world.claims.some(({ kind }) => kind === 'folder')
    this.changed.fire(wide ? undefined : [...places].map((place) => vscode.Uri.file(place)))
  }
}

/** What the working tree's root is called by somebody who came to a folder in it through a link. */
function linkTo(opened: string, root: string): string {
  const real = realpathOrSelf(opened)
  const within = relative(root, real)
  return opened !== real && (within === '' || opened.endsWith(sep + within)) ? opened.slice(0, opened.length - (within === '' ? 0 : within.length + 1)) : root
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
  item.name = 'Muster: This File'
  item.command = 'muster.showFileLocks'
  const update = (): void => {
    const uri = vscode.window.activeTextEditor?.document.uri
    const found = uri && locks.on(uri)
    const text = found && statusText(found)
    if (!text) return item.hide()
    item.text = `$(${text.icon}) ${text.text}`
    item.tooltip = `${text.text}\nClick for what you can do`
    item.accessibilityInformation = { label: `This file is ${text.text}`, role: 'button' }
    item.show()
  }
  update()
  const timer = setInterval(update, AGE_MS)
  return vscode.Disposable.from(item, vscode.window.onDidChangeActiveTextEditor(update), locks.onDidChange(update), { dispose: () => clearInterval(timer) })
}

function statusText({ others, elsewhere }: LocksOnFile): { icon: string; text: string } | undefined {
  const [other, ...more] = others
  if (other) return { icon: other.stale ? 'warning' : 'lock', text: parts(heldText(other, Date.now()), more.length > 0 && `and ${more.length} more`) }
  return elsewhere.length > 0 ? { icon: 'git-compare', text: overlapText(elsewhere) } : undefined
}
