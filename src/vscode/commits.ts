import * as vscode from 'vscode'
import type { DecisionView } from '../core/model/operations.js'
import type { CommitInfo } from '../core/system/commits.js'
import { t } from './l10n.js'
import { commitAddress } from './leads.js'

/** ms for which git's answer is taken as it was. */
const FRESH_MS = 10_000

/** What git knows of decisions. It is asked where the workspace is trusted only: a repository's settings tell git what to do. */
export class Commits {
  /** By working tree and decision. */
  private readonly known = new Map<string, { at: number; key: string; commits: readonly CommitInfo[] }>()

  /** Asks git for the commits that a decision names, and for those that name it. */
  async look(decision: DecisionView | undefined, root: string | undefined): Promise<void> {
    if (!decision || root === undefined || !vscode.workspace.isTrusted) return
    const key = JSON.stringify([root, decision.implemented?.commits])
    const known = this.known.get(`${root} ${decision.id}`)
    if (known?.key === key && performance.now() - known.at < FRESH_MS) return
    const { commitsNaming, knownCommits } = await import('../core/system/commits.js')
    const found = await Promise.all([knownCommits(root, decision.implemented?.commits ?? []), commitsNaming(root, decision.id)])
    const commits = [...new Map(found.flat().map((commit) => [commit.id, commit])).values()]
    this.known.set(`${root} ${decision.id}`, { at: performance.now(), key, commits })
  }

  /** As far as git was asked. */
  of(decision: string, root: string | undefined): readonly CommitInfo[] {
    return this.known.get(`${root} ${decision}`)?.commits ?? []
  }

  /** Shows a commit with its changes, read-only. */
  async open(id: string, folder: string | undefined): Promise<void> {
    await vscode.window.showTextDocument(vscode.Uri.from(commitAddress(id, folder)), { preview: true })
  }

  async textOf(id: string, root: string | undefined): Promise<string> {
    if (root === undefined || !vscode.workspace.isTrusted) return `${t('Commits are shown in a workspace that is trusted.')}\n`
    try {
      return await (await import('../core/system/commits.js')).commitText(root, id)
    } catch {
      return `${t('Git cannot show {0} here. Fetch it, or look for it on the server.', id)}\n`
    }
  }
}
