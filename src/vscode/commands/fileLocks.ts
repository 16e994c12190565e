import * as vscode from 'vscode'
import type { ClaimView } from '../../core/model/operations.js'
import type { CommandId } from '../contributions.js'
import { t } from '../l10n.js'
import { heldText } from '../locksOnFiles.js'
import { Overlaps } from '../resources.js'
import { held, parts, percent, short } from '../text.js'
import { branchOf } from '../views/lockRows.js'
import type { Target } from '../views/row.js'
import { claimResource, waitForLock } from './claiming.js'
import { given, pick, readable, writable, type Command, type CommandContext } from './context.js'
import { fileOf, lockOf } from './lockArgument.js'

interface Choice extends vscode.QuickPickItem {
  run?: () => Thenable<unknown> | undefined
}

/** Who holds the file of the active editor, with what can be done about it. */
export const showFileLocks: Command = async (context, argument) => {
  readable(context)
  const file = fileOf(argument)
  const found = file === undefined ? undefined : context.locks.on(vscode.Uri.file(file))
  if (file === undefined || !found) return offerToLock(context, file)
  const [other] = found.others
  if (!other) return found.mine ? showMine(found.mine, found.elsewhere.length > 0) : showOverlaps(context, argument)
  await showOther(context, other, { uri: vscode.Uri.file(file), free: found.mine === undefined && other.mode === 'shared' })
}

/** What a lock is, whoever holds it, with what can be done about it: for names and patterns there is nothing to open. */
export const showLock: Command = async (context, argument) => {
  const lock = await lockOf(argument, readable(context), { title: t('Show a lock'), none: t('Nothing is locked.'), filter: () => true })
  await (lock.mine ? showMine(lock, false) : showOther(context, lock))
}

/** @param file that is held; `free`: it can be locked as well */
async function showOther(context: CommandContext, other: ClaimView, file?: { uri: vscode.Uri; free: boolean }): Promise<void> {
  const target = targetOf(other)
  const run = (command: CommandId): (() => Thenable<unknown>) => () => vscode.commands.executeCommand(command, { target })
  const who = short(other.holderName, 40)
  const choices: (Choice | false)[] = [
    other.stale && { label: `$(key) ${t('Take Over')}`, detail: other.presence === 'gone' ? t('{0} is gone. What is not committed is shown to you first.', who) : t('{0} is not heard from. What is not committed is shown to you first.', who), run: run('muster.takeOver') },
    { label: `$(comment) ${t('Ask to Release')}`, detail: t('{0} gets a message with what you write.', who), run: run('muster.askForRelease') },
    { label: `$(watch) ${t('Wait')}`, detail: t('You get the lock when it is released, and are told.'), run: file ? async () => waitForLock(await writable(context), file.uri.fsPath) : run('muster.waitForLock') },
    file?.free === true && { label: `$(lock) ${t('Lock This File')}`, detail: t('Its locks are shared.'), run: async () => claimResource(await writable(context), file.uri.fsPath) },
    file !== undefined && { label: `$(edit) ${t('Edit Anyway')}`, detail: t('{0} is not asked. Agree on it before you commit; saving is noted as a conflict.', who), run: async () => context.guard.editAnyway(file.uri) },
  ]
  const title = `${other.resource}: ${heldText(other, Date.now())}`
  const picked = given(await vscode.window.showQuickPick<Choice>(choices.filter((choice) => choice !== false), { title, placeHolder: short(other.message ?? other.note ?? '') || t('What do you want to do?') }))
  await picked.run?.()
}

async function offerToLock({ window }: CommandContext, file: string | undefined): Promise<void> {
  const lock = t('Lock This File')
  const answer = await vscode.window.showInformationMessage(t('Nobody holds this file.'), ...(window.writable && file !== undefined ? [lock] : []))
  if (answer === lock && file !== undefined) await vscode.commands.executeCommand('muster.claim', vscode.Uri.file(file))
}

/** What one holds oneself, with what can be done about it. */
async function showMine(claim: ClaimView, elsewhere: boolean): Promise<void> {
  const run = (command: CommandId): (() => Thenable<unknown>) => () => vscode.commands.executeCommand(command, { target: targetOf(claim) })
  const choices: (Choice | false)[] = [
    { label: `$(pass) ${t('Check In')}`, detail: t('Says how far you are, and keeps the lock.'), run: run('muster.checkIn') },
    { label: `$(unlock) ${t('Release')}`, detail: claim.waiters.length > 0 ? t('{0} waiting', claim.waiters.length) : undefined, run: run('muster.release') },
    { label: `$(history) ${t('Keep Lock Longer')}`, run: run('muster.extendLock') },
    elsewhere && { label: `$(git-compare) ${t('Show Overlaps')}`, detail: t('It is being changed in another working tree as well.'), run: run('muster.showOverlaps') },
  ]
  const title = `${claim.resource}: ${parts(t('held by you'), percent(claim.progress), held(claim, Date.now()))}`
  const picked = given(await vscode.window.showQuickPick<Choice>(choices.filter((choice) => choice !== false), { title, placeHolder: t('What do you want to do?') }))
  await picked.run?.()
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
  await vscode.commands.executeCommand('muster.openFile', { target: targetOf(picked.claim) })
}

function placeOf(claim: ClaimView): string {
  return `${branchOf(claim)} (${claim.mine ? t('you') : claim.holderName})`
}

function targetOf({ tree, resource, heldBy }: ClaimView): Target {
  return { type: 'lock', tree, resource, heldBy }
}
