import { Emitter } from '../core/emitter.js'
import { isMusterError } from '../core/errors.js'
import type { Change, Muster, OpenOptions, World } from '../core/muster.js'

/** Where this window's ledger is, or would be. */
export interface Place {
  folder: string
  /** The opened workspace folder; relative resources are in its working tree. */
  root: string
  exists: boolean
}

/**
 * What the window is doing. *nothing*: no folder is open. *off*: the repository has no ledger, nothing is written and nothing
 * runs. *opening*. *on*. *failed*: there is a ledger that cannot be used; looked at again on focus and on request.
 */
export type WindowState =
  | { kind: 'nothing' }
  | { kind: 'off'; place: Place }
  | { kind: 'opening'; place: Place }
  | { kind: 'on'; place: Place; muster: Muster; readOnly: boolean }
  | { kind: 'failed'; place: Place; message: string; hint: string | undefined }

/** What the window needs from its surroundings. */
export interface Surroundings {
  /** Looked up anew each time: folders are opened, `.muster` appears. Undefined without a folder. */
  locate(): Place | undefined
  /** False in restricted mode: read, write nothing. */
  trusted(): boolean
  /** Key of this workspace: its windows take up each other's free identities. */
  workspace(): string
  settings(): OpenOptions['settings']
  open(options: OpenOptions): Promise<Muster>
  report(error: unknown): void
}

/** Changes are passed on to views this much later, in ms, so that a burst is drawn once. */
const COALESCE_MS = 50

/**
 * The window's connection: opens it when there is something to open, and closes it. Acts one after another; every act looks
 * at the surroundings again, so none of them can be missed or come too late.
 */
export class MusterWindow {
  private current: WindowState = { kind: 'nothing' }
  private steps: Promise<void> = Promise.resolve()
  private pending: NodeJS.Timeout | undefined
  private closed = false
  private readonly changed: Emitter<WindowState>
  private readonly heard: Emitter<Change>

  constructor(private readonly surroundings: Surroundings) {
    this.changed = new Emitter(surroundings.report)
    this.heard = new Emitter(surroundings.report)
  }

  /** Something to draw has changed: the state, or the ledger. Coalesced. */
  get onDidChange(): Emitter<WindowState>['event'] {
    return this.changed.event
  }

  /** Commits of the open ledger, as they come. */
  get onDidHear(): Emitter<Change>['event'] {
    return this.heard.event
  }

  get state(): WindowState {
    return this.current
  }

  /** The open connection; undefined when there is none. */
  get muster(): Muster | undefined {
    return this.current.kind === 'on' ? this.current.muster : undefined
  }

  world(): World | undefined {
    return this.muster?.state()
  }

  /** Commands can write. */
  get writable(): boolean {
    return this.current.kind === 'on' && !this.current.readOnly && this.current.muster.ledgerStatus().readOnly === undefined
  }

  /** Looks whether there is something to open or to open otherwise. Safe to call at any time; `again` reopens what is open. */
  refresh(again = false): Promise<void> {
    return this.step(async () => {
      const place = this.surroundings.locate()
      const { current } = this
      if (!place) return this.leave({ kind: 'nothing' })
      const same = current.kind !== 'nothing' && current.place.folder === place.folder && current.place.root === place.root
      if (current.kind === 'on' && same && !again && current.readOnly === !this.surroundings.trusted()) return
      if (!place.exists) return current.kind === 'on' && same ? undefined : this.leave({ kind: 'off', place })
      await this.open(place)
    })
  }

  /** Creates the ledger where there is none, and opens it. */
  turnOn(): Promise<void> {
    return this.step(async () => {
      const place = this.surroundings.locate()
      if (place && this.surroundings.trusted()) await this.open(place)
    })
  }

  /**
   * Speaks for another identity from now on.
   * @throws MusterError AGENT_IN_USE; the former identity is kept then
   */
  async become(agent: string): Promise<void> {
    let failure: unknown
    await this.step(async () => {
      const { current } = this
      if (current.kind !== 'on') return
      try {
        const muster = await this.connect(current.place, { agent })
        await current.muster.close()
        this.enter({ ...current, muster })
      } catch (error) {
        failure = error
      }
    })
    if (failure !== undefined) throw failure
  }

  /** Ends the connection. `reload`: the window may be back in a moment, so its locks are kept. */
  async close(reload: boolean): Promise<void> {
    this.closed = true
    clearTimeout(this.pending)
    const { muster } = this
    this.current = { kind: 'nothing' }
    await muster?.close({ reload })
  }

  private step(act: () => Promise<void> | undefined | void): Promise<void> {
    const next = this.steps.then(() => (this.closed ? undefined : act()))
    this.steps = next.catch((error: unknown) => this.surroundings.report(error))
    return this.steps
  }

  private async open(place: Place): Promise<void> {
    const { current } = this
    // The same folder with other settings: the window comes back in a moment, so its locks are kept.
    const again = current.kind === 'on' && current.place.folder === place.folder
    await this.leave(current.kind === 'failed' ? current : { kind: 'opening', place }, again)
    const readOnly = !this.surroundings.trusted()
    try {
      const muster = await this.connect(place, { readOnly, create: !readOnly })
      if (this.closed) return void (await muster.close({ reload: true }))
      this.enter({ kind: 'on', place: { ...place, exists: true }, muster, readOnly })
    } catch (error) {
      this.surroundings.report(error)
      const message = error instanceof Error ? error.message : String(error)
      this.enter({ kind: 'failed', place, message, hint: isMusterError(error) ? error.hint : undefined })
    }
  }

  private connect(place: Place, options: OpenOptions): Promise<Muster> {
    const { surroundings } = this
    return surroundings.open({
      folder: place.folder,
      root: place.root,
      kind: 'person',
      client: 'vscode',
      workspace: surroundings.workspace(),
      attached: true,
      watch: true,
      settings: surroundings.settings(),
      ...options,
    })
  }

  private async leave(next: WindowState, reload = false): Promise<void> {
    const { muster } = this
    this.enter(next)
    await muster?.close({ reload }).catch((error: unknown) => this.surroundings.report(error))
  }

  private enter(next: WindowState): void {
    this.current = next
    if (next.kind === 'on') {
      const { muster } = next
      const subscription = muster.onDidChange((change) => {
        if (this.muster !== muster) return subscription.dispose()
        if (change.entries.length > 0) this.heard.fire(change)
        this.changeSoon()
      })
    }
    this.changeSoon()
  }

  private changeSoon(): void {
    this.pending ??= setTimeout(() => {
      this.pending = undefined
      if (!this.closed) this.changed.fire(this.current)
    }, COALESCE_MS)
  }
}
