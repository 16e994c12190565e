import * as vscode from 'vscode'
import type { ClaimRefusal, ClaimResult, ClaimView } from '../../core/model/operations.js'
import type { Muster } from '../../core/muster.js'
import { uncommittedFiles } from '../../core/system/git.js'
import { treeOf } from '../../core/system/locate.js'
import { addressOf, resourceOf } from '../resources.js'
import { refusalText } from '../refusalText.js'
import { nameOfPath, short } from '../text.js'
import { done, given, refused } from './context.js'

const ASK = 'Ask to Release'
const WAIT = 'Wait'
const TAKE_OVER = 'Take Over'

/** Claims a resource, and offers what can be done when somebody else has it. */
export async function claimResource(muster: Muster, resource: string): Promise<void> {
  const result = await muster.claim(resource)
  if (result.ok) return tellGranted(result)
  if (result.reason !== 'HELD' && result.reason !== 'QUEUED') return refused(result.hint)
  const actions = result.stale === true ? [TAKE_OVER, ASK, WAIT] : result.reason === 'QUEUED' ? [WAIT] : [ASK, WAIT]
  const answer = await vscode.window.showWarningMessage(refusalText(result, Date.now()), ...actions)
  if (answer === ASK) await vscode.commands.executeCommand('muster.askForRelease', { target: lockTarget(muster, result) })
  if (answer === WAIT) await waitForLock(muster, resource)
  if (answer !== TAKE_OVER) return
  const lock = (await muster.listClaims({ stale: true })).find((claim) => claim.resource === result.resource && claim.heldBy === result.heldBy)
  await (lock ? takeOverLock(muster, lock) : takeOver(muster, resource, result.holderName ?? 'the holder'))
}

/** Takes a stale lock over: says what is at stake, and gives a holder that may live time to answer. */
export async function takeOverLock(muster: Muster, lock: ClaimView): Promise<void> {
  const tree = treeOf(muster.root)
  const files = tree === undefined ? [] : await uncommittedFiles(tree, [resourceOf(lock)])
  if (files.length > 0) await confirmDirty(lock.resource, lock.holderName, files)
  await takeOver(muster, addressOf(lock, muster.root), lock.holderName, files.length > 0)
}

async function takeOver(muster: Muster, resource: string, holder: string, force = false): Promise<void> {
  const who = short(holder, 40)
  const result = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Taking over from ${who}. If ${who} may still be there, it has a minute to answer.`, cancellable: true },
    (_progress, cancelled) => {
      const stop = new AbortController()
      cancelled.onCancellationRequested(() => stop.abort())
      return muster.claim(resource, { takeOver: true, force, signal: stop.signal })
    },
  )
  if (result.ok) return done(`${nameOfPath(result.resource)} is yours now`)
  if (result.reason === 'DIRTY' && !force) {
    await confirmDirty(result.resource, holder, result.files ?? [])
    return takeOver(muster, resource, holder, true)
  }
  // Cancelled while waiting for the holder's answer.
  if (result.reason !== 'CHALLENGED') refused(result.hint)
}

async function confirmDirty(resource: string, holder: string, found: readonly string[] | 'unknown'): Promise<void> {
  const files = found === 'unknown' ? ['git could not say which'] : found
  const listed = files.slice(0, 10).map((file) => `• ${short(file, 120)}`)
  const more = files.length > listed.length ? [`and ${files.length - listed.length} more`] : []
  const detail = [`${short(holder, 40)} left changes that are not committed:`, ...listed, ...more, '', 'They stay as they are. Look at them before you go on.'].join('\n')
  given(await vscode.window.showWarningMessage(`Take over ${resource}?`, { modal: true, detail }, TAKE_OVER))
}

/** Waits in line for a lock, behind the scenes: whoever waits is told. */
export async function waitForLock(muster: Muster, resource: string): Promise<void> {
  const result = await muster.claim(resource, { wait: true })
  if (result.ok) return tellGranted(result)
  if (result.reason !== 'QUEUED') return refused(result.hint)
  void vscode.window.showInformationMessage(`You are number ${result.queued ?? 1} in line for ${nameOfPath(result.resource)} and will be told when it is yours.`)
}

function tellGranted(result: Extract<ClaimResult, { ok: true }>): void {
  const [overlap] = result.overlaps
  if (overlap) return void vscode.window.showInformationMessage(`${result.resource} is yours here. It is ${overlap.text}${result.overlaps.length > 1 ? ` and ${result.overlaps.length - 1} more` : ''}: agree on it before merging.`)
  done(`${nameOfPath(result.resource)} is ${result.renewed ? 'still yours' : 'yours'}`)
}

/** The row of the lock that stood in the way: the one on the resource itself, else any of its holder's. */
function lockTarget(muster: Muster, refusal: ClaimRefusal): unknown {
  const held = muster.state().claims.filter((claim) => claim.heldBy === refusal.heldBy)
  const lock = held.find((claim) => claim.resource === refusal.resource) ?? held.find((claim) => refusal.resource.startsWith(claim.resource)) ?? held[0]
  return lock && { type: 'lock', tree: lock.tree, resource: lock.resource, heldBy: lock.heldBy }
}
