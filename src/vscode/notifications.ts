import { createHash } from 'node:crypto'
import { join } from 'node:path'
import * as vscode from 'vscode'
import type { Muster } from '../core/muster.js'
import { alertOfMany, labelOf, pendingAlerts, type Alert, type AlertAction } from './alert.js'
import type { CommandId, SettingTypes } from './contributions.js'
import type { DocumentProblems } from './documentProblems.js'
import { t } from './l10n.js'
import { recordsOf, type MusterWindow } from './musterWindow.js'
import { showInformationMessage, showQuickPick, showWarningMessage } from './say.js'
import type { Settings } from './settings.js'
import type { Supervision } from './supervision.js'
import { parts, short } from './text.js'
import { Toasts } from './toasts.js'
import { ToldLog } from './toldLog.js'
import type { Target } from './views/row.js'

export interface NotificationParts {
  window: MusterWindow
  /** Has lists and pages show this window's repository, where the workspace has several. */
  reveal(): void
  settings: Settings
  /** A folder, shared by all windows, to remember in what was told. */
  storage: string
  log: vscode.LogOutputChannel
  /** Agents that were interrupted may be gone on with by themselves. */
  supervision: Pick<Supervision, 'isResuming' | 'onDidResume'>
  problems: Pick<DocumentProblems, 'kept' | 'onDidChange'>
}

/** Tells people what they are needed for, each thing once, also what happened while the window was closed. */
export class Notifications implements vscode.Disposable {
  private readonly toasts: Toasts
  private readonly subscription: vscode.Disposable
  private told: { of: string; told: ToldLog } | undefined
  /** The connection looked at last, and the id of the records it was opened on. */
  private opened: { muster: Muster; id: string; at: string } | undefined

  constructor(private readonly parts: NotificationParts) {
    const { window, settings, supervision, problems } = parts
    this.toasts = new Toasts({
      pending: () => this.pending(),
      told: () => this.toldHere(),
      show: (alerts) => void this.tell(alerts),
      every: () => settings.get('notifications.minutes') * 60_000,
      now: Date.now,
      later: (ms, act) => {
        const timer = setTimeout(act, ms)
        return () => clearTimeout(timer)
      },
    })
    this.subscription = vscode.Disposable.from(this.toasts, window.onDidChange(() => this.toasts.look()), problems.onDidChange(() => this.toasts.look()), supervision.onDidResume(() => this.toasts.look()), settings.onDidChange(['notifications.minutes'], () => this.toasts.lookAgain()))
  }

  dispose(): void {
    this.subscription.dispose()
  }

  private pending(): Alert[] {
    const { window, problems } = this.parts
    const { muster } = window
    const world = window.world()
    if (!muster || !world) return []
    return pendingAlerts(world, (key) => this.wanted(key), { opened: this.openedWhen(muster), status: muster.ledgerStatus(), kept: window.writable ? problems.kept : [] })
  }

  private wanted(key: keyof SettingTypes): boolean {
    const { settings, supervision } = this.parts
    if (key === 'notifications.recovery' && (supervision.isResuming || settings.ofUser('recovery.resume') === 'never')) return false
    return settings.get(key) === true
  }

  private openedWhen(muster: Muster): { id: string; at: string } {
    if (this.opened?.muster === muster) return this.opened
    const { id } = muster.ledgerStatus()
    // The same records over another connection: what was left before is as old as it was.
    this.opened = { muster, id, at: this.opened?.id === id ? this.opened.at : new Date().toISOString() }
    return this.opened
  }

  private toldHere(): ToldLog | undefined {
    const { muster } = this.parts.window
    if (!muster) return undefined
    const of = muster.ledgerStatus().id
    if (this.told?.of !== of) {
      // A name of letters and digits whatever the records are called.
      const name = createHash('sha256').update(of).digest('hex').slice(0, 32)
      this.told = { of, told: new ToldLog(join(this.parts.storage, 'told', name), Date.now, (error) => this.parts.log.warn(String(error))) }
    }
    return this.told.told
  }

  private async tell(alerts: readonly Alert[]): Promise<void> {
    const { window } = this.parts
    // The button may be pressed when the repository is not open any more: what it is about is in no other one.
    const records = recordsOf(window)
    const { notice } = window.muster?.ledgerStatus() ?? {}
    if (notice !== undefined && alerts.some(({ actions }) => actions.includes('Show Log'))) this.parts.log.warn(notice)
    const { text, actions, severity } = alertOfMany(alerts, parts(window.world()?.me?.name, window.name))
    const show = severity === 'warning' ? showWarningMessage : showInformationMessage
    const answer = await show(text, ...actions.map((action) => ({ title: labelOf(action), action })))
    if (answer === undefined) return
    if (alerts.length === 1) return this.act(answer.action, alerts[0]!, records)
    const picked = await showQuickPick(alerts.map((alert) => ({ label: alert.text, alert })), { title: 'Muster', placeHolder: t('What do you want to see to?'), ignoreFocusOut: true })
    if (picked === undefined) return
    const { alert } = picked
    // Nothing is done before it was said what: a release at the wrong press of a key cannot be taken back.
    const chosen = alert.actions.length === 1 ? { action: alert.actions[0]! } : await showQuickPick(alert.actions.map((action) => ({ label: labelOf(action), action })), { title: short(alert.text), placeHolder: t('What do you want to do?'), ignoreFocusOut: true })
    if (chosen !== undefined) await this.act(chosen.action, alert, records)
  }

  private async act(action: AlertAction, { message, target }: Alert, records: { folder?: string }): Promise<void> {
    const { window, reveal } = this.parts
    if (action === 'Show' || action === 'Review' || action === 'Compare') reveal()
    await act(action, message, target, { ...records, ...recordsOf(window) })
    // What was done at the press of a button need not be read as well. A release answers whoever asked for it.
    if (action === 'Open File' && message !== undefined && window.writable) await window.muster?.acknowledge(message.id)
  }
}

const commands: Record<AlertAction, CommandId> = { Release: 'muster.release', Approve: 'muster.approveDecision', Reject: 'muster.rejectDecision', Reply: 'muster.replyMessage', 'Open File': 'muster.openFile', Show: 'muster.openMessage', Review: 'muster.recoverAgents', Compare: 'muster.fixDocument', 'Show Log': 'muster.showLog' }

/** Runs the command behind a button, on what the message is about. @param records that it is in */
async function act(action: AlertAction, message: Alert['message'], about: Target | undefined, records: { folder?: string }): Promise<void> {
  if (action === 'Review') await vscode.commands.executeCommand('muster.agents.focus')
  if (about !== undefined) return void (await vscode.commands.executeCommand(action !== 'Show' ? commands[action] : about.type === 'decision' ? 'muster.openDecision' : 'muster.claims.focus', { target: about, ...records }))
  if (message === undefined) return void (await vscode.commands.executeCommand(commands[action], ...('folder' in records ? [records] : [])))
  const lock: Target | undefined = message.about && { type: 'lock', tree: message.about.tree ?? '', resource: message.about.resource, heldBy: message.recipients[0] ?? '' }
  const target = action === 'Open File' ? lock : ({ type: 'message', id: message.id } satisfies Target)
  await vscode.commands.executeCommand(commands[action], { target, ...records })
}
