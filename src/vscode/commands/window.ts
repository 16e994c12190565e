import * as vscode from 'vscode'
import { agentIdOf } from '../../core/model/agentId.js'
import type { CommandId } from '../contributions.js'
import { particularsOf, troubleOf } from '../statusText.js'
import { ago, count, parts } from '../text.js'
import { waitingDecisions } from '../views/decisionRows.js'
import { ask, done, given, writable, type Command } from './context.js'

const TRY_AGAIN = 'Try Again'
const SHOW_LOG = 'Show Log'

export const turnOn: Command = async ({ window }) => {
  if (window.state.kind === 'nothing') return void vscode.window.showInformationMessage('Open a folder first: Muster works in a folder or repository.')
  if (!vscode.workspace.isTrusted) {
    const answer = await vscode.window.showInformationMessage('Muster writes nothing in Restricted Mode.', 'Manage Workspace Trust')
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
  if (trouble === undefined) return void vscode.window.showInformationMessage('Nothing is wrong with Muster here.')
  const particulars = particularsOf(window.state)
  const detail = particulars === trouble ? undefined : particulars
  const answer = await vscode.window.showWarningMessage(trouble, { modal: true, detail }, TRY_AGAIN, SHOW_LOG)
  if (answer === TRY_AGAIN) await window.refresh(true)
  if (answer === SHOW_LOG) log.show()
}

export const showLog: Command = ({ log }) => log.show()

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
    trouble !== undefined && { label: '$(warning) What Is Wrong', detail: trouble, run: 'muster.showProblem' },
    trouble !== undefined && { label: '$(refresh) Try Again', run: 'muster.tryAgain' },
    unread > 0 && { label: '$(mail) Read Messages', description: `${unread} unread`, run: 'muster.openMessage' },
    decisions > 0 && { label: '$(law) Review Decisions', description: `${decisions} proposed`, run: 'muster.decisions.focus' },
    window.writable && stale > 0 && { label: '$(warning) Take Over a Stale Lock', description: count(stale, 'stale lock'), run: 'muster.takeOver' },
    window.writable && { label: '$(lock) Lock This File', run: 'muster.claim' },
    window.writable && (me?.claims.length ?? 0) > 0 && { label: '$(unlock) Release a Lock', description: count(me?.claims.length ?? 0, 'lock'), run: 'muster.release' },
    window.writable && { label: '$(pass) Check In', run: 'muster.checkIn' },
    window.writable && { label: '$(send) Send a Message', run: 'muster.sendMessage' },
    window.writable && { label: '$(law) Propose a Decision', run: 'muster.proposeDecision' },
    world !== undefined && { label: '$(dashboard) Open Dashboard', run: 'muster.openDashboard' },
    world !== undefined && { label: '$(list-tree) Show Who Is Here', run: 'muster.agents.focus' },
    window.writable && { label: '$(account) Choose Who This Window Is', description: me?.name, run: 'muster.chooseIdentity' },
    { label: '$(output) Show Log', run: 'muster.showLog' },
  ]
  const picked = await vscode.window.showQuickPick(items.filter((item) => item !== false), { title: 'Muster', placeHolder: 'What do you want to do?' })
  if (picked?.run !== undefined) await vscode.commands.executeCommand(picked.run)
}

/** Speaks for another identity in this window from now on: one that is free, or a new one. */
export const chooseIdentity: Command = async (context) => {
  const { window } = context
  const muster = await writable(context)
  const { me, agents } = muster.state()
  const free = agents.filter((agent) => !agent.me && agent.kind === 'person' && agent.presence === 'gone')
  const items = [
    ...free.map((agent) => ({ label: agent.name, description: 'free', detail: parts(`seen ${ago(agent.seenAt, Date.now())}`, agent.claims.length > 0 && count(agent.claims.length, 'lock')), iconPath: new vscode.ThemeIcon('account'), name: agent.name })),
    { label: 'New Name…', iconPath: new vscode.ThemeIcon('add'), name: undefined },
  ]
  const picked = given(await vscode.window.showQuickPick(items, { title: 'Who is this window?', ignoreFocusOut: true, placeHolder: me ? `Now: ${me.name}` : undefined }))
  const name = picked.name ?? (await ask('Who is this window?', 'A name the others see.', { check: (text) => (text.trim() !== '' && agentIdOf(text) === '' ? 'Use letters and digits.' : undefined) }))
  await window.become(name)
  done(`This window is ${window.world()?.me?.name ?? name} now`)
}
