import * as vscode from 'vscode'
import type { ClaimView } from '../core/model/operations.js'
import { activeDocument } from './activeFile.js'
import { ClosedFiles } from './closedFiles.js'
import type { FileLocks } from './fileMarks.js'
import { isFamily } from './locksOnFiles.js'
import type { Repositories } from './repositories.js'
import type { Settings } from './settings.js'
import { nameOfPath } from './text.js'

/**
 * What happens to a person who edits what somebody else holds. Informing is all by default; with `muster.guard: block` the
 * editor of such a file is read-only in this window until the lock is gone, or the person decides to edit anyway. Either
 * way, saving, deleting or moving it is noted for everybody as a conflict, and so is making one in a folder that somebody holds.
 */
export class EditGuard implements vscode.Disposable {
  private readonly closed: ClosedFiles
  /** Tokens of the locks that a person edits under anyway, by file. */
  private readonly anyway = new Map<string, number>()
  private readonly subscriptions: vscode.Disposable
  private settling: Promise<void> = Promise.resolve()

  constructor(private readonly repositories: Pick<Repositories, 'of'>, private readonly locks: FileLocks, private readonly settings: Settings, memory: vscode.Memento, private readonly report: (error: unknown) => void) {
    this.closed = new ClosedFiles(memory)
    const look = (): void => this.look()
    const saved = ({ uri }: { uri: vscode.Uri }): void => {
      void this.note('saved', uri).catch(report)
      look()
    }
    this.subscriptions = vscode.Disposable.from(
      locks.onDidChange(look),
      vscode.window.onDidChangeActiveTextEditor(look),
      settings.onDidChange(['guard'], look),
      vscode.window.onDidChangeActiveNotebookEditor(look),
      vscode.workspace.onDidSaveTextDocument(saved),
      vscode.workspace.onDidSaveNotebookDocument(saved),
      vscode.workspace.onDidDeleteFiles(({ files }) => void this.noteAll('deleted', files)),
      vscode.workspace.onDidCreateFiles(({ files }) => void this.noteAll('made', files)),
      vscode.workspace.onDidRenameFiles(({ files }) => {
        void this.noteAll('moved', files.map(({ oldUri }) => oldUri))
        // Within what one holds it is one thing.
        const into = files.filter(({ oldUri, newUri }) => this.claimAgainst(newUri)?.token !== this.claimAgainst(oldUri)?.token)
        void this.noteAll('made', into.map(({ newUri }) => newUri))
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
    const claim = this.claimAgainst(uri)
    if (claim) this.anyway.set(uri.toString(), claim.token)
    this.look()
  }

  dispose(): void {
    this.subscriptions.dispose()
  }

  /** The claim that speaks against editing a file here: a stranger's, alive, on all of the file. */
  claimAgainst(uri: vscode.Uri): ClaimView | undefined {
    const found = this.locks.on(uri)
    if (found === undefined || found.mine !== undefined) return undefined
    return found.others.find((claim) => !claim.stale && claim.kind !== 'symbol' && claim.mode === 'exclusive' && !(found.world && isFamily(found.world, claim.heldBy)))
  }

  private look(): void {
    this.settling = this.settling.then(() => this.settle()).catch(this.report)
  }

  /** The editor's own commands know only the active editor; others are looked at when they become that. */
  private async settle(): Promise<void> {
    const document = activeDocument()
    if (document?.uri.scheme !== 'file') return
    const { uri } = document
    const key = uri.toString()
    const claim = this.claimAgainst(uri)
    // What is not saved must stay the person's to save, or to throw away.
    const close = claim !== undefined && !document.isDirty && this.settings.get('guard') === 'block' && this.anyway.get(key) !== claim.token
    if (close === this.closed.has(key) && !this.closed.isDoubtful(key)) return
    await this.closed.set(key, close)
    // Noted first, since a window may end in between. What has become active meanwhile is not what was meant, and is looked at itself.
    if (activeDocument() !== document) return void (await this.closed.set(key, !close))
    await vscode.commands.executeCommand(close ? 'workbench.action.files.setActiveEditorReadonlyInSession' : 'workbench.action.files.resetActiveEditorReadonlyInSession')
  }

  /** Files, and what is in folders: where one was made, nothing is in it yet that somebody could be at work on. */
  private async noteAll(did: 'made' | 'deleted' | 'moved', uris: readonly vscode.Uri[]): Promise<void> {
    for (const uri of uris) for (const one of did === 'made' ? [uri] : [uri, ...this.locks.below(uri)]) await this.note(did, one).catch(this.report)
  }

  private async note(did: 'saved' | 'made' | 'deleted' | 'moved', uri: vscode.Uri): Promise<void> {
    const window = this.repositories.of(uri)
    const claim = this.claimAgainst(uri)
    const muster = window?.muster
    if (claim === undefined || muster === undefined || !window?.writable) return
    const me = muster.state().me?.name ?? muster.agent
    // eslint-disable-next-line muster/texts -- goes into the records, which are English for everybody
    await muster.logError({ kind: 'conflict', severity: 'medium', resource: uri.fsPath, message: `${me} ${did} ${did === 'made' && claim.kind !== 'file' ? `${nameOfPath(uri.fsPath)} in ` : ''}${claim.resource} while ${claim.holderName} held it` })
  }
}
