import { existsSync, statSync } from 'node:fs'
import * as vscode from 'vscode'
import type { ClaimView, LockPlace } from '../../core/model/operations.js'
import type { Muster } from '../../core/muster.js'
import { homeOf, treeAround } from '../../core/system/locate.js'
import { realPath } from '../../core/system/resolve.js'
import { activeUri } from '../activeFile.js'
import { alertOf } from '../alert.js'
import type { CommandId } from '../contributions.js'
import { t } from '../l10n.js'
import { LocksOnFiles, pathIn } from '../locksOnFiles.js'
import { showInformationMessage } from '../say.js'
import { ago, parts, percent } from '../text.js'
import { addressOf, pathOf, realFile, type TreeRoots } from '../resources.js'
import { tellsOfLoss } from '../views/messageRows.js'
import { targetOf, type Target } from '../views/row.js'
import { pick } from './context.js'

/** The file or folder a command is about: what was clicked, else the active editor. */
export function fileOf(argument: unknown): string | undefined {
  const uri = argument instanceof vscode.Uri ? argument : activeUri()
  return uri?.scheme === 'file' ? uri.fsPath : undefined
}

/** A file as the coordinator wants it: folders end in `/`. */
export function resourceOfFile(file: string): string {
  return existsSync(file) && statSync(file).isDirectory() ? `${file}/` : file
}

export interface LockQuestion {
  title: string
  none: string
  filter: (claim: ClaimView) => boolean
  /** A lock on a folder or pattern around the file that was clicked will do. */
  around?: true
}

/** The lock a command is about: the clicked row, the file's, else one that is picked. @throws CancellationError */
export async function lockOf(argument: unknown, muster: Muster, question: LockQuestion): Promise<ClaimView> {
  const { claims } = muster.state()
  const target = targetOf(argument, 'lock')
  const clicked = target && claims.find((claim) => claim.tree === target.tree && claim.resource === target.resource && claim.heldBy === target.heldBy)
  if (target) return clicked ?? unlocked(target, muster)
  const candidates = claims.filter(question.filter)
  const [found] = argument instanceof vscode.Uri ? (question.around ? locksAt : locksOn)(candidates, argument.fsPath, muster.root) : []
  if (found) return found
  const here = new Set(locksAt(candidates, fileOf(undefined), muster.root))
  return pick([...here, ...candidates.filter((claim) => !here.has(claim))], {
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

/** Those on a file as the editor names it, and those on symbols in it behind those on all of it. */
export function locksOn(claims: readonly ClaimView[], file: string | undefined, root: string): ClaimView[] {
  if (file === undefined) return []
  const [real, roots]: [string, TreeRoots] = [realFile(file), new Map()]
  return claims.filter((claim) => pathOf(claim, root, roots) === real).sort((a, b) => Number(a.kind === 'symbol') - Number(b.kind === 'symbol'))
}

/** These, and those on folders and patterns around it. */
export function locksAt(claims: readonly ClaimView[], file: string | undefined, root: string): ClaimView[] {
  const real = realPath(file ?? '')
  // The editor shows files of other working trees, too.
  const { tree } = homeOf(real, treeAround(root))
  const path = file && pathIn(tree.root, real)
  const around = path ? new LocksOnFiles(claims, tree.id).on(path) : undefined
  return [...locksOn(claims, file, root), ...(around?.mine ? [around.mine] : []), ...(around?.others ?? [])]
}

/** A lock that was clicked is not held as it was. @throws CancellationError always */
export function unlocked(target: Pick<ClaimView, 'tree' | 'resource' | 'heldBy'>, muster: Muster): never {
  tellEnded(target, muster)
  throw new vscode.CancellationError()
}

/** Says what became of a lock that is not held as it was and, of one's own, what can be done about it. */
export function tellEnded({ tree, resource, heldBy }: Pick<ClaimView, 'tree' | 'resource' | 'heldBy'>, muster: Muster): void {
  const { claims, pressing } = muster.state()
  const here = claims.filter((claim) => claim.tree === tree && claim.resource === resource)
  // It was let go of and taken anew: the list that shows it as it is now is on its way.
  if (here.some((claim) => claim.heldBy === heldBy)) return void showInformationMessage(t('The list has just changed. Please click again.'))
  const [other] = here
  const mine = heldBy === muster.agent
  const loss = mine ? pressing.findLast((message) => tellsOfLoss(message) && message.about?.resource === resource && (message.about.tree ?? '') === tree) : undefined
  const happened = (loss && alertOf(loss, () => true)?.text) ?? (other ? t('{0}: {1} has locked it since.', resource, other.holderName) : t('{0} is not locked any more.', resource))
  const next = other ? t('You can wait for it or ask for it.') : t('Lock it again if you still need it.')
  void showInformationMessage(mine ? `${/[.!?…]$/.test(happened) ? happened : `${happened}.`} ${next}` : happened)
}

/** How to name the lock's resource to the coordinator. @throws CancellationError after telling that its working tree was removed */
export function addressOfLock(claim: ClaimView, muster: Muster): string {
  const address = addressOf(claim, muster.root)
  if (address !== undefined) return address
  const [end, command]: [string, CommandId] = claim.mine ? [t('Release'), 'muster.release'] : [t('End the Lock'), 'muster.forceRelease']
  const { tree, resource, heldBy } = claim
  void showInformationMessage(t('The working tree of {0} was removed. All that can be done about this lock is to end it.', resource), end)
    .then((answer) => (answer === end ? vscode.commands.executeCommand(command, { target: { type: 'lock', tree, resource, heldBy } satisfies Target, folder: muster.folder }) : undefined))
  throw new vscode.CancellationError()
}

/** The same for ending it, which also works where its working tree was removed. */
export function placeOfLock(claim: ClaimView, muster: Muster): { resource: string } & LockPlace {
  const address = addressOf(claim, muster.root)
  return address === undefined ? { resource: claim.resource, tree: claim.tree } : { resource: address }
}
