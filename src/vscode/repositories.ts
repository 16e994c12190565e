import * as vscode from 'vscode'
import { Emitter } from '../core/emitter.js'
import type { Change, Muster, World } from '../core/muster.js'
import { pathIn } from './locksOnFiles.js'
import type { MusterWindow, Place, Surroundings, WindowState } from './musterWindow.js'
import { RepositoryWindow } from './repositoryWindow.js'

/** A repository of the workspace: folders that share one coordination folder. */
export interface Found {
  place: Place
  /** Of its first folder, as the Explorer has it. */
  name: string
  folders: readonly vscode.WorkspaceFolder[]
}

/** A window, and the repository it is for as it was found last; the first may be for none. */
interface Seat {
  window: RepositoryWindow
  own: Found | undefined
}

/** A folder that is open, with the window of the repository it belongs to. */
export interface OpenFolder {
  opened: string
  window: RepositoryWindow
}

export interface RepositoriesParts {
  /** Looked up anew each time; in the order of the workspace's folders. */
  find(): readonly Found[]
  /** The same of one folder of the workspace by itself: there may be many, and each look takes its time. */
  placeOf(folder: vscode.WorkspaceFolder): Place | undefined
  /** Of a repository that is located so. */
  surroundings(locate: () => Place | undefined): Surroundings
  /** Remembers, for this workspace, which repository a person has chosen. */
  memory: Pick<vscode.Memento, 'get' | 'update'>
  report(error: unknown): void
}

const CHOSEN = 'repository'

/**
 * The repositories of the workspace, each with a connection of its own that stays as long as one of its folders is open. One of
 * them is shown: lists, status bar, dashboard and whatever is not about a file are about it. What is about a file goes to the
 * repository that the file is in, shown or not. Where all folders are of one repository there is nothing to choose.
 */
export class Repositories implements vscode.Disposable {
  private found: readonly Found[]
  /** In the order they were found. There is always a first, which waits for what may be found. */
  private seats: readonly Seat[] = []
  private readonly front: Front
  private readonly changed: Emitter<RepositoryWindow | undefined>
  private readonly subscriptions: vscode.Disposable
  private chosen: string | undefined
  /** Innermost first. */
  folders: readonly OpenFolder[] = []

  constructor(private readonly parts: RepositoriesParts) {
    this.changed = new Emitter(parts.report)
    this.chosen = parts.memory.get<string>(CHOSEN)
    this.found = parts.find()
    this.seats = [this.seat(this.found[0])]
    this.front = new Front(this.seats[0]!.window, parts.report)
    this.take()
    const look = (): void => this.look()
    this.subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidChangeWorkspaceFolders(look),
      vscode.window.onDidChangeWindowState(({ focused }) => focused && look()),
    )
  }

  /** The window that shows one of them, whichever that is. */
  get shown(): MusterWindow {
    return this.front
  }

  /** The window of the one that is shown now. */
  get current(): RepositoryWindow {
    return this.front.current
  }

  get all(): readonly RepositoryWindow[] {
    return this.seats.map(({ window }) => window)
  }

  /** One of them has changed, which is told; undefined: repositories have come or gone, or another one is shown. */
  get onDidChange(): Emitter<RepositoryWindow | undefined>['event'] {
    return this.changed.event
  }

  /** The window of the repository that a file is in; undefined for what is in none. */
  of(uri: vscode.Uri | undefined): RepositoryWindow | undefined {
    return uri?.scheme === 'file' ? this.folderOf(uri.fsPath)?.window : undefined
  }

  /** The innermost folder that a file is in, or the first one of the working tree, where that is further in: there may be a repository in another. */
  folderOf(file: string): OpenFolder | undefined {
    const isIn = (root: string): boolean => file === root || pathIn(root, file) !== undefined
    const rootOf = ({ opened, window }: OpenFolder): string => ('place' in window.state && window.state.place.root === opened && window.muster?.root) || ''
    const found = this.folders.find(({ opened }) => isIn(opened))
    const inner = this.folders.filter((folder) => rootOf(folder).length > (found?.opened.length ?? 0) && isIn(rootOf(folder)))
    return inner.sort((a, b) => rootOf(b).length - rootOf(a).length)[0] ?? found
  }

  /** The window of the repository with this coordination folder. */
  at(folder: string): RepositoryWindow | undefined {
    return this.all.find(({ state, muster }) => ('place' in state && state.place.folder === folder) || muster?.folder === folder)
  }

  /** Shows another one from now on, also the next time. */
  show(window: RepositoryWindow): void {
    if (this.all.length < 2 || !('place' in window.state)) return
    this.chosen = window.state.place.folder
    void this.parts.memory.update(CHOSEN, this.chosen)
    this.choose()
    this.changed.fire(undefined)
  }

  /** For what differs by the folder of the workspace that it is for; the one repository of a workspace is for all of them. */
  scopes(): { window: MusterWindow; folder?: vscode.WorkspaceFolder }[] {
    const [first] = this.all
    if (this.found.length < 2) return [{ window: first! }]
    return this.found.flatMap(({ folders }) => folders.map((folder) => ({ window: this.of(folder.uri) ?? first!, folder })))
  }

  /** What a part that each of them has of its own remembers, also where another one is the first the next time. */
  memoryOf(window: MusterWindow): Pick<vscode.Memento, 'get' | 'update'> {
    const { memory } = this.parts
    const keyOf = (key: string): string => `${key} ${this.seats.find((seat) => seat.window === window)?.own?.place.folder ?? ''}`
    return { get: <T>(key: string, otherwise?: T) => memory.get(keyOf(key), otherwise) as T, update: (key, value) => memory.update(keyOf(key), value) }
  }

  /** Gives each of them, for as long as it is there, something of its own. */
  each(make: (window: RepositoryWindow) => vscode.Disposable): vscode.Disposable {
    const made = new Map<RepositoryWindow, vscode.Disposable>()
    const look = (): void => {
      const { all } = this
      for (const [window, one] of made) {
        if (all.includes(window)) continue
        made.delete(window)
        one.dispose()
      }
      for (const window of all) if (!made.has(window)) made.set(window, make(window))
    }
    look()
    return vscode.Disposable.from(this.changed.event(look), { dispose: () => vscode.Disposable.from(...made.values()).dispose() })
  }

  /** Looks which there are, and at each of them. */
  async refresh(again = false): Promise<void> {
    this.look()
    await Promise.all(this.all.map((window) => window.refresh(again)))
  }

  async close(reload: boolean): Promise<void> {
    await Promise.all(this.all.map((window) => window.close(reload)))
  }

  dispose(): void {
    this.subscriptions.dispose()
    this.front.dispose()
    this.changed.dispose()
  }

  /** Folders are opened and closed, and a folder may become a repository of its own. */
  private look(): void {
    const found = this.parts.find()
    const shape = (some: readonly Found[]): string => JSON.stringify(some.map(({ place, name, folders }) => [place.folder, name, folders.map(({ uri }) => uri.fsPath)]))
    if (shape(found) === shape(this.found)) return
    const { name } = this.front
    this.found = found
    for (const window of this.take()) void window.refresh()
    if (this.front.name !== name) this.front.tell()
    this.changed.fire(undefined)
  }

  /**
   * Each keeps its window, also where it comes to be another one in order. What is found first takes that of the former first,
   * where that one is found no more: the same folder with other records, say.
   * @returns windows that are new
   */
  private take(): RepositoryWindow[] {
    const [first] = this.seats
    const known = (one: Found): Seat | undefined => this.seats.find(({ own }) => own?.place.folder === one.place.folder)
    const isFree = !this.found.some((one) => known(one) === first)
    const fresh: Seat[] = []
    const make = (one: Found): Seat => fresh[fresh.push(this.seat(one)) - 1]!
    const seats = this.found.map<Seat>((one, index) => Object.assign(known(one) ?? (index === 0 && isFree ? first! : make(one)), { own: one }))
    if (seats.length === 0) seats.push(Object.assign(first!, { own: undefined }))
    for (const seat of this.seats) if (!seats.includes(seat)) void seat.window.close(false)
    this.seats = seats
    this.folders = seats
      .flatMap(({ own, window }) => (own?.folders ?? []).map(({ uri }) => ({ opened: uri.fsPath, window })))
      .sort((a, b) => b.opened.length - a.opened.length)
    this.choose()
    return fresh.map(({ window }) => window)
  }

  private seat(own: Found | undefined): Seat {
    const locate = (): Place | undefined => {
      const { place: last, folders: [folder] = [] } = seat.own ?? {}
      const place = folder && this.parts.placeOf(folder)
      if (place && place.folder === last?.folder) return place
      // Its folders, or where its records are, may be others by now; which of several it is then is found out for all at once.
      const found = this.parts.find()
      return (found.find((one) => one.place.folder === last?.folder) ?? (this.seats.length < 2 ? found[0] : undefined))?.place
    }
    const seat: { own: Found | undefined; window?: RepositoryWindow } = { own }
    const window = new RepositoryWindow({ ...this.parts.surroundings(locate), name: () => (this.found.length > 1 ? seat.own?.name : undefined) })
    window.onDidChange(() => this.changed.fire(this.choose() ? undefined : window))
    return Object.assign(seat, { window })
  }

  /** What a person has chosen; else what shows already, if Muster is on there; else the first in which it is. @returns whether that is another one */
  private choose(): boolean {
    const { all, current } = this
    const isOn = (one: RepositoryWindow): boolean => all.includes(one) && one.state.kind !== 'off' && one.state.kind !== 'nothing'
    this.front.show((this.chosen === undefined ? undefined : this.at(this.chosen)) ?? [current, ...all].find(isOn) ?? all[0]!)
    return this.current !== current
  }
}

/** Shows one window, and another one when it is told to. */
class Front implements MusterWindow {
  private readonly changed: Emitter<WindowState>
  private readonly heard: Emitter<Change>
  private subscriptions: readonly { dispose(): void }[] = []

  constructor(public current: RepositoryWindow, report: (error: unknown) => void) {
    this.changed = new Emitter(report)
    this.heard = new Emitter(report)
    this.listen()
  }

  get name(): string | undefined {
    return this.current.name
  }

  get state(): WindowState {
    return this.current.state
  }

  get muster(): Muster | undefined {
    return this.current.muster
  }

  get writable(): boolean {
    return this.current.writable
  }

  get settled(): Promise<void> {
    return this.current.settled
  }

  get onDidChange(): MusterWindow['onDidChange'] {
    return this.changed.event
  }

  get onDidHear(): MusterWindow['onDidHear'] {
    return this.heard.event
  }

  world(): World | undefined {
    return this.current.world()
  }

  refresh(again?: boolean): Promise<void> {
    return this.current.refresh(again)
  }

  turnOn(): Promise<void> {
    return this.current.turnOn()
  }

  become(agent: string): Promise<void> {
    return this.current.become(agent)
  }

  show(next: RepositoryWindow): void {
    if (next === this.current) return
    this.current = next
    this.dispose()
    this.listen()
    this.changed.fire(next.state)
  }

  /** What shows it is to be drawn anew: it is called otherwise. */
  tell(): void {
    this.changed.fire(this.state)
  }

  dispose(): void {
    for (const one of this.subscriptions) one.dispose()
  }

  private listen(): void {
    const { current } = this
    this.subscriptions = [current.onDidChange((state) => this.changed.fire(state)), current.onDidHear((change) => this.heard.fire(change))]
  }
}
