import * as vscode from 'vscode'
import { agentIdOf } from '../../core/model/agentId.js'
import type { AgentView } from '../../core/model/operations.js'
import type { CommandId } from '../contributions.js'
import { plural, t } from '../l10n.js'
import { recordsOf } from '../musterWindow.js'
import { showErrorMessage, showInformationMessage, showQuickPick, showWarningMessage, type Item } from '../say.js'
import { lostOf, lostText, offlineSince, particularsOf, staleText, troubleOf, waitingIn, waitingOf, wantsAddress } from '../statusText.js'
import { ago, lockCount, parts, short } from '../text.js'
import { waitingDecisions } from '../views/decisionRows.js'
import { ask, done, given, pick, writable, type Command } from './context.js'
import { mustBeOpen } from './mustBeOpen.js'
import { tick, WALKTHROUGH } from './walkthrough.js'

export const turnOn: Command = async ({ window, repositories }) => {
  if (window.state.kind === 'nothing') return void showInformationMessage(t('Open a folder first: Muster works in a folder or repository.'))
  if (!vscode.workspace.isTrusted) {
    const answer = await showInformationMessage(t('Muster writes nothing in Restricted Mode.'), t('Manage Workspace Trust'))
    if (answer !== undefined) await vscode.commands.executeCommand('workbench.trust.manage')
    return
  }
  await window.turnOn()
  const asked = window.name === undefined ? undefined : repositories.all.find((one) => one === window && one !== repositories.current)
  if (asked) repositories.show(asked)
  if (window.state.kind === 'failed') return void showErrorMessage(troubleOf(window.state) ?? '')
  await vscode.commands.executeCommand('muster.agents.focus')
}

export const tryAgain: Command = async ({ window }) => {
  // Opened anew it would give up what it holds.
  if (window.state.kind === 'on' && offlineSince(window.state) !== undefined) await window.state.muster.refresh().catch(() => undefined)
  else await window.refresh(true)
}

/** The whole of what keeps Muster from working, where a view shows only as much as has room. */
export const showProblem: Command = async ({ window, log }) => {
  const trouble = troubleOf(window.state)
  if (trouble === undefined) return void showInformationMessage(t('Nothing is wrong with Muster here.'))
  const particulars = particularsOf(window.state)
  const detail = particulars === trouble ? undefined : particulars
  const [again, show] = [{ title: t('Try Again') }, { title: t('Show Log') }]
  const answer = await showWarningMessage(trouble, { modal: true, detail }, again, show)
  if (answer === again) await vscode.commands.executeCommand('muster.tryAgain')
  if (answer === show) log.show()
}

export const showLog: Command = ({ log }) => log.show()

/** The walkthrough. */
export const getStarted: Command = async ({ repositories }) => {
  // An agent's first call, another window or a person here may have turned it on.
  if (repositories.all.some(({ state }) => state.kind === 'on')) await tick('turnOn')
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', WALKTHROUGH, false)
}

export const openSettings: Command = async () => void (await vscode.commands.executeCommand('workbench.action.openSettings', '@ext:muster.muster'))

export const openDashboard: Command = async ({ dashboard }) => {
  await dashboard.open()
  await tick('look')
}

/** Of several repositories in the workspace, the one that lists, status bar and dashboard are about. */
export const chooseRepository: Command = async ({ repositories }) => {
  const picked = await pick(repositories.all, {
    title: t('Which repository?'),
    placeHolder: t('Shown in lists, status bar and dashboard'),
    none: '',
    item: (one) => {
      const world = one.world()
      const [unread, waiting] = [world?.me?.unread ?? 0, world ? waitingDecisions(world).length : 0]
      const place = 'place' in one.state ? one.state.place.root : ''
      return {
        icon: one === repositories.current ? 'check' : 'repo',
        label: one.name ?? place,
        description: place,
        detail: one.state.kind === 'off' ? t('Muster is off here.') : (troubleOf(one.state) ?? (world && parts(t('you are {0}', short(world.me?.name ?? '', 40)), lockCount(world.claims.length), unread > 0 && t('{0} unread', unread), waiting > 0 && t('{0} proposed', waiting)))),
      }
    },
  })
  mustBeOpen(picked)
  repositories.show(picked)
}

interface MenuItem extends Item {
  run?: CommandId | `${string}.focus`
}

/** What can be done from the status bar, with what needs attention first. */
export const showMenu: Command = async ({ window, repositories }) => {
  const world = window.world()
  const trouble = troubleOf(window.state)
  const me = world?.me
  const allStale = world?.claims.filter((claim) => claim.stale) ?? []
  const own = staleText(allStale.filter(({ mine }) => mine).length)
  const stale = allStale.filter(({ mine }) => !mine).length
  const lost = world && lostText(lostOf(world))
  const decisions = world ? waitingDecisions(world).length : 0
  const unread = me?.unread ?? 0
  const elsewhere = window.name === undefined ? [] : waitingIn(repositories.all.filter((one) => one !== repositories.current).map((one) => waitingOf(one))).texts
  const choose: MenuItem = { icon: 'repo', label: t('Choose Repository'), description: parts(window.name, ...elsewhere), run: 'muster.chooseRepository' }
  const items: (MenuItem | false)[] = [
    wantsAddress(window.state) && { icon: 'database', label: t('Say Where the Database Is'), run: 'muster.usePostgres' },
    trouble !== undefined && { icon: 'warning', label: t('What Is Wrong'), detail: trouble, run: 'muster.showProblem' },
    trouble !== undefined && { icon: 'refresh', label: t('Try Again'), run: 'muster.tryAgain' },
    window.writable && own !== undefined && { icon: 'warning', label: t('Check In'), description: own, run: 'muster.checkIn' },
    unread > 0 && { icon: 'mail', label: t('Read Messages'), description: parts(lost, t('{0} unread', unread)), run: 'muster.openMessage' },
    decisions > 0 && { icon: 'law', label: t('Review Decisions'), description: t('{0} proposed', decisions), run: 'muster.decisions.focus' },
    elsewhere.length > 0 && choose,
    window.writable && stale > 0 && { icon: 'warning', label: t('Take Over a Stale Lock'), description: plural(stale, '1 stale lock', '{n} stale locks'), run: 'muster.takeOver' },
    window.writable && { icon: 'lock', label: t('Lock This File'), run: 'muster.claim' },
    window.writable && (me?.claims.length ?? 0) > 0 && { icon: 'unlock', label: t('Release a Lock'), description: lockCount(me?.claims.length ?? 0), run: 'muster.release' },
    window.writable && own === undefined && { icon: 'pass', label: t('Check In'), run: 'muster.checkIn' },
    window.writable && { icon: 'send', label: t('Send a Message'), run: 'muster.sendMessage' },
    window.writable && { icon: 'law', label: t('Propose a Decision'), run: 'muster.proposeDecision' },
    world !== undefined && { icon: 'dashboard', label: t('Open Dashboard'), run: 'muster.openDashboard' },
    world !== undefined && { icon: 'list-tree', label: t('Show Who Is Here'), run: 'muster.agents.focus' },
    window.writable && { icon: 'account', label: t('Choose Who This Window Is'), description: me?.name, run: 'muster.chooseIdentity' },
    window.name !== undefined && elsewhere.length === 0 && choose,
    { icon: 'output', label: t('Show Log'), run: 'muster.showLog' },
  ]
  const picked = await showQuickPick(items.filter((item) => item !== false), { title: 'Muster', placeHolder: t('What do you want to do?') })
  // What the menu counts is of the repository that is shown; a file may be in another one.
  if (picked?.run !== undefined) await vscode.commands.executeCommand(picked.run, ...(picked.run === 'muster.claim' || window.name === undefined ? [] : [recordsOf(window)]))
}

/** Why a window cannot be called so; undefined where it can. */
function unusable(text: string, agents: readonly AgentView[]): string | undefined {
  const id = agentIdOf(text)
  if (text.trim() !== '' && id === '') return t('Use letters and digits.')
  const known = agents.find((agent) => agent.id === id)
  if (known?.kind === 'person' && !known.me && known.presence !== 'gone') return t('{0} is in use in another window.', short(known.name, 40))
  return known?.kind === 'agent' ? t('{0} is an agent. A person needs another name.', short(known.name, 40)) : undefined
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
  const picked = given(await showQuickPick(items, { title: t('Who is this window?'), ignoreFocusOut: true, placeHolder: me ? t('Now: {0}', me.name) : undefined }))
  const name = picked.name ?? (await ask(t('Who is this window?'), t('A name the others see.'), { check: (text) => unusable(text, agents) }))
  const locks = muster.state().claims.filter((claim) => claim.mine).length
  const goOn = t('Go On')
  // Locks are of a name. What is changed and not committed is nobody's to give away.
  if (locks > 0 && (await showWarningMessage(t('{0} holds {1}. When this window becomes somebody else, those on files without changes are released; the others stay with {0}, and can be taken over.', short(me?.name ?? '', 40), lockCount(locks)), { modal: true }, goOn)) !== goOn) return
  await window.become(name)
  done(t('This window is {0} now', window.world()?.me?.name ?? name))
}
