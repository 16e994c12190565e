import * as vscode from 'vscode'
import { alertOf, type Alert, type AlertAction } from './alert.js'
import type { CommandId } from './contributions.js'
import type { MusterWindow } from './musterWindow.js'
import type { Settings } from './settings.js'
import type { Target } from './views/row.js'

const TOLD_KEY = 'muster.told'
/** Ids of messages already told that are remembered. */
const TOLD_LIMIT = 500
/** More than this at once become one notification. */
const AT_ONCE = 2

/** Tells people what they are needed for, each thing once, also what happened while the window was closed. */
export class Notifications implements vscode.Disposable {
  private readonly told: Set<string>
  private readonly subscription: vscode.Disposable

  constructor(private readonly window: MusterWindow, private readonly settings: Settings, private readonly memory: vscode.Memento) {
    this.told = new Set(memory.get<string[]>(TOLD_KEY, []))
    this.subscription = vscode.Disposable.from(window.onDidChange(() => this.look()))
  }

  dispose(): void {
    this.subscription.dispose()
  }

  private look(): void {
    const { muster } = this.window
    const world = muster?.state()
    if (!muster || !world?.me || world.me.unread === 0) return
    const ledger = muster.ledgerStatus().id
    const alerts = world.messages
      .filter((message) => message.unread && !this.told.has(`${ledger}/${message.id}`))
      .flatMap((message) => alertOf(message, (key) => this.settings.get(key) === true) ?? [])
    if (alerts.length === 0) return
    this.remember(alerts.map((alert) => `${ledger}/${alert.message.id}`))
    if (alerts.length > AT_ONCE) void this.tellMany(alerts.length)
    else for (const alert of alerts) void this.tell(alert)
  }

  private remember(ids: readonly string[]): void {
    for (const id of ids) this.told.add(id)
    void this.memory.update(TOLD_KEY, [...this.told].slice(-TOLD_LIMIT))
  }

  private async tell(alert: Alert): Promise<void> {
    const show = alert.severity === 'warning' ? vscode.window.showWarningMessage : vscode.window.showInformationMessage
    const answer = await show(alert.text, ...alert.actions)
    if (answer === undefined) return
    await act(answer, alert)
    await this.settle(answer, alert)
  }

  /** What was done at the press of a button need not be read as well. */
  private async settle(action: AlertAction, { message }: Alert): Promise<void> {
    const { about } = message
    const held = this.window.world()?.claims.some((claim) => claim.mine && claim.resource === about?.resource && claim.tree === (about?.tree ?? ''))
    const settled = action === 'Open File' || (action === 'Release' && held === false)
    if (settled && this.window.writable) await this.window.muster?.acknowledge(message.id)
  }

  private async tellMany(number: number): Promise<void> {
    const answer = await vscode.window.showInformationMessage(`${number} messages need you.`, 'Show')
    if (answer !== undefined) await vscode.commands.executeCommand('muster.messages.focus')
  }
}

/** Runs the command behind a button, on what the message is about. */
async function act(action: AlertAction, { message }: Alert): Promise<void> {
  const { about } = message
  const lock: Target | undefined = about && { type: 'lock', tree: about.tree ?? '', resource: about.resource, heldBy: message.recipients[0] ?? '' }
  const commands: Record<AlertAction, CommandId> = { Release: 'muster.release', Reply: 'muster.replyMessage', 'Open File': 'muster.openFile', Show: 'muster.openMessage' }
  const target = action === 'Release' || action === 'Open File' ? lock : ({ type: 'message', id: message.id } satisfies Target)
  await vscode.commands.executeCommand(commands[action], { target })
}
