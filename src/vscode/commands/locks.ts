import { existsSync } from 'node:fs'
import * as vscode from 'vscode'
import type { ClaimView } from '../../core/model/operations.js'
import type { Muster } from '../../core/muster.js'
import { t } from '../l10n.js'
import { targetOf } from '../views/row.js'
import { pathOf } from '../resources.js'
import { nameOfPath, short } from '../text.js'
import { ask, done, given, readable, refused, writable, type Command, type CommandContext } from './context.js'
import { addressOfLock, fileOf, lockOf, resourceOfFile } from './lockArgument.js'
import { claimResource, claimResources, takeOverLock, waitForLock } from './claiming.js'

export const claim: Command = async (context, argument, selection) => {
  const muster = await writable(context)
  const selected = Array.isArray(selection) ? selection.filter((one) => one instanceof vscode.Uri && one.scheme === 'file').map((one) => resourceOfFile((one as vscode.Uri).fsPath)) : []
  if (selected.length > 1) return claimResources(muster, selected)
  const file = fileOf(argument)
  if (file === undefined) return void vscode.window.showInformationMessage(t('Open the file you want to lock, or choose it in the Explorer.'))
  await claimResource(muster, resourceOfFile(file))
}

export const release: Command = async (context, argument) => {
  const muster = await writable(context)
  const request = targetOf(argument, 'message')
  if (request) return releaseAsAsked(muster, request.id)
  const lock = await lockOf(argument, muster, { title: t('Release a lock'), none: t('You hold no locks.'), filter: (one) => one.mine })
  await confirmUnsaved(lock, muster.root)
  const result = await muster.release(addressOfLock(lock, muster), { token: lock.token })
  if (!result.ok) return refused(result.hint)
  const names = muster.state().agents.filter((agent) => result.grantedTo.includes(agent.id)).map((agent) => agent.name)
  const name = nameOfPath(lock.resource)
  done(names.length > 0 ? t('Released {0}; now locked by {1}', name, names.join(', ')) : t('Released {0}', name))
}

/** Answers somebody who asked for a lock by letting go of it. */
async function releaseAsAsked(muster: Muster, id: string): Promise<void> {
  const about = muster.state().message(id)?.about
  const lock = about && muster.state().claims.find((one) => one.mine && one.resource === about.resource && one.tree === (about.tree ?? ''))
  if (lock) await confirmUnsaved(lock, muster.root)
  const result = await muster.answerRequest(id, 'release')
  if (!result.ok) return refused(result.hint)
  done(t('Released {0}', nameOfPath(result.resource)))
}

/** @throws CancellationError where a person rather saves first */
async function confirmUnsaved(lock: ClaimView, root: string): Promise<void> {
  const unsaved = vscode.workspace.textDocuments.some((document) => document.isDirty && document.uri.fsPath === pathOf(lock, root))
  if (unsaved) given(await vscode.window.showWarningMessage(t('{0} has unsaved changes. Release its lock?', lock.resource), { modal: true, detail: t('Others may change it before you save.') }, t('Release')))
}

export const takeOver: Command = async (context, argument) => {
  const muster = await writable(context)
  const lock = await lockOf(argument, muster, { title: t('Take over a stale lock'), none: t('No lock is stale.'), filter: (one) => one.stale && !one.mine })
  await takeOverLock(muster, lock)
}

export const askForRelease: Command = async (context, argument) => {
  const muster = await writable(context)
  const lock = await lockOf(argument, muster, { title: t('Ask to release'), none: t('Nobody else holds a lock.'), filter: (one) => !one.mine })
  const text = await ask(t('Ask {0} to release {1}', short(lock.holderName, 40), nameOfPath(lock.resource)), t('Say why you need it. This may stay empty.'), { optional: true })
  const result = await muster.askForRelease(addressOfLock(lock, muster), text)
  if (!result.ok) return refused(result.hint)
  done(t('Asked {0} to release {1}', lock.holderName, nameOfPath(lock.resource)))
}

export const forceRelease: Command = async (context, argument) => {
  const muster = await writable(context)
  const lock = await lockOf(argument, muster, { title: t('End somebody\'s lock'), none: t('Nobody else holds a lock.'), filter: (one) => !one.mine })
  const reason = await ask(t('End {0}\'s lock on {1}', short(lock.holderName, 40), nameOfPath(lock.resource)), t('{0} is told this reason. Work that is under way may collide.', short(lock.holderName, 40)))
  const result = await muster.forceRelease(addressOfLock(lock, muster), reason)
  if (!result.ok) return refused(result.hint)
  done(t('Ended the lock on {0}', nameOfPath(lock.resource)))
}

/** In line behind whoever holds it, until it is one's own. */
export const wait: Command = async (context, argument) => {
  const muster = await writable(context)
  const lock = await lockOf(argument, muster, { title: t('Wait for a lock'), none: t('Nobody else holds a lock.'), filter: (one) => !one.mine })
  await waitForLock(muster, addressOfLock(lock, muster))
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
  const minutes = await ask(t('Keep {0} longer', nameOfPath(lock.resource)), t('For how many minutes from now, when you do no work in this window?'), { value: '60', check: minutesProblem })
  const result = await muster.checkIn(addressOfLock(lock, muster), { token: lock.token, minutes: Number(minutes) })
  if (!result.ok) return refused(result.hint)
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
  if (found) await vscode.commands.executeCommand(found.folder ? 'revealInExplorer' : 'vscode.open', found.uri)
}

export const revealFile: Command = async (context, argument) => {
  const found = lockedFile(context, argument)
  if (found) await vscode.commands.executeCommand('revealInExplorer', found.uri)
}

/** The file that a lock is on; undefined, after telling so, where it is not there. */
function lockedFile(context: CommandContext, argument: unknown): { uri: vscode.Uri; folder: boolean } | undefined {
  const muster = readable(context)
  // A message about a lock names one that may have ended; the file is still there to be opened.
  const target = targetOf(argument, 'lock')
  const lock = target && muster.state().claims.find((one) => one.tree === target.tree && one.resource === target.resource)
  const file = target && pathOf(lock ?? { ...target, kind: target.resource.endsWith('/') ? 'folder' : 'file' }, muster.root)
  if (file === undefined) return undefined
  if (!existsSync(file)) {
    void vscode.window.showInformationMessage(t('{0} is not there (yet).', short(target?.resource ?? '')))
    return undefined
  }
  return { uri: vscode.Uri.file(file), folder: file.endsWith('/') || lock?.kind === 'folder' }
}
