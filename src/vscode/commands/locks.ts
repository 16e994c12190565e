import { existsSync } from 'node:fs'
import * as vscode from 'vscode'
import type { ClaimView, ReleaseResult } from '../../core/model/operations.js'
import type { Muster } from '../../core/muster.js'
import { t } from '../l10n.js'
import { recordsOf } from '../musterWindow.js'
import { targetOf } from '../views/row.js'
import { openedAs, pathOf, realFile } from '../resources.js'
import { showInformationMessage, showQuickPick, showWarningMessage } from '../say.js'
import { firstOf, nameOfPath, short } from '../text.js'
import { ask, done, given, readable, refused, writable, type Command, type CommandContext } from './context.js'
import { addressOfLock, fileOf, lockOf, locksAt, locksOn, placeOfLock, resourceOfFile, tellEnded } from './lockArgument.js'
import { asBroad, askToRelease, claimResource, claimResources, takeOverLock, waitForLock } from './claiming.js'

export const claim: Command = async (context, argument, selection) => {
  const selected = filesOf(selection)
  if (selected.length > 1) return claimAll(context, selected)
  const muster = await writable(context)
  const file = fileOf(argument)
  if (file === undefined) return void showInformationMessage(t('Open the file you want to lock, or choose it in the Explorer.'))
  await claimResource(muster, resourceOfFile(file))
}

/** Several files at once; those of each repository by themselves. */
async function claimAll(context: CommandContext, files: readonly string[]): Promise<void> {
  const groups = await byWindow(context, files)
  for (const [{ muster, writable: may }, those] of groups) if (muster && may) await claimResources(muster, those.map(resourceOfFile))
  await tellUnwritable(context, groups)
}

type Group = [window: CommandContext['window'], files: readonly string[]]

/** What is selected, by the repository that it is in. */
async function byWindow({ window, repositories }: CommandContext, files: readonly string[]): Promise<Group[]> {
  const windowOf = (file: string): CommandContext['window'] => (window.name === undefined ? undefined : repositories.of(vscode.Uri.file(file))) ?? window
  const groups = [...new Set(files.map(windowOf))].map((one): Group => [one, files.filter((file) => windowOf(file) === one)])
  await Promise.all(groups.flatMap(([one]) => (one.state.kind === 'opening' ? [one.settled] : [])))
  return groups
}

/** Once the others are seen to. @throws CancellationError after telling why, where one of them cannot be written to */
async function tellUnwritable(context: CommandContext, groups: readonly Group[]): Promise<void> {
  await Promise.all(groups.filter(([window]) => !window.muster || !window.writable).map(([window]) => writable({ ...context, window })))
}

/** Locks a folder, a pattern, a name or a port, as typed. */
export const claimOther: Command = async (context) => {
  const muster = await writable(context)
  const { state } = context.window
  const { lockOther } = await import('../locking/lockOther.js')
  await lockOther({ editor: vscode, t, ask, choose: showQuickPick, warn: showWarningMessage, root: 'place' in state ? state.place.root : muster.root, claim: (resource, options) => claimResource(muster, resource, options) })
}

/** What is selected in the Explorer. */
function filesOf(selection: unknown): string[] {
  return Array.isArray(selection) ? selection.flatMap((one) => (one instanceof vscode.Uri && one.scheme === 'file' ? [one.fsPath] : [])) : []
}

export const release: Command = async (context, argument, selection) => {
  const request = targetOf(argument, 'message')
  if (request) return releaseAsAsked(await writable(context), request.id)
  const groups = await byWindow(context, filesOf(selection))
  const selected = groups.flatMap(([{ muster, writable: may }, files]) => (muster && may ? locksToRelease(muster, files) : []))
  const several = selected.length > 1 || (selected.length > 0 && groups.length > 1)
  await releaseLocks(several ? selected : [await lockToRelease(await writable(context), argument)])
  await tellUnwritable(context, groups)
}

interface Held {
  muster: Muster
  lock: ClaimView
}

function locksToRelease(muster: Muster, files: readonly string[]): Held[] {
  const mine = muster.state().claims.filter((claim) => claim.mine)
  return files.flatMap((file) => locksOn(mine, file, muster.root).slice(0, 1)).map((lock) => ({ muster, lock }))
}

async function lockToRelease(muster: Muster, argument: unknown): Promise<Held> {
  return { muster, lock: await lockOf(argument, muster, { title: t('Release a lock'), none: t('You hold no locks.'), filter: (one) => one.mine }) }
}

async function releaseLocks(locks: readonly Held[]): Promise<void> {
  for (const { muster, lock } of locks) await confirmUnsaved(lock, muster.root)
  const [released, next]: [string[], string[]] = [[], []]
  for (const { muster, lock } of locks) {
    const result = await releaseLock(lock, muster)
    if (!result.ok) {
      tellEnded(lock, muster)
      continue
    }
    released.push(nameOfPath(lock.resource))
    next.push(...muster.state().agents.filter((agent) => result.grantedTo.includes(agent.id)).map((agent) => agent.name))
  }
  if (released.length === 0) return
  const names = [...new Set(next)]
  const name = short(released.join(', '), 100)
  done(names.length > 0 ? t('Released {0}; now locked by {1}', name, names.join(', ')) : t('Released {0}', name))
}

function releaseLock(lock: ClaimView, muster: Muster): Promise<ReleaseResult> {
  const { resource, ...place } = placeOfLock(lock, muster)
  return muster.release(resource, { token: lock.token, ...place })
}

/** Answers somebody who asked for a lock by letting go of it. */
async function releaseAsAsked(muster: Muster, id: string): Promise<void> {
  const about = muster.state().message(id)?.about
  const lock = about && muster.state().claims.find((one) => one.mine && one.resource === about.resource && one.tree === (about.tree ?? ''))
  if (lock) await confirmUnsaved(lock, muster.root)
  const result = await muster.answerRequest(id, 'release')
  if (!result.ok) return refused(result.hint)
  // It may be another lock than the one that was asked for: let go of once and taken anew.
  const other = lock && !result.released ? await releaseLock(lock, muster) : undefined
  if (other?.ok === false) return tellEnded(lock!, muster)
  done(t('Released {0}', nameOfPath(result.resource)))
}

/** @throws CancellationError where a person rather saves first */
async function confirmUnsaved(lock: ClaimView, root: string): Promise<void> {
  const unsaved = vscode.workspace.textDocuments.some((document) => document.isDirty && realFile(document.uri.fsPath) === pathOf(lock, root))
  if (unsaved) given(await showWarningMessage(t('{0} has unsaved changes. Release its lock?', lock.resource), { modal: true, detail: t('Others may change it before you save.') }, t('Release')))
}

export const takeOver: Command = async (context, argument) => {
  const muster = await writable(context)
  const lock = await lockOf(argument, muster, { title: t('Take over a stale lock'), none: t('No lock is stale.'), filter: (one) => one.stale && !one.mine, around: true })
  const file = clickedIn(lock, argument, muster)
  await takeOverLock(muster, lock, file !== undefined && locksOn([lock], file, muster.root).length === 0 ? file : undefined)
}

export const askForRelease: Command = async (context, argument) => {
  const muster = await writable(context)
  const lock = await lockOf(argument, muster, { title: t('Ask to release'), none: t('Nobody else holds a lock.'), filter: (one) => !one.mine, around: true })
  await askToRelease(muster, addressOfLock(lock, muster), lock)
}

export const forceRelease: Command = async (context, argument) => {
  const muster = await writable(context)
  const lock = await lockOf(argument, muster, { title: t('End somebody\'s lock'), none: t('Nobody else holds a lock.'), filter: (one) => !one.mine })
  const { resource, ...place } = placeOfLock(lock, muster)
  const atStake = place.tree === undefined && lock.kind !== 'name' ? await muster.uncommittedFiles([resource]) : []
  const prompt = [t('{0} is told this reason. Work that is under way may collide.', short(lock.holderName, 40)), ...(atStake?.length ? [t('Not committed: {0}.', firstOf(atStake.map((file) => short(file, 80)), 3))] : [])].join(' ')
  const reason = await ask(t('End {0}\'s lock on {1}', short(lock.holderName, 40), nameOfPath(lock.resource)), prompt)
  const result = await muster.forceRelease(resource, reason, place)
  if (!result.ok) return refused(result.hint)
  done(t('Ended the lock on {0}', nameOfPath(lock.resource)))
}

/** In line behind whoever holds it, until it is one's own. */
export const wait: Command = async (context, argument) => {
  const muster = await writable(context)
  const lock = await lockOf(argument, muster, { title: t('Wait for a lock'), none: t('Nobody else holds a lock.'), filter: (one) => !one.mine, around: true })
  // Of a folder or pattern around the file that was clicked, that file is all that is wanted.
  const file = clickedIn(lock, argument, muster)
  await waitForLock(muster, file === undefined ? addressOfLock(lock, muster) : resourceOfFile(file), asBroad(lock))
}

/** The file that was clicked; undefined where the lock is not on it, but was chosen since none was. */
function clickedIn(lock: ClaimView, argument: unknown, { root }: Muster): string | undefined {
  return argument instanceof vscode.Uri && locksAt([lock], argument.fsPath, root).length > 0 ? argument.fsPath : undefined
}

/** Gives up one's place in line. */
export const stopWaiting: Command = async (context, argument) => {
  const muster = await writable(context)
  const lock = await lockOf(argument, muster, { title: t('Give up a place in line'), none: t('You do not wait for a lock.'), filter: (one) => one.waiters.includes(muster.agent) })
  const result = await muster.stopWaiting(addressOfLock(lock, muster))
  if (!result.ok) return refused(result.hint)
  done(t('You do not wait for {0} any more', nameOfPath(lock.resource)))
}

export const extendLock: Command = async (context, argument) => {
  const muster = await writable(context)
  const lock = await lockOf(argument, muster, { title: t('Keep a lock longer'), none: t('You hold no locks.'), filter: (one) => one.mine })
  const address = addressOfLock(lock, muster)
  const minutes = await ask(t('Keep {0} longer', nameOfPath(lock.resource)), t('For how many minutes from now, when you do no work in this window?'), { value: '60', check: minutesProblem })
  const result = await muster.checkIn(address, { token: lock.token, minutes: Number(minutes) })
  if (!result.ok) return tellEnded(lock, muster)
  done(t('{0} is yours for {1} min', nameOfPath(lock.resource), minutes))
}

function minutesProblem(text: string): string | undefined {
  const minutes = Number(text)
  return text.trim() !== '' && minutes > 0 && minutes <= 10_000 ? undefined : t('A number of minutes, at most 10,000.')
}

export const showLocksByFolder: Command = ({ order }) => order.show(true)
export const showLocksAsList: Command = ({ order }) => order.show(false)

export const openFile: Command = async (context, argument) => {
  const found = lockedFile(context, argument)
  if (found?.folder) await revealFile(context, argument)
  else if (found) await vscode.commands.executeCommand('vscode.open', found.uri)
}

export const revealFile: Command = async (context, argument) => {
  const found = lockedFile(context, argument)
  if (!found) return
  // The Explorer shows what is open, and says nothing of anything else.
  if (vscode.workspace.getWorkspaceFolder(found.uri) === undefined) return void showInformationMessage(t('{0} is in no folder that is open in this window.', found.uri.fsPath))
  await vscode.commands.executeCommand('revealInExplorer', found.uri)
}

/** The file that a lock is on; undefined, after telling so, where it is not there. */
function lockedFile(context: CommandContext, argument: unknown): { uri: vscode.Uri; folder: boolean } | undefined {
  const muster = readable(context)
  // A message about a lock names one that may have ended; the file is still there to be opened.
  const target = targetOf(argument, 'lock')
  const lock = target && muster.state().claims.find((one) => one.tree === target.tree && one.resource === target.resource)
  const named = target && pathOf(lock ?? { ...target, kind: target.resource.endsWith('/') ? 'folder' : 'file' }, muster.root)
  // Of a function or class, the file that it is in; a file may have such a name, too.
  const file = target && !lock && named !== undefined && target.resource.includes('#') && !existsSync(named) ? pathOf({ ...target, kind: 'symbol' }, muster.root) : named
  if (file === undefined) {
    // Names and patterns have no file.
    if (target) void vscode.commands.executeCommand('muster.showLock', { target: { ...target, ...(lock && { heldBy: lock.heldBy }) }, ...recordsOf(context.window) })
    return undefined
  }
  if (!existsSync(file)) {
    void showInformationMessage(t('{0} is not there (yet).', short(target?.resource ?? '')))
    return undefined
  }
  return { uri: vscode.Uri.file(openedAs(context.window)(file)), folder: file.endsWith('/') || lock?.kind === 'folder' }
}
