import * as vscode from 'vscode'
import type { ClaimView } from '../core/model/operations.js'
import type { World } from '../core/muster.js'
import { ClosedFiles } from './closedFiles.js'
import type { FileLocks } from './fileMarks.js'
import { isFamily } from './locksOnFiles.js'
import type { MusterWindow } from './musterWindow.js'
import type { Settings } from './settings.js'

/** The claim that speaks against editing a file here: a stranger's, alive, on all of the file. */
function claimAgainst(locks: FileLocks, uri: vscode.Uri, world: World | undefined): ClaimView | undefined {
  const found = locks.on(uri)
  if (found === undefined || found.mine !== undefined) return undefined
  return found.others.find((claim) => !claim.stale && claim.kind !== 'symbol' && claim.mode === 'exclusive' && !(world && isFamily(world, claim.heldBy)))
}

/**
 * What happens to a person who edits what somebody else holds. Informing is all by default; with `muster.guard: block` the
 * editor of such a file is read-only in this window until the lock is gone, or the person decides to edit anyway. Either
 * way, saving it is noted for everybody as a conflict.
 */
export class EditGuard implements vscode.Disposable {
  private readonly closed: ClosedFiles
  /** Tokens of the locks that a person edits under anyway, by file. */
  private readonly anyway = new Map<string, number>()
  private readonly subscriptions: vscode.Disposable
  private settling: Promise<void> = Promise.resolve()

  constructor(private readonly window: MusterWindow, private readonly locks: FileLocks, private readonly settings: Settings, memory: vscode.Memento, private readonly report: (error: unknown) => void) {
    this.closed = new ClosedFiles(memory)
    const look = (): void => this.look()
    this.subscriptions = vscode.Disposable.from(
      locks.onDidChange(look),
      vscode.window.onDidChangeActiveTextEditor(look),
      settings.onDidChange(['guard'], look),
      vscode.workspace.onDidSaveTextDocument((document) => {
        void this.noteSave(document).catch(report)
        look()
      }),
    )
    look()
  }

  /** Whether this window keeps a file from being edited. */
  isClosed(uri: vscode.Uri): boolean {
    return this.closed.has(uri.toString())
  }

  /** A person wants to edit a file though somebody holds it. */
  editAnyway(uri: vscode.Uri): void {
    const claim = claimAgainst(this.locks, uri, this.window.world())
    if (claim) this.anyway.set(uri.toString(), claim.token)
    this.look()
  }

  dispose(): void {
    this.subscriptions.dispose()
  }

  private look(): void {
    this.settling = this.settling.then(() => this.settle()).catch(this.report)
  }

  /** The editor's own commands know only the active editor; others are looked at when they become that. */
  private async settle(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document
    if (document?.uri.scheme !== 'file') return
    const { uri } = document
    const key = uri.toString()
    const claim = claimAgainst(this.locks, uri, this.window.world())
    // What is not saved must stay the person's to save, or to throw away.
    const close = claim !== undefined && !document.isDirty && this.settings.get('guard') === 'block' && this.anyway.get(key) !== claim.token
    if (close === this.closed.has(key) && !this.closed.isDoubtful(key)) return
    await this.closed.set(key, close)
    await vscode.commands.executeCommand(close ? 'workbench.action.files.setActiveEditorReadonlyInSession' : 'workbench.action.files.resetActiveEditorReadonlyInSession')
  }

  private async noteSave(document: vscode.TextDocument): Promise<void> {
    const claim = claimAgainst(this.locks, document.uri, this.window.world())
    const { muster } = this.window
    if (claim === undefined || muster === undefined || !this.window.writable) return
    const me = muster.state().me?.name ?? muster.agent
    // Goes into the records, which are English for everybody.
    // eslint-disable-next-line muster/texts
    await muster.logError({ kind: 'conflict', severity: 'medium', resource: document.uri.fsPath, message: `${me} saved ${claim.resource} while ${claim.holderName} held it` })
  }
}
