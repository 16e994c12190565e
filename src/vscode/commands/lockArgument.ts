import { existsSync, statSync } from 'node:fs'
import * as vscode from 'vscode'
import type { ClaimView } from '../../core/model/operations.js'
import type { Muster } from '../../core/muster.js'
import { t } from '../l10n.js'
import { ago, parts, percent } from '../text.js'
import { addressOf, pathOf } from '../resources.js'
import { targetOf } from '../views/row.js'
import { pick } from './context.js'

/** The file or folder a command is about: what was clicked, else the active editor. */
export function fileOf(argument: unknown): string | undefined {
  const uri = argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri ?? activeTab()
  return uri?.scheme === 'file' ? uri.fsPath : undefined
}

/** Images and the like have no text editor. */
function activeTab(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input
  return input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputNotebook ? input.uri : undefined
}

/** A file as the coordinator wants it: folders end in `/`. */
export function resourceOfFile(file: string): string {
  return existsSync(file) && statSync(file).isDirectory() ? `${file}/` : file
}

export interface LockQuestion {
  title: string
  none: string
  filter: (claim: ClaimView) => boolean
}

/** The lock a command is about: the clicked row, the file's, else one that is picked. @throws CancellationError */
export async function lockOf(argument: unknown, muster: Muster, question: LockQuestion): Promise<ClaimView> {
  const { claims } = muster.state()
  const target = targetOf(argument, 'lock')
  const clicked = target && claims.find((claim) => claim.tree === target.tree && claim.resource === target.resource && claim.heldBy === target.heldBy)
  if (target) {
    if (clicked) return clicked
    void vscode.window.showInformationMessage(t('{0} is not locked any more.', target.resource))
    throw new vscode.CancellationError()
  }
  const candidates = claims.filter(question.filter)
  if (argument instanceof vscode.Uri) {
    const found = candidates.find((claim) => pathOf(claim, muster.root) === argument.fsPath)
    if (found) return found
  }
  const active = fileOf(undefined)
  const rank = (claim: ClaimView): number => (active !== undefined && pathOf(claim, muster.root) === active ? 0 : 1)
  return pick([...candidates].sort((a, b) => rank(a) - rank(b)), {
    title: question.title,
    none: question.none,
    item: (claim) => ({
      label: claim.resource,
      description: claim.mine ? t('yours') : claim.holderName,
      detail: parts(claim.presence === 'gone' ? t('gone, lock is stale') : claim.stale && t('lock is stale'), percent(claim.progress), claim.message, t('since {0}', ago(claim.since, Date.now()))),
      iconPath: new vscode.ThemeIcon(claim.stale ? 'warning' : 'lock'),
    }),
  })
}

/** How to name the lock's resource to the coordinator. */
export function addressOfLock(claim: ClaimView, muster: Muster): string {
  return addressOf(claim, muster.root)
}
