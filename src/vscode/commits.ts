import * as vscode from 'vscode'
import type { DecisionView } from '../core/model/operations.js'
import { commitText, commitsNaming, knownCommits, type CommitInfo } from '../core/system/commits.js'
import { t } from './l10n.js'

/** Of the addresses of read-only documents. */
export const SCHEME = 'muster'
/** ms for which git's answer is taken as it was. */
const FRESH_MS = 10_000

/** What git knows of decisions. It is asked where the workspace is trusted only: a repository's settings tell git what to do. */
export class Commits {
  private readonly known = new Map<string, { at: number; key: string; commits: readonly CommitInfo[] }>()

  constructor(private readonly root: () => string | undefined) {}

  /** Asks git for the commits that a decision names, and for those that name it. */
  async look(decision: DecisionView | undefined): Promise<void> {
    const root = this.root()
    if (!decision || root === undefined || !vscode.workspace.isTrusted) return
    const key = JSON.stringify([root, decision.implemented?.commits])
    const known = this.known.get(decision.id)
    if (known?.key === key && performance.now() - known.at < FRESH_MS) return
    const found = await Promise.all([knownCommits(root, decision.implemented?.commits ?? []), commitsNaming(root, decision.id)])
    const commits = [...new Map(found.flat().map((commit) => [commit.id, commit])).values()]
    this.known.set(decision.id, { at: performance.now(), key, commits })
  }

  /** As far as git was asked. */
  of(decision: string): readonly CommitInfo[] {
    return this.known.get(decision)?.commits ?? []
  }

  /** Shows a commit with its changes, read-only. */
  async open(id: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${id.slice(0, 8)}.diff`, query: `commit=${id}` })
    await vscode.window.showTextDocument(uri, { preview: true })
  }

  async textOf(id: string): Promise<string> {
    const root = this.root()
    if (root === undefined || !vscode.workspace.isTrusted) return `${t('Commits are shown in a workspace that is trusted.')}\n`
    try {
      return await commitText(root, id)
    } catch {
      return `${t('Git cannot show {0} here. Fetch it, or look for it on the server.', id)}\n`
    }
  }
}
