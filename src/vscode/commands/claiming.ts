import { join, relative, sep } from 'node:path'
import type { ClaimOptions, ClaimRefusal, ClaimResult, ClaimView } from '../../core/model/operations.js'
import type { Muster } from '../../core/muster.js'
import { isOverBroad } from '../../core/rules/obstacle.js'
import { treeOf } from '../../core/system/locate.js'
import { cancellable } from '../cancellable.js'
import { plural, t } from '../l10n.js'
import { addressOf, collidesWith, realFile, resourceOf } from '../resources.js'
import { refusalText } from '../refusalText.js'
import { showInformationMessage, showWarningMessage } from '../say.js'
import { nameOfPath, short } from '../text.js'
import { translated } from '../translated.js'
import { ask, done, given, refused, TEXT } from './context.js'
import { addressOfLock } from './lockArgument.js'
import { tick } from './walkthrough.js'

/** Claims a resource, and offers what can be done when somebody else has it. */
export async function claimResource(muster: Muster, resource: string, options: ClaimOptions = {}): Promise<void> {
  const result = await muster.claim(resource, options)
  if (result.ok) return tellGranted(result)
  if (result.reason !== 'HELD' && result.reason !== 'QUEUED') return refused(result.hint)
  const [ask, wait, take] = [{ title: t('Ask to Release') }, { title: t('Wait') }, { title: t('Take Over') }]
  const actions = result.stale === true ? [take, ask, wait] : result.reason === 'QUEUED' ? [wait] : [ask, wait]
  const answer = await showWarningMessage(refusalText(result, Date.now()), ...actions)
  if (answer === ask) await askHolder(muster, resource, result)
  if (answer === wait) await waitForLock(muster, resource, options)
  if (answer !== take) return
  const held = result.held ?? result.resource
  // All that is stale in the way is taken over: a folder and a pattern may have several such locks, of several holders.
  const collides = collidesWith(resource, muster)
  const locks = (await muster.listClaims({ stale: true })).filter((claim) => !claim.mine && !(options.mode === 'shared' && claim.mode === 'shared') && collides(claim))
  const addresses = locks.flatMap((lock) => addressOf(lock, muster.root) ?? [])
  const holders = [...new Set(locks.map(({ holderName }) => holderName))].join(', ')
  const taken = { resource: locks.length > 1 ? result.resource : held, holderName: holders || (result.holderName ?? t('the holder')) }
  await takeOverAs(muster, resource, taken, addresses.length > 0 ? addresses : [resource], options)
}

/** Claims several resources under one lock: all of them or, where somebody else has one, none. */
export async function claimResources(muster: Muster, resources: readonly string[], wait = false): Promise<void> {
  const result = await muster.claimAll(resources, { wait })
  if (result.ok) return done(plural(result.claims.length, '1 lock is yours now', '{n} locks are yours now'))
  if (wait && result.reason === 'QUEUED') return void showInformationMessage(t('You are in line for all {0} and will be told when they are yours.', resources.length))
  if (result.reason !== 'HELD' && result.reason !== 'QUEUED') return refused(result.hint)
  const [ask, line] = [{ title: t('Ask to Release') }, { title: t('Wait for All') }]
  const answer = await showWarningMessage(t('None of the {0} was locked. {1}', resources.length, refusalText(result, Date.now())), ...(result.reason === 'HELD' ? [ask, line] : [line]))
  // It is named from the root of its tree.
  const fromRoot = (one: string): string => relative(treeOf(one)?.root ?? muster.root, realFile(one)).split(sep).join('/')
  const refusedOne = resources.find((one) => fromRoot(one) === result.resource.replace(/\/$/, '')) ?? join(muster.root, result.resource)
  if (answer === ask) await askHolder(muster, refusedOne, result)
  if (answer === line) await claimResources(muster, resources, true)
}

/**
 * Takes a stale lock over: says what is at stake, and gives a holder that may live time to answer.
 * @param clicked the file that was clicked, where the lock is on more than that
 */
export async function takeOverLock(muster: Muster, lock: ClaimView, clicked?: string): Promise<void> {
  const address = addressOfLock(lock, muster)
  await takeOverAs(muster, address, lock, [address], asBroad(lock), clicked)
}

/** Whoever has a lock on nearly everything was asked about that; who comes after is not refused for it. */
export function asBroad(...locks: readonly ClaimView[]): ClaimOptions {
  return locks.some((lock) => isOverBroad(resourceOf(lock))) ? { force: true } : {}
}

/** @param held how locks in the way are named to the coordinator: what is under them is at stake */
async function takeOverAs(muster: Muster, resource: string, lock: Pick<ClaimView, 'resource' | 'holderName'>, held: readonly string[], options?: ClaimOptions, clicked?: string): Promise<void> {
  const files = await muster.uncommittedFiles(held)
  if (files?.length !== 0) await confirmDirty(lock.resource, lock.holderName, files ?? 'unknown')
  else if (clicked !== undefined) given(await showWarningMessage(t('Take over {0}?', lock.resource), { modal: true, detail: t('{0} is only a part of it: all of it would be yours.', nameOfPath(clicked)) }, t('Take Over')))
  await takeOver(muster, resource, lock.holderName, { ...options, force: files?.length !== 0 || options?.force === true })
}

/** All that a gone agent left locked, at once or not at all. */
export async function takeOverLocks(muster: Muster, locks: readonly ClaimView[]): Promise<void> {
  const [first] = locks
  if (first === undefined) return
  if (locks.length === 1) return takeOverLock(muster, first)
  // Nothing can be done in a tree that was removed.
  const resources = locks.flatMap((lock) => addressOf(lock, muster.root) ?? [])
  if (resources.length === 0) addressOfLock(first, muster)
  const files = await muster.uncommittedFiles(resources)
  if (files?.length !== 0) await confirmDirty(plural(locks.length, '1 lock', '{n} locks'), first.holderName, files ?? 'unknown')
  const result = await challenging(first.holderName, (signal) => muster.claimAll(resources, { takeOver: true, ...asBroad(...locks), ...(files?.length !== 0 && { force: true }), signal }))
  if (result.ok) return done(plural(locks.length, '1 lock is yours now', '{n} locks are yours now'))
  if (result.reason !== 'CHALLENGED') refused(result.hint)
}

async function takeOver(muster: Muster, resource: string, holder: string, options: ClaimOptions): Promise<void> {
  const result = await challenging(holder, (signal) => muster.claim(resource, { ...options, takeOver: true, signal }))
  if (result.ok) return done(t('{0} is yours now', nameOfPath(result.resource)))
  if (result.reason === 'DIRTY' && !options.force) {
    await confirmDirty(result.resource, holder, result.files ?? [])
    return takeOver(muster, resource, holder, { ...options, force: true })
  }
  // Cancelled while waiting for the holder's answer.
  if (result.reason !== 'CHALLENGED') refused(result.hint)
}

/** Says what is being waited for meanwhile, and lets a person give it up. */
function challenging<T>(holder: string, act: (signal: AbortSignal) => Promise<T>): Thenable<T> {
  const title = t('Taking over from {0}. If {0} may still be there, it has a minute to answer.', short(holder, 40))
  return cancellable(title, act, 0)
}

async function confirmDirty(resource: string, holder: string, found: readonly string[] | 'unknown'): Promise<void> {
  const files = found === 'unknown' ? [t('git could not say which')] : found
  const listed = files.slice(0, 10).map((file) => `• ${short(file, 120)}`)
  const more = files.length > listed.length ? [t('and {0} more', files.length - listed.length)] : []
  const detail = [t('{0} left changes that are not committed:', short(holder, 40)), ...listed, ...more, '', t('They stay as they are. Look at them before you go on.')].join('\n')
  given(await showWarningMessage(t('Take over {0}?', resource), { modal: true, detail }, t('Take Over')))
}

/** Waits in line for a lock, behind the scenes: whoever waits is told. */
export async function waitForLock(muster: Muster, resource: string, options?: ClaimOptions): Promise<void> {
  const result = await muster.claim(resource, { ...options, wait: true })
  if (result.ok) return tellGranted(result)
  if (result.reason !== 'QUEUED') return refused(result.hint)
  void showInformationMessage(t('You are number {0} in line for {1} and will be told when it is yours.', result.queued ?? 1, nameOfPath(result.resource)))
}

function tellGranted(result: Extract<ClaimResult, { ok: true }>): void {
  void tick('lock')
  const [overlap] = result.overlaps
  if (overlap) {
    const { resource, overlaps } = result
    const text = overlaps.length === 1 ? t('{0} is yours here. It is {1}: agree on it before merging.', resource, translated(overlap.text)) : t('{0} is yours here. It is {1} and {2} more: agree on it before merging.', resource, translated(overlap.text), overlaps.length - 1)
    return void showInformationMessage(text)
  }
  const name = nameOfPath(result.resource)
  done(result.renewed ? t('{0} is still yours', name) : t('{0} is yours', name))
}

/** Asks whoever stands in the way to release what was refused. */
async function askHolder(muster: Muster, resource: string, { held, resource: refused, holderName = t('the holder') }: ClaimRefusal): Promise<void> {
  await askToRelease(muster, resource, { resource: held ?? refused, holderName })
}

/** @param resource as the coordinator is told; `lock` is what a person reads */
export async function askToRelease(muster: Muster, resource: string, lock: Pick<ClaimView, 'resource' | 'holderName'>): Promise<void> {
  const [name, file] = [lock.holderName, nameOfPath(lock.resource)]
  const text = await ask(t('Ask {0} to release {1}', short(name, 40), file), t('Say why you need it. This may stay empty.'), { most: TEXT, optional: true })
  const result = await muster.askForRelease(resource, text)
  if (!result.ok) return refused(result.hint)
  done(t('Asked {0} to release {1}', name, file))
}
