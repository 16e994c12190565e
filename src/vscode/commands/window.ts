import * as vscode from 'vscode'
import { agentIdOf } from '../../core/model/agentId.js'
import type { CommandId } from '../contributions.js'
import { plural, t } from '../l10n.js'
import { particularsOf, troubleOf } from '../statusText.js'
import { ago, lockCount, parts } from '../text.js'
import { waitingDecisions } from '../views/decisionRows.js'
import { ask, done, given, writable, type Command } from './context.js'

export const turnOn: Command = async ({ window }) => {
  if (window.state.kind === 'nothing') return void vscode.window.showInformationMessage(t('Open a folder first: Muster works in a folder or repository.'))
  if (!vscode.workspace.isTrusted) {
    const answer = await vscode.window.showInformationMessage(t('Muster writes nothing in Restricted Mode.'), t('Manage Workspace Trust'))
    if (answer !== undefined) await vscode.commands.executeCommand('workbench.trust.manage')
    return
  }
  await window.turnOn()
  if (window.state.kind === 'failed') return void vscode.window.showErrorMessage(troubleOf(window.state) ?? '')
  await vscode.commands.executeCommand('muster.agents.focus')
}

export const tryAgain: Command = ({ window }) => window.refresh(true)

/** The whole of what keeps Muster from working, where a view shows only as much as has room. */
export const showProblem: Command = async ({ window, log }) => {
  const trouble = troubleOf(window.state)
  if (trouble === undefined) return void vscode.window.showInformationMessage(t('Nothing is wrong with Muster here.'))
  const particulars = particularsOf(window.state)
  const detail = particulars === trouble ? undefined : particulars
  const [again, show] = [{ title: t('Try Again') }, { title: t('Show Log') }]
  const answer = await vscode.window.showWarningMessage(trouble, { modal: true, detail }, again, show)
  if (answer === again) await window.refresh(true)
  if (answer === show) log.show()
}

export const showLog: Command = ({ log }) => log.show()

/** The walkthrough. */
export const getStarted: Command = async () => void (await vscode.commands.executeCommand('workbench.action.openWalkthrough', 'muster.muster#muster.start', false))

export const openSettings: Command = async () => void (await vscode.commands.executeCommand('workbench.action.openSettings', '@ext:muster.muster'))

export const openDashboard: Command = ({ dashboard }) => dashboard.open()

interface MenuItem extends vscode.QuickPickItem {
  run?: CommandId | `${string}.focus`
}

/** What can be done from the status bar, with what needs attention first. */
export const showMenu: Command = async ({ window }) => {
  const world = window.world()
  const trouble = troubleOf(window.state)
  const me = world?.me
  const stale = world?.claims.filter((claim) => claim.stale && !claim.mine).length ?? 0
  const decisions = world ? waitingDecisions(world).length : 0
  const unread = me?.unread ?? 0
  const items: (MenuItem | false)[] = [
    trouble !== undefined && { label: `$(warning) ${t('What Is Wrong')}`, detail: trouble, run: 'muster.showProblem' },
    trouble !== undefined && { label: `$(refresh) ${t('Try Again')}`, run: 'muster.tryAgain' },
    unread > 0 && { label: `$(mail) ${t('Read Messages')}`, description: t('{0} unread', unread), run: 'muster.openMessage' },
    decisions > 0 && { label: `$(law) ${t('Review Decisions')}`, description: t('{0} proposed', decisions), run: 'muster.decisions.focus' },
    window.writable && stale > 0 && { label: `$(warning) ${t('Take Over a Stale Lock')}`, description: plural(stale, '1 stale lock', '{n} stale locks'), run: 'muster.takeOver' },
    window.writable && { label: `$(lock) ${t('Lock This File')}`, run: 'muster.claim' },
    window.writable && (me?.claims.length ?? 0) > 0 && { label: `$(unlock) ${t('Release a Lock')}`, description: lockCount(me?.claims.length ?? 0), run: 'muster.release' },
    window.writable && { label: `$(pass) ${t('Check In')}`, run: 'muster.checkIn' },
    window.writable && { label: `$(send) ${t('Send a Message')}`, run: 'muster.sendMessage' },
    window.writable && { label: `$(law) ${t('Propose a Decision')}`, run: 'muster.proposeDecision' },
    world !== undefined && { label: `$(dashboard) ${t('Open Dashboard')}`, run: 'muster.openDashboard' },
    world !== undefined && { label: `$(list-tree) ${t('Show Who Is Here')}`, run: 'muster.agents.focus' },
    window.writable && { label: `$(account) ${t('Choose Who This Window Is')}`, description: me?.name, run: 'muster.chooseIdentity' },
    { label: `$(output) ${t('Show Log')}`, run: 'muster.showLog' },
  ]
  const picked = await vscode.window.showQuickPick(items.filter((item) => item !== false), { title: 'Muster', placeHolder: t('What do you want to do?') })
  if (picked?.run !== undefined) await vscode.commands.executeCommand(picked.run)
}

/** Speaks for another identity in this window from now on: one that is free, or a new one. */
export const chooseIdentity: Command = async (context) => {
  const { window } = context
  const muster = await writable(context)
  const { me, agents } = muster.state()
  const free = agents.filter((agent) => !agent.me && agent.kind === 'person' && agent.presence === 'gone')
  const items = [
    ...free.map((agent) => ({ label: agent.name, description: t('free'), detail: parts(t('seen {0}', ago(agent.seenAt, Date.now())), agent.claims.length > 0 && lockCount(agent.claims.length)), iconPath: new vscode.ThemeIcon('account'), name: agent.name })),
    { label: t('New Name…'), iconPath: new vscode.ThemeIcon('add'), name: undefined },
  ]
  const picked = given(await vscode.window.showQuickPick(items, { title: t('Who is this window?'), ignoreFocusOut: true, placeHolder: me ? t('Now: {0}', me.name) : undefined }))
  const name = picked.name ?? (await ask(t('Who is this window?'), t('A name the others see.'), { check: (text) => (text.trim() !== '' && agentIdOf(text) === '' ? t('Use letters and digits.') : undefined) }))
  await window.become(name)
  done(t('This window is {0} now', window.world()?.me?.name ?? name))
}
