import type * as vscode from 'vscode'
import type { DocumentKeeper } from '../documents/keeper.js'
import type { MusterWindow } from './musterWindow.js'
import type { Settings } from './settings.js'

/** ms after the records are there before documents are looked at: a window has better to do when it opens. */
const LATER = 10_000

/** While its window may write, it keeps the folder's documents up to date, where no other process does. */
export class DocumentKeeping implements vscode.Disposable {
  private keeper: { of: MusterWindow['muster']; keeping: Promise<DocumentKeeper | undefined> } | undefined
  private timer: NodeJS.Timeout | undefined
  private readonly subscription: { dispose(): unknown }

  constructor(private readonly window: MusterWindow, private readonly settings: Settings, private readonly trusted: () => boolean, private readonly report: (error: unknown) => void) {
    this.subscription = window.onDidChange(() => this.look())
  }

  dispose(): void {
    clearTimeout(this.timer)
    this.subscription.dispose()
    this.end()
  }

  private look(): void {
    const { muster, writable } = this.window
    const wanted = writable && this.trusted() ? muster : undefined
    // With another identity the window has another connection, and a keeper ends with its own.
    if (this.keeper?.of !== wanted) this.end()
    if (wanted === undefined || this.keeper !== undefined || this.timer !== undefined) return
    this.timer = setTimeout(() => {
      this.timer = undefined
      this.begin()
    }, LATER)
  }

  private begin(): void {
    const { muster, writable } = this.window
    if (muster === undefined || !writable || this.keeper !== undefined) return
    const keeping = this.keep(muster).catch((error: unknown) => {
      this.report(error)
      return undefined
    })
    this.keeper = { of: muster, keeping }
  }

  private async keep(muster: NonNullable<MusterWindow['muster']>): Promise<DocumentKeeper> {
    const { keepDocuments } = await import('../documents/keeper.js')
    // What the user has set here counts for every process of the folder.
    const [agentFiles, workspaces] = [this.settings.chosen('documents.agentFiles'), this.settings.chosen('documents.workspaces')]
    return keepDocuments(muster, this.report, { ...(agentFiles !== undefined && { agentFiles }), ...(workspaces !== undefined && { workspaces }), runs: this.settings.get('runs.folder') })
  }

  private end(): void {
    const { keeper } = this
    this.keeper = undefined
    void keeper?.keeping.then((one) => one?.dispose())
  }
}
