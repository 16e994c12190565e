import { Emitter } from '../core/emitter.js'
import type { Change, Muster, OpenOptions, World } from '../core/muster.js'
import type { MusterWindow, Place, Surroundings, WindowState } from './musterWindow.js'
import { problemOf, type Problem } from './problem.js'
import { Resting } from './resting.js'

/** Changes are passed on to views this much later, in ms, so that a burst is drawn once. */
const COALESCE_MS = 50
/** What was computed for one view is good for the others for so long, in ms, unless something changes. */
const SHARE_MS = 1_000
/** An identity that could not be taken up again is tried again after so long, in ms. */
const RETURN_MS = 4_000
const CLOSING_MS = 2_000

/**
 * The connection to the records of one repository: opens it when there is something to open, and closes it. Acts one after another; every act looks
 * at the surroundings again, so none of them can be missed or come too late.
 */
export class RepositoryWindow implements MusterWindow {
  private current: WindowState
  private steps: Promise<void> = Promise.resolve()
  private pending: NodeJS.Timeout | undefined
  /** Ten thousand locks that change all the time must not take the host's: after a change was told it rests. */
  private readonly telling = new Resting(() => void (!this.gone && this.changed.fire(this.current)), 3)
  gone = false
  /** Whether the folder said that its records are in a database when it was opened: who only looks notes nothing there. */
  private noted = false
  private shared: { muster: Muster; head: number; world: World } | undefined
  private sharing: NodeJS.Timeout | undefined
  private readonly changed: Emitter<WindowState>
  private readonly heard: Emitter<Change>

  constructor(private readonly surroundings: Surroundings) {
    this.changed = new Emitter(surroundings.report)
    this.heard = new Emitter(surroundings.report)
    const place = surroundings.locate()
    // Known at once, so that nothing else shows first; opening is up to the first refresh.
    this.current = place === undefined ? { kind: 'nothing' } : { kind: place.exists ? 'opening' : 'off', place }
  }

  get name(): string | undefined {
    return this.surroundings.name?.()
  }

  get onDidChange(): Emitter<WindowState>['event'] {
    return this.changed.event
  }

  get onDidHear(): Emitter<Change>['event'] {
    return this.heard.event
  }

  get state(): WindowState {
    return this.current
  }

  get muster(): Muster | undefined {
    return this.current.kind === 'on' ? this.current.muster : undefined
  }

  get settled(): Promise<void> {
    return this.steps
  }

  world(): World | undefined {
    const { muster } = this
    if (muster === undefined) return undefined
    const { head } = muster.ledgerStatus()
    if (this.shared?.muster !== muster || this.shared.head !== head) {
      this.shared = { muster, head, world: muster.state() }
      this.sharing ??= setTimeout(() => this.unshare(), SHARE_MS)
    }
    return this.shared.world
  }

  get writable(): boolean {
    return this.current.kind === 'on' && !this.current.readOnly && this.current.muster.ledgerStatus().readOnly === undefined
  }

  refresh(again = false): Promise<void> {
    return this.step(async () => {
      const place = this.surroundings.locate()
      const { current } = this
      if (!place) return this.leave({ kind: 'nothing' })
      const same = current.kind !== 'nothing' && current.place.folder === place.folder && current.place.root === place.root && this.noted === isNoted(place)
      const asBefore = current.kind === 'on' && current.obstacle === undefined && current.readOnly === !this.surroundings.trusted()
      if (same && asBefore && !again) return
      if (!place.exists) {
        if (same && current.kind === 'on') return
        // It could not be turned on: that it is off, and to be turned on, would lead in a circle.
        const couldNotBegin = same && current.kind === 'failed' && !current.place.exists
        if (!couldNotBegin) return this.leave({ kind: 'off', place })
        if (!again) return
      }
      await this.open(place, again)
    })
  }

  turnOn(): Promise<void> {
    return this.step(async () => {
      const place = this.surroundings.locate()
      if (place && this.surroundings.trusted()) await this.open(place, true)
    })
  }

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
    this.gone = true
    clearTimeout(this.pending)
    const { muster } = this
    this.enter({ kind: 'nothing' })
    await muster?.close({ reload })
    // What is being opened is closed as soon as it is; a database that does not answer keeps no window from closing.
    await Promise.race([this.steps, new Promise((done) => setTimeout(done, CLOSING_MS).unref())])
  }

  private step(act: () => Promise<void> | undefined | void): Promise<void> {
    const next = this.steps.then(() => (this.gone ? undefined : act()))
    this.steps = next.catch((error: unknown) => this.surroundings.report(error))
    return this.steps
  }

  private async open(place: Place, asked: boolean): Promise<void> {
    const { current } = this
    const sameFolder = current.kind === 'on' && current.place.folder === place.folder
    // What shows stays until there is something else to show, where this is only one more try.
    const retry = current.kind === 'failed' || (sameFolder && current.obstacle !== undefined)
    // The same folder with other settings: the window comes back in a moment, so its locks are kept.
    if (!retry) await this.leave({ kind: 'opening', place }, sameFolder)
    const next = await this.tryToOpen(place, sameFolder && !asked ? current : undefined)
    if (this.gone && next.kind === 'on') return void (await next.muster.close({ reload: true }))
    this.noted = isNoted(this.surroundings.locate())
    if (next !== current) await this.leave(next)
  }

  /** Takes part; where that cannot be, only looks; where not even that, says why. `looking` is kept where nothing has changed. */
  private async tryToOpen(place: Place, looking?: WindowState): Promise<WindowState> {
    const readOnly = !this.surroundings.trusted()
    try {
      const muster = await this.connect(place, { readOnly, create: !readOnly })
      return { kind: 'on', place: opened(place, muster), muster, readOnly }
    } catch (error) {
      this.surroundings.report(error)
      const problem = problemOf(error)
      if (looking?.kind === 'on' && looking.obstacle?.message === problem.message) return looking
      const muster = readOnly ? undefined : await this.connect(place, { readOnly: true, create: false }).catch(() => undefined)
      if (muster === undefined) return { kind: 'failed', place, problem }
      return { kind: 'on', place: opened(place, muster), muster, readOnly: true, obstacle: problem }
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
    const before = this.current
    this.current = next
    this.unshare()
    if (next.kind === 'on' && !(before.kind === 'on' && before.muster === next.muster)) this.listenTo(next.muster, next.obstacle)
    this.changeSoon()
  }

  private listenTo(muster: Muster, obstacle: Problem | undefined): void {
    let health = muster.ledgerStatus().readOnly?.code
    const stay = this.keepIdentity(muster)
    const subscription = muster.onDidChange((change) => {
      if (this.muster !== muster) return subscription.dispose()
      this.unshare()
      if (change.entries.length > 0) this.heard.fire(change)
      const now = muster.ledgerStatus().readOnly?.code
      // Somebody repaired what was in the way.
      if (obstacle !== undefined && now !== health) void this.refresh()
      health = now
      stay()
      this.changeSoon()
    })
  }

  /** To be called after changes: where the records were replaced by some that do not know this window, whatever it writes takes its identity up again. */
  private keepIdentity(muster: Muster): () => void {
    let returning = false
    const look = (): void => {
      if (returning || this.muster !== muster || !this.writable || muster.state().me !== undefined) return
      returning = true
      muster.checkIn(null, {}).then(
        () => (returning = false),
        (error: unknown) => {
          this.surroundings.report(error)
          setTimeout(() => {
            returning = false
            look()
          }, RETURN_MS).unref()
        },
      )
    }
    return look
  }

  private unshare(): void {
    clearTimeout(this.sharing)
    this.shared = this.sharing = undefined
  }

  private changeSoon(): void {
    this.pending ??= setTimeout(() => {
      this.pending = undefined
      this.telling.run()
    }, COALESCE_MS)
  }
}

function isNoted(place: Place | undefined): boolean {
  return place?.inDatabase ?? false
}

/** Opening makes what was not there. */
function opened(place: Place, muster: Muster): Place {
  return { ...place, exists: true, ...(muster.ledgerStatus().kind === 'postgres' && { inDatabase: true }) }
}
