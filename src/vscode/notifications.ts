import { createHash } from 'node:crypto'
import { join } from 'node:path'
import * as vscode from 'vscode'
import type { Muster } from '../core/muster.js'
import { alertOfMany, alertsOf, keptAlert, labelOf, replacedAlert, type Alert, type AlertAction } from './alert.js'
import type { CommandId, SettingTypes } from './contributions.js'
import type { DocumentProblems } from './documentProblems.js'
import type { MusterWindow } from './musterWindow.js'
import type { Settings } from './settings.js'
import type { Supervision } from './supervision.js'
import { Toasts } from './toasts.js'
import { ToldLog } from './toldLog.js'
import type { Target } from './views/row.js'

export interface NotificationParts {
  window: MusterWindow
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
    const { window, settings, problems } = this.parts
    const { muster } = window
    const world = window.world()
    if (!muster || !world) return []
    const kept = window.writable && settings.get('notifications.documents') ? problems.kept.map(keptAlert) : []
    const replaced = settings.get('notifications.replaced') ? replacedAlert(this.openedWhen(muster).id, muster.ledgerStatus()) : undefined
    return [...(replaced ? [replaced] : []), ...alertsOf(world, (key) => this.wanted(key), this.openedWhen(muster).at), ...kept]
  }

  private wanted(key: keyof SettingTypes): boolean {
    const { settings, supervision } = this.parts
    if (key === 'notifications.recovery' && (supervision.isResuming || settings.ofUser('recovery.resume') === 'never')) return false
    return settings.get(key) === true
  }

  private openedWhen(muster: Muster): { id: string; at: string } {
    if (this.opened?.muster !== muster) this.opened = { muster, id: muster.ledgerStatus().id, at: new Date().toISOString() }
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
    const { notice } = window.muster?.ledgerStatus() ?? {}
    if (notice !== undefined && alerts.some(({ actions }) => actions.includes('Show Log'))) this.parts.log.warn(notice)
    const { text, actions, severity, message, target } = alertOfMany(alerts, window.world()?.me?.name ?? '')
    const show = severity === 'warning' ? vscode.window.showWarningMessage : vscode.window.showInformationMessage
    const answer = await show(text, ...actions.map((action) => ({ title: labelOf(action), action })))
    if (answer === undefined) return
    await act(answer.action, message, target)
    if (message !== undefined) await this.settle(answer.action, message)
  }

  /** What was done at the press of a button need not be read as well. */
  private async settle(action: AlertAction, message: NonNullable<Alert['message']>): Promise<void> {
    const { about } = message
    const { window } = this.parts
    const held = window.world()?.claims.some((claim) => claim.mine && claim.resource === about?.resource && claim.tree === (about?.tree ?? ''))
    const settled = action === 'Open File' || (action === 'Release' && held === false)
    if (settled && window.writable) await window.muster?.acknowledge(message.id)
  }
}

const commands: Record<AlertAction, CommandId> = { Release: 'muster.release', Approve: 'muster.approveDecision', Reject: 'muster.rejectDecision', Reply: 'muster.replyMessage', 'Open File': 'muster.openFile', Show: 'muster.openMessage', Review: 'muster.recoverAgents', Compare: 'muster.fixDocument', 'Show Log': 'muster.showLog' }

/** Runs the command behind a button, on what the message is about. */
async function act(action: AlertAction, message: Alert['message'], about: Target | undefined): Promise<void> {
  if (action === 'Review') await vscode.commands.executeCommand('muster.agents.focus')
  if (about !== undefined) return void (await vscode.commands.executeCommand(action !== 'Show' ? commands[action] : about.type === 'decision' ? 'muster.openDecision' : 'muster.claims.focus', { target: about }))
  if (message === undefined) return void (await vscode.commands.executeCommand(action === 'Show' ? 'muster.messages.focus' : commands[action]))
  const lock: Target | undefined = message.about && { type: 'lock', tree: message.about.tree ?? '', resource: message.about.resource, heldBy: message.recipients[0] ?? '' }
  const target = action === 'Release' || action === 'Open File' ? lock : ({ type: 'message', id: message.id } satisfies Target)
  await vscode.commands.executeCommand(commands[action], { target })
}
