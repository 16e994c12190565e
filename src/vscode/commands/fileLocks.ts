import * as vscode from 'vscode'
import type { ClaimView } from '../../core/model/operations.js'
import type { CommandId } from '../contributions.js'
import { t } from '../l10n.js'
import { branchOf, heldText } from '../locksOnFiles.js'
import { recordsOf } from '../musterWindow.js'
import { Overlaps } from '../resources.js'
import { showInformationMessage, showQuickPick, type Item } from '../say.js'
import { held, parts, percent, short } from '../text.js'
import type { Target } from '../views/row.js'
import { claimResource, waitForLock } from './claiming.js'
import { given, pick, readable, writable, type Command, type CommandContext } from './context.js'
import { fileOf, lockOf, resourceOfFile } from './lockArgument.js'

interface Choice extends Item {
  run?: () => Thenable<unknown> | undefined
}

/** Who holds the file of the active editor, with what can be done about it. */
export const showFileLocks: Command = async (context, argument) => {
  readable(context)
  const file = fileOf(argument)
  if (file === undefined) return void showInformationMessage(t('Open a file first, or choose one in the Explorer.'))
  const found = context.locks.on(vscode.Uri.file(file))
  if (!found) return showBelow(context, vscode.Uri.file(file))
  const [other] = found.others
  if (!other) return found.mine ? showMine(context, found.mine, found.elsewhere.length > 0) : showOverlaps(context, argument)
  await showOther(context, other, { uri: vscode.Uri.file(file), free: found.mine === undefined && other.mode === 'shared', mine: found.mine })
}

/** What a lock is, whoever holds it, with what can be done about it: for names and patterns there is nothing to open. */
export const showLock: Command = async (context, argument) => {
  const lock = await lockOf(argument, readable(context), { title: t('Show a lock'), none: t('Nothing is locked.'), filter: () => true })
  await (lock.mine ? showMine(context, lock, false) : showOther(context, lock))
}

/** @param file that is held; `free`: it can be locked as well; `mine`: it is, shared or in another part */
async function showOther(context: CommandContext, other: ClaimView, file?: { uri: vscode.Uri; free: boolean; mine: ClaimView | undefined }): Promise<void> {
  const run = running(context, other)
  const who = short(other.holderName, 40)
  const choices: (Choice | false)[] = [
    other.stale && { icon: 'key', label: t('Take Over'), detail: other.presence === 'gone' ? t('{0} is gone. What is not committed is shown to you first.', who) : t('{0} has not renewed it. What is not committed is shown to you first.', who), run: run('muster.takeOver') },
    { icon: 'comment', label: t('Ask to Release'), detail: t('{0} gets a message with what you write.', who), run: run('muster.askForRelease') },
    other.place !== undefined
      ? { icon: 'close', label: t('Give Up Place in Line'), run: run('muster.stopWaiting') }
      : { icon: 'watch', label: t('Wait'), detail: t('You get the lock when it is released, and are told.'), run: file ? async () => waitForLock(await writable(context), file.uri.fsPath) : run('muster.waitForLock') },
    file?.free === true && { icon: 'lock', label: t('Lock This File'), detail: t('Its locks are shared.'), run: async () => claimResource(await writable(context), file.uri.fsPath, { mode: 'shared' }) },
    ...(file?.mine ? choicesOfMine(context, file.mine) : []),
    // Where saving is not noted there is nothing to agree to.
    file !== undefined && context.guard.claimAgainst(file.uri) !== undefined && { icon: 'edit', label: t('Edit Anyway'), detail: t('{0} is not asked. Agree on it before you commit; saving is noted as a conflict.', who), run: async () => context.guard.editAnyway(file.uri) },
  ]
  const title = `${other.resource}: ${heldText(other, Date.now())}`
  const saying = short(other.message ?? other.note ?? '')
  const picked = given(await showQuickPick<Choice>(choices.filter((choice) => choice !== false), { title, placeHolder: saying === '' ? t('What do you want to do?') : `${who}: ${saying}` }))
  await picked.run?.()
}

/** Of a folder that nobody holds as a whole: what is held in it. */
async function showBelow(context: CommandContext, uri: vscode.Uri): Promise<void> {
  const items = context.locks.below(uri).flatMap((below) => {
    const { mine, others = [], elsewhere = [] } = context.locks.on(below) ?? {}
    const claim = others[0] ?? mine ?? elsewhere[0]
    return claim === undefined ? [] : [{ icon: 'lock', label: short(claim.resource, 120), description: claim.mine ? t('held by you') : heldText(claim, Date.now()), below }]
  })
  if (items.length === 0) return offerToLock(context, uri)
  const { below } = given(await showQuickPick(items, { title: t('Held in {0}', context.locks.pathOf(uri) ?? ''), placeHolder: t('Choose one to see what can be done') }))
  await vscode.commands.executeCommand('muster.showFileLocks', below)
}

async function offerToLock({ window }: CommandContext, uri: vscode.Uri): Promise<void> {
  const isFolder = resourceOfFile(uri.fsPath).endsWith('/')
  const lock = isFolder ? t('Lock This Folder') : t('Lock This File')
  const answer = await showInformationMessage(isFolder ? t('Nobody holds this folder.') : t('Nobody holds this file.'), ...(window.writable ? [lock] : []))
  if (answer === lock) await vscode.commands.executeCommand('muster.claim', uri)
}

/** What one holds oneself, with what can be done about it. */
async function showMine(context: CommandContext, claim: ClaimView, elsewhere: boolean): Promise<void> {
  const choices: (Choice | false)[] = [
    ...choicesOfMine(context, claim),
    elsewhere && { icon: 'git-compare', label: t('Show Overlaps'), detail: t('It is being changed in another working tree as well.'), run: running(context, claim)('muster.showOverlaps') },
  ]
  const title = `${claim.resource}: ${parts(t('held by you'), percent(claim.progress), held(claim, Date.now()))}`
  const picked = given(await showQuickPick<Choice>(choices.filter((choice) => choice !== false), { title, placeHolder: t('What do you want to do?') }))
  await picked.run?.()
}

function choicesOfMine(context: CommandContext, claim: ClaimView): Choice[] {
  const run = running(context, claim)
  return [
    { icon: 'pass', label: t('Check In'), detail: t('Says how far you are, and keeps the lock.'), run: run('muster.checkIn') },
    { icon: 'unlock', label: t('Release'), detail: claim.waiters.length > 0 ? t('{0} waiting', claim.waiters.length) : undefined, run: run('muster.release') },
    { icon: 'history', label: t('Keep Lock Longer'), run: run('muster.extendLock') },
  ]
}

/** What is being changed in several working trees at once: to be known before merging. */
export const showOverlaps: Command = async (context) => {
  const muster = readable(context)
  const { claims } = muster.state()
  const overlaps = new Overlaps(claims)
  const pairs = claims.flatMap((claim) => overlaps.of(claim).map((other) => ({ claim, other }))).filter(({ claim, other }) => claim.mine || (!other.mine && claim.token < other.token))
  const picked = await pick(pairs, {
    title: t('Changed in several working trees'),
    placeHolder: t('Agree on these before merging'),
    none: t('Nothing is being changed in several working trees at once.'),
    item: ({ claim, other }) => ({
      label: claim.resource,
      description: t('{0} and {1}', placeOf(claim), placeOf(other)),
      detail: parts(claim.resource === other.resource ? false : other.resource, claim.note ?? claim.message, other.note ?? other.message),
      iconPath: new vscode.ThemeIcon('git-compare'),
    }),
  })
  await running(context, picked.claim)('muster.openFile')()
}

function placeOf(claim: ClaimView): string {
  return `${branchOf(claim)} (${claim.mine ? t('you') : claim.holderName})`
}

/** Runs commands on a lock, in the records that it is in. */
function running({ window }: CommandContext, { tree, resource, heldBy }: ClaimView): (command: CommandId) => () => Thenable<unknown> {
  const argument = { target: { type: 'lock', tree, resource, heldBy } satisfies Target, ...recordsOf(window) }
  return (command) => () => vscode.commands.executeCommand(command, argument)
}
