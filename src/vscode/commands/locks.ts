import { existsSync } from 'node:fs'
import * as vscode from 'vscode'
import { targetOf } from '../views/row.js'
import { pathOf } from '../resources.js'
import { nameOfPath, short } from '../text.js'
import { ask, done, given, readable, refused, writable, type Command } from './context.js'
import { addressOfLock, fileOf, lockOf, resourceOfFile } from './lockArgument.js'
import { claimResource, takeOverLock, waitForLock } from './claiming.js'

export const claim: Command = async (context, argument) => {
  const muster = await writable(context)
  const file = fileOf(argument)
  if (file === undefined) return void vscode.window.showInformationMessage('Open the file you want to lock, or choose it in the Explorer.')
  await claimResource(muster, resourceOfFile(file))
}

export const release: Command = async (context, argument) => {
  const muster = await writable(context)
  const lock = await lockOf(argument, muster, { title: 'Release a lock', none: 'You hold no locks.', filter: (one) => one.mine })
  const unsaved = vscode.workspace.textDocuments.some((document) => document.isDirty && document.uri.fsPath === pathOf(lock, muster.root))
  if (unsaved) {
    const answer = await vscode.window.showWarningMessage(`${lock.resource} has unsaved changes. Release its lock?`, { modal: true, detail: 'Others may change it before you save.' }, 'Release')
    given(answer)
  }
  const result = await muster.release(addressOfLock(lock, muster), { token: lock.token })
  if (!result.ok) return refused(result.hint)
  const names = muster.state().agents.filter((agent) => result.grantedTo.includes(agent.id)).map((agent) => agent.name)
  done(`Released ${nameOfPath(lock.resource)}${names.length > 0 ? `; now locked by ${names.join(', ')}` : ''}`)
}

export const takeOver: Command = async (context, argument) => {
  const muster = await writable(context)
  const lock = await lockOf(argument, muster, { title: 'Take over a stale lock', none: 'No lock is stale.', filter: (one) => one.stale && !one.mine })
  await takeOverLock(muster, lock)
}

export const askForRelease: Command = async (context, argument) => {
  const muster = await writable(context)
  const lock = await lockOf(argument, muster, { title: 'Ask to release', none: 'Nobody else holds a lock.', filter: (one) => !one.mine })
  const text = await ask(`Ask ${short(lock.holderName, 40)} to release ${nameOfPath(lock.resource)}`, 'Say why you need it. This may stay empty.', { optional: true })
  const result = await muster.askForRelease(addressOfLock(lock, muster), text)
  if (!result.ok) return refused(result.hint)
  done(`Asked ${lock.holderName} to release ${nameOfPath(lock.resource)}`)
}

export const forceRelease: Command = async (context, argument) => {
  const muster = await writable(context)
  const lock = await lockOf(argument, muster, { title: 'End somebody\'s lock', none: 'Nobody else holds a lock.', filter: (one) => !one.mine })
  const reason = await ask(`End ${short(lock.holderName, 40)}'s lock on ${nameOfPath(lock.resource)}`, `${short(lock.holderName, 40)} is told this reason. Work that is under way may collide.`)
  const result = await muster.forceRelease(addressOfLock(lock, muster), reason)
  if (!result.ok) return refused(result.hint)
  done(`Ended the lock on ${nameOfPath(lock.resource)}`)
}

/** In line behind whoever holds it, until it is one's own. */
export const wait: Command = async (context, argument) => {
  const muster = await writable(context)
  const lock = await lockOf(argument, muster, { title: 'Wait for a lock', none: 'Nobody else holds a lock.', filter: (one) => !one.mine })
  await waitForLock(muster, addressOfLock(lock, muster))
}

export const extendLock: Command = async (context, argument) => {
  const muster = await writable(context)
  const lock = await lockOf(argument, muster, { title: 'Keep a lock longer', none: 'You hold no locks.', filter: (one) => one.mine })
  const minutes = await ask(`Keep ${nameOfPath(lock.resource)} longer`, 'For how many minutes from now, when you do no work in this window?', { value: '60', check: minutesProblem })
  const result = await muster.checkIn(addressOfLock(lock, muster), { token: lock.token, minutes: Number(minutes) })
  if (!result.ok) return refused(result.hint)
  done(`${nameOfPath(lock.resource)} is yours for ${minutes} min`)
}

function minutesProblem(text: string): string | undefined {
  const minutes = Number(text)
  return text.trim() !== '' && minutes > 0 && minutes <= 10_000 ? undefined : 'A number of minutes, at most 10,000.'
}

export const showLocksByFolder: Command = ({ order }) => order.show(true)
export const showLocksAsList: Command = ({ order }) => order.show(false)

export const openFile: Command = async (context, argument) => {
  const muster = readable(context)
  // A message about a lock names one that may have ended; the file is still there to be opened.
  const target = targetOf(argument, 'lock')
  const lock = target && muster.state().claims.find((one) => one.tree === target.tree && one.resource === target.resource)
  const file = target && pathOf(lock ?? { ...target, kind: target.resource.endsWith('/') ? 'folder' : 'file' }, muster.root)
  if (file === undefined) return
  if (!existsSync(file)) return void vscode.window.showInformationMessage(`${short(target?.resource ?? '')} is not there (yet).`)
  const uri = vscode.Uri.file(file)
  await vscode.commands.executeCommand(file.endsWith('/') || lock?.kind === 'folder' ? 'revealInExplorer' : 'vscode.open', uri)
}
