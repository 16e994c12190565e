import * as vscode from 'vscode'
import type { ClaimRefusal, ClaimResult, ClaimView } from '../../core/model/operations.js'
import type { Muster } from '../../core/muster.js'
import { uncommittedFiles } from '../../core/system/git.js'
import { treeOf } from '../../core/system/locate.js'
import { plural, t } from '../l10n.js'
import { addressOf, resourceOf } from '../resources.js'
import { refusalText } from '../refusalText.js'
import { nameOfPath, short } from '../text.js'
import { done, given, refused } from './context.js'

/** Claims a resource, and offers what can be done when somebody else has it. */
export async function claimResource(muster: Muster, resource: string): Promise<void> {
  const result = await muster.claim(resource)
  if (result.ok) return tellGranted(result)
  if (result.reason !== 'HELD' && result.reason !== 'QUEUED') return refused(result.hint)
  const [ask, wait, take] = [{ title: t('Ask to Release') }, { title: t('Wait') }, { title: t('Take Over') }]
  const actions = result.stale === true ? [take, ask, wait] : result.reason === 'QUEUED' ? [wait] : [ask, wait]
  const answer = await vscode.window.showWarningMessage(refusalText(result, Date.now()), ...actions)
  if (answer === ask) await vscode.commands.executeCommand('muster.askForRelease', { target: lockTarget(muster, result) })
  if (answer === wait) await waitForLock(muster, resource)
  if (answer !== take) return
  const lock = (await muster.listClaims({ stale: true })).find((claim) => claim.resource === result.resource && claim.heldBy === result.heldBy)
  await (lock ? takeOverLock(muster, lock) : takeOver(muster, resource, result.holderName ?? t('the holder')))
}

/** Claims several resources under one lock: all of them or, where somebody else has one, none. */
export async function claimResources(muster: Muster, resources: readonly string[], wait = false): Promise<void> {
  const result = await muster.claimAll(resources, { wait })
  if (result.ok) return done(plural(result.claims.length, '1 lock is yours now', '{n} locks are yours now'))
  if (wait && result.reason === 'QUEUED') return void vscode.window.showInformationMessage(t('You are in line for all {0} and will be told when they are yours.', resources.length))
  if (result.reason !== 'HELD' && result.reason !== 'QUEUED') return refused(result.hint)
  const [ask, line] = [{ title: t('Ask to Release') }, { title: t('Wait for All') }]
  const answer = await vscode.window.showWarningMessage(t('None of the {0} was locked. {1}', resources.length, refusalText(result, Date.now())), ...(result.reason === 'HELD' ? [ask, line] : [line]))
  if (answer === ask) await vscode.commands.executeCommand('muster.askForRelease', { target: lockTarget(muster, result) })
  if (answer === line) await claimResources(muster, resources, true)
}

/** Takes a stale lock over: says what is at stake, and gives a holder that may live time to answer. */
export async function takeOverLock(muster: Muster, lock: ClaimView): Promise<void> {
  const tree = treeOf(muster.root)
  const files = tree === undefined ? [] : await uncommittedFiles(tree, [resourceOf(lock)])
  if (files.length > 0) await confirmDirty(lock.resource, lock.holderName, files)
  await takeOver(muster, addressOf(lock, muster.root), lock.holderName, files.length > 0)
}

/** All that a gone agent left locked, at once or not at all. */
export async function takeOverLocks(muster: Muster, locks: readonly ClaimView[]): Promise<void> {
  const [first] = locks
  if (first === undefined) return
  if (locks.length === 1) return takeOverLock(muster, first)
  const resources = locks.map((lock) => addressOf(lock, muster.root))
  const files = await muster.uncommittedFiles(locks.flatMap((lock, index) => (lock.kind === 'name' ? [] : [resources[index]!])))
  if (files?.length !== 0) await confirmDirty(plural(locks.length, '1 lock', '{n} locks'), first.holderName, files ?? 'unknown')
  const result = await challenging(first.holderName, (signal) => muster.claimAll(resources, { takeOver: true, force: files?.length !== 0, signal }))
  if (result.ok) return done(plural(locks.length, '1 lock is yours now', '{n} locks are yours now'))
  if (result.reason !== 'CHALLENGED') refused(result.hint)
}

async function takeOver(muster: Muster, resource: string, holder: string, force = false): Promise<void> {
  const result = await challenging(holder, (signal) => muster.claim(resource, { takeOver: true, force, signal }))
  if (result.ok) return done(t('{0} is yours now', nameOfPath(result.resource)))
  if (result.reason === 'DIRTY' && !force) {
    await confirmDirty(result.resource, holder, result.files ?? [])
    return takeOver(muster, resource, holder, true)
  }
  // Cancelled while waiting for the holder's answer.
  if (result.reason !== 'CHALLENGED') refused(result.hint)
}

/** Says what is being waited for meanwhile, and lets a person give it up. */
function challenging<T>(holder: string, act: (signal: AbortSignal) => Promise<T>): Thenable<T> {
  const title = t('Taking over from {0}. If {0} may still be there, it has a minute to answer.', short(holder, 40))
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, (_progress, cancelled) => {
    const stop = new AbortController()
    cancelled.onCancellationRequested(() => stop.abort())
    return act(stop.signal)
  })
}

async function confirmDirty(resource: string, holder: string, found: readonly string[] | 'unknown'): Promise<void> {
  const files = found === 'unknown' ? [t('git could not say which')] : found
  const listed = files.slice(0, 10).map((file) => `• ${short(file, 120)}`)
  const more = files.length > listed.length ? [t('and {0} more', files.length - listed.length)] : []
  const detail = [t('{0} left changes that are not committed:', short(holder, 40)), ...listed, ...more, '', t('They stay as they are. Look at them before you go on.')].join('\n')
  given(await vscode.window.showWarningMessage(t('Take over {0}?', resource), { modal: true, detail }, t('Take Over')))
}

/** Waits in line for a lock, behind the scenes: whoever waits is told. */
export async function waitForLock(muster: Muster, resource: string): Promise<void> {
  const result = await muster.claim(resource, { wait: true })
  if (result.ok) return tellGranted(result)
  if (result.reason !== 'QUEUED') return refused(result.hint)
  void vscode.window.showInformationMessage(t('You are number {0} in line for {1} and will be told when it is yours.', result.queued ?? 1, nameOfPath(result.resource)))
}

function tellGranted(result: Extract<ClaimResult, { ok: true }>): void {
  const [overlap] = result.overlaps
  if (overlap) {
    const { resource, overlaps } = result
    const text = overlaps.length === 1 ? t('{0} is yours here. It is {1}: agree on it before merging.', resource, overlap.text) : t('{0} is yours here. It is {1} and {2} more: agree on it before merging.', resource, overlap.text, overlaps.length - 1)
    return void vscode.window.showInformationMessage(text)
  }
  const name = nameOfPath(result.resource)
  done(result.renewed ? t('{0} is still yours', name) : t('{0} is yours', name))
}

/** The row of the lock that stood in the way: the one on the resource itself, else any of its holder's. */
function lockTarget(muster: Muster, refusal: ClaimRefusal): unknown {
  const held = muster.state().claims.filter((claim) => claim.heldBy === refusal.heldBy)
  const lock = held.find((claim) => claim.resource === refusal.resource) ?? held.find((claim) => refusal.resource.startsWith(claim.resource)) ?? held[0]
  return lock && { type: 'lock', tree: lock.tree, resource: lock.resource, heldBy: lock.heldBy }
}
